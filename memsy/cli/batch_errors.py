"""Map validation errors of an ingest batch to the line numbers of the event file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memsy._core.ingest_errors import stored_before
from memsy._core.text import excerpt
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.exceptions import MemsyError, ValidationError

_MAX_REPORTED = 3
_MAX_LENGTH = 200
"""Characters of one reason of the service."""


def with_line_numbers(
    error: MemsyError, file: str, unit: str, numbers: Sequence[int]
) -> MemsyError | CommandError:
    """
    Return an error with line numbers in place of a `ValidationError` about events of a batch.

    Any other error is returned unchanged.

    Args:
        error: Error of a batch.
        file: Name of the event file, for the message.
        unit: "line" or "row".
        numbers: Line or row of each event that failed, in the order of the request. The events
            that the first requests of a split batch stored are left out.
    """
    if not isinstance(error, ValidationError):
        return error
    stored = stored_before(error)
    messages = [_with_number(item, unit, numbers, stored) for item in error.errors]
    reported = [message for message in messages[:_MAX_REPORTED] if message]
    if not reported:
        return error
    if len(messages) > len(reported):
        reported.append(f"and {len(messages) - len(reported)} more")
    return CommandError(
        f"the service rejected events of {file}: {'; '.join(reported)}", ExitCode.REFUSED
    )


def _with_number(
    item: Mapping[str, object], unit: str, numbers: Sequence[int], stored: int
) -> str | None:
    match item:
        case {"loc": ["body", "events", int(index), *field], "msg": message} if (
            stored <= index < stored + len(numbers)
        ):
            text = excerpt(str(message), _MAX_LENGTH)
            return ": ".join([f"{unit} {numbers[index - stored]}", *map(str, field), text])
        case _:
            return None
