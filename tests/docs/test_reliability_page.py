"""Table of docs/reliability.md on a service that is down: attempts and error of each failure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import pytest

from memsy import (
    MemsyClient,
    MemsyConnectionError,
    MemsyError,
    MemsyTimeoutError,
    MemsyTLSError,
    RateLimitExceeded,
    UsageLimitExceeded,
)
from memsy.testing import FakeMemsyClient
from tests.docs.blocks import ROOT

FAULTS: Mapping[str, tuple[type[MemsyError] | int, int | None]] = {
    "Connection lost after the request was sent": (MemsyConnectionError, None),
    "No response, or a slow one": (MemsyTimeoutError, None),
    "Status 503": (503, None),
    "Status 500, 502 or 504": (500, None),
    "Status 429, the rate limit": (RateLimitExceeded, None),
    "Status 429 with a `Retry-After` of more than 60 s, or beyond the timeout": (
        RateLimitExceeded,
        61,
    ),
    "Status 429, the quota is used up": (UsageLimitExceeded, None),
    "Invalid certificate": (MemsyTLSError, None),
}
REFUSED = "Connection refused, or unknown host name"


def rows() -> Iterator[tuple[str, int, int, str]]:
    """Return failure, attempts of a read, attempts of a write, and error of each row."""
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    table = re.split("(?m)^## ", page.partition("## When the service is down\n")[2])[0]
    for line in re.findall(r"(?m)^\| (.*\d attempts?.*) \|$", table):
        failure, read, write, error = line.split(" | ")
        yield failure, int(read.split()[0]), int(write.split()[0]), error.strip("`")


def outcome(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(MemsyError) as raised:
        call()
    return raised.value.attempts, type(raised.value).__name__


def test_table_has_the_tested_failures() -> None:
    assert [row[0] for row in rows()] == [REFUSED, *FAULTS]


@pytest.mark.parametrize(("failure", "read", "write", "error"), [*rows()][1:])
def test_failure_has_the_attempts_and_the_error_of_the_table(
    failure: str, read: int, write: int, error: str
) -> None:
    fault, retry_after = FAULTS[failure]
    with FakeMemsyClient() as memsy:
        if retry_after is None:
            memsy.service.faults.fail_next("*", fault, times=None)
        else:
            memsy.service.faults.fail_next("*", fault, times=None, retry_after=retry_after)
        assert outcome(lambda: memsy.search("tea")) == (read, error)
        assert outcome(lambda: memsy.roles.create("o1", "Support", "Tea")) == (write, error)


def test_refused_connection_has_the_attempts_and_the_error_of_the_table() -> None:
    _, read, write, error = next(rows())
    with MemsyClient("http://127.0.0.1:9/v1", "key", retry_backoff=0.0) as memsy:
        assert outcome(lambda: memsy.search("tea")) == (read, error)
        assert outcome(lambda: memsy.roles.create("o1", "Support", "Tea")) == (write, error)
