"""Which line a fault is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from memsy import ValidationError
from memsy.cli.batch_errors import reporting_line_numbers
from memsy.cli.error_reporting import CommandError


def fault(*place: object) -> dict[str, Any]:
    return {"loc": list(place), "msg": "too long", "type": "string_too_long"}


def told(*faults: dict[str, Any]) -> str:
    """What is told of faults with events that stood on lines 7 and 9."""
    with pytest.raises(CommandError) as caught, reporting_line_numbers(Path("tea.jsonl"), [7, 9]):
        raise ValidationError("no", errors=faults)
    return str(caught.value)


def test_a_fault_is_told_by_line_and_field() -> None:
    faults = fault("body", "events", 0, "content"), fault("body", "events", 1)
    assert told(*faults) == (
        "the service refuses tea.jsonl, line 7: content: too long; line 9: too long"
    )


def test_many_faults_are_counted_rather_than_told() -> None:
    assert told(*[fault("body", "events", 1, "ts")] * 10).endswith("; and 7 more")


@pytest.mark.parametrize(
    "faults",
    [[], [{}], [fault("body", "org_id")], [fault("body", "events")], [fault("body", "events", 2)]],
)
def test_a_refusal_of_anything_else_stays_as_it_is(faults: list[dict[str, Any]]) -> None:
    error = ValidationError("no", errors=faults)
    with (
        pytest.raises(ValidationError) as caught,
        reporting_line_numbers(Path("tea.jsonl"), [7, 9]),
    ):
        raise error
    assert caught.value is error
