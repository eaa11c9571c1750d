"""Validation errors of a batch, reported by line number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from memsy import ServerError, ValidationError
from memsy.cli.batch_errors import with_line_numbers
from memsy.cli.errors import CommandError


def validation_item(*loc: object) -> dict[str, Any]:
    return {"loc": list(loc), "msg": "too long", "type": "string_too_long"}


LINES = [7, 9]


def report(*errors: dict[str, Any], event_ids: Sequence[str] = ()) -> str:
    """Return the message for errors of a batch whose events are on lines 7 and 9."""
    error = ValidationError("no", errors=errors)
    error.event_ids = list(event_ids)
    result = with_line_numbers(error, "tea.jsonl", "line", LINES)
    assert isinstance(result, CommandError)
    return str(result)


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
    assert with_line_numbers(error, "tea.jsonl", "line", LINES) is error


def test_events_that_a_split_batch_stored_before_count_as_indices() -> None:
    """The service counts the events of the whole call."""
    message = report(validation_item("body", "events", 3), event_ids=["e1", "e2"])
    assert message.endswith("line 9: too long")


def test_other_error_is_unchanged() -> None:
    error = ServerError("no", 503)
    assert with_line_numbers(error, "tea.jsonl", "line", LINES) is error
