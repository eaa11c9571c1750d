"""Tests of docs/migration.md: its table of errors and the search for lines to change."""

from __future__ import annotations

import re

import pytest

from memsy import MemsyError, exceptions
from tests.docs.blocks import ROOT

TEXT = (ROOT / "docs/migration.md").read_text(encoding="utf-8")

OFFICIAL_EXCEPTIONS = {
    *("AuthenticationError", "AuthorizationError", "BillingNotEnabledError"),
    *("FeatureNotAvailable", "KeyLimitReachedError", "MemsyAPIError", "MemsyConnectionError"),
    *("MemsyError", "OrgIdNotAllowedError", "OrgLimitReachedError", "RateLimitExceeded"),
    *("SeatLimitReachedError", "SeatRequiredError", "UsageLimitExceeded"),
}
"""Exceptions of the official SDK 0.3.5 (wire contract, section 10.4)."""


def section(heading: str) -> str:
    return re.split(r"(?m)^## ", TEXT.partition(f"\n## {heading}\n")[2])[0]


def rows(heading: str) -> list[list[str]]:
    table = re.findall(r"(?m)^\| (.+) \|$", section(heading))[1:]
    return [row.split(" | ") for row in table]


ERRORS = rows("Errors")
MODELS = rows("Models")


@pytest.mark.parametrize("row", ERRORS, ids=[row[0] for row in ERRORS])
def test_error_has_the_classes_of_the_table(row: list[str]) -> None:
    _, official, ours, clause = row
    raised, *bases = re.findall(r"`(\w+)`", re.sub(r"`\.\w+`", "", ours))
    error = getattr(exceptions, raised)
    assert issubclass(error, MemsyError)
    assert [base.__name__ for base in error.__mro__ if base.__name__ in bases] == bases
    caught = {base.__name__ for base in error.__mro__}
    official_classes = re.findall(r"`([\w.]+)`", official)
    assert (clause == "works") == any(name in caught for name in official_classes)


def test_search_finds_the_lines_of_dataclasses() -> None:
    [pattern] = re.findall(r"grep -rnE '(.+)' src tests", TEXT)
    lines = [official for official, _ in MODELS if "dataclass" in official]
    assert len(lines) >= 5
    for line in [*lines, "client._client.get('/x')", "import httpx", "from memsy._http import X"]:
        assert re.search(pattern, line), line


def test_table_of_errors_has_every_class_that_the_official_sdk_lacks() -> None:
    """`AgentSignupError` belongs to the next official release."""
    ours = set(re.findall(r"`(\w+)`", " ".join(row[2] for row in ERRORS)))
    assert set(exceptions.__all__) - OFFICIAL_EXCEPTIONS - {"AgentSignupError"} <= ours
