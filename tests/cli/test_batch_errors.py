"""Validation errors of a batch, reported by line number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from memsy import ValidationError
from memsy.cli.batch_errors import reporting_line_numbers
from memsy.cli.errors import CommandError


def validation_item(*loc: object) -> dict[str, Any]:
    return {"loc": list(loc), "msg": "too long", "type": "string_too_long"}


def report(*errors: dict[str, Any]) -> str:
    """Return the message for errors of a batch whose events are on lines 7 and 9."""
    with pytest.raises(CommandError) as excinfo, reporting_line_numbers(Path("tea.jsonl"), [7, 9]):
        raise ValidationError("no", errors=errors)
    return str(excinfo.value)


def test_errors_are_reported_by_line_and_field() -> None:
    errors = validation_item("body", "events", 0, "content"), validation_item("body", "events", 1)
    assert report(*errors) == (
        "the service rejected events of tea.jsonl: line 7: content: too long; line 9: too long"
    )


def test_more_than_three_errors_are_counted() -> None:
    assert report(*[validation_item("body", "events", 1, "ts")] * 10).endswith("; and 7 more")


@pytest.mark.parametrize(
    "errors",
    [
        [],
        [{}],
        [validation_item("body", "org_id")],
        [validation_item("body", "events")],
        [validation_item("body", "events", 2)],
    ],
)
def test_validation_error_about_anything_else_is_unchanged(errors: list[dict[str, Any]]) -> None:
    error = ValidationError("no", errors=errors)
    with (
        pytest.raises(ValidationError) as excinfo,
        reporting_line_numbers(Path("tea.jsonl"), [7, 9]),
    ):
        raise error
    assert excinfo.value is error
