"""What the service finds wrong with a batch, told by the lines of the file that it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from memsy.cli.error_reporting import CommandError
from memsy.exceptions import ValidationError

_MOST_TOLD = 3


@contextmanager
def reporting_line_numbers(file: Path, lines: Sequence[int]) -> Iterator[None]:
    """
    Turns what the service says of events that stood on *lines* of *file* into a `Failure`.

    What it says of anything else stays as it is.
    """
    try:
        yield
    except ValidationError as error:
        faults = [_by_line(fault, lines) for fault in error.errors]
        told = [fault for fault in faults[:_MOST_TOLD] if fault]
        if not told:
            raise
        if len(faults) > len(told):
            told.append(f"and {len(faults) - len(told)} more")
        raise CommandError(f"the service refuses {file}, {'; '.join(told)}") from error


def _by_line(fault: Mapping[str, object], lines: Sequence[int]) -> str | None:
    match fault:
        case {"loc": ["body", "events", int(index), *field], "msg": reason} if index < len(lines):
            return ": ".join([f"line {lines[index]}", *map(str, field), str(reason)])
        case _:
            return None
