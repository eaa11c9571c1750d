"""Map validation errors of an ingest batch to the line numbers of the event file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from memsy._core.text import excerpt
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.exceptions import ValidationError

_MAX_REPORTED = 3
_MAX_LENGTH = 200
"""Characters of one reason of the service."""


@contextmanager
def reporting_line_numbers(file: Path, lines: Sequence[int]) -> Iterator[None]:
    """
    Replace a `ValidationError` about events of a batch by an error with line numbers.

    All other errors pass through unchanged.

    Args:
        file: Event file, for the message.
        lines: Line number of each event of the batch.

    Raises:
        CommandError: The service rejected events of the batch.
    """
    try:
        yield
    except ValidationError as error:
        messages = [_with_line_number(item, lines) for item in error.errors]
        reported = [message for message in messages[:_MAX_REPORTED] if message]
        if not reported:
            raise
        if len(messages) > len(reported):
            reported.append(f"and {len(messages) - len(reported)} more")
        raise CommandError(
            f"the service rejected events of {file}: {'; '.join(reported)}", ExitCode.REFUSED
        ) from error


def _with_line_number(item: Mapping[str, object], lines: Sequence[int]) -> str | None:
    match item:
        case {"loc": ["body", "events", int(index), *field], "msg": message} if index < len(lines):
            return ": ".join(
                [f"line {lines[index]}", *map(str, field), excerpt(str(message), _MAX_LENGTH)]
            )
        case _:
            return None
