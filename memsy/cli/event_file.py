"""Read and validate a file of events, one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

import attrs

from memsy._core.json_codec import parse
from memsy._core.json_encoder import dump
from memsy.cli.errors import CommandError
from memsy.cli.text_encoding import remove_bom
from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload

MAX_KEPT_BYTES = 32 * 2**20
"""
Size of the events that are kept in memory after their check.

An event takes four to five times the size of its line. A larger file is read again.
"""

_FIELDS = attrs.fields_dict(EventPayload)
_REQUIRED = tuple(name for name, field in _FIELDS.items() if field.default is attrs.NOTHING)


ReadEvent: TypeAlias = tuple[int, bytes, EventPayload]
"""Number of a line, its content and its event."""


@attrs.define
class EventFile:
    """File of events. Its events are kept in memory after the check, if it is not large."""

    path: Path
    max_kept_bytes: int = MAX_KEPT_BYTES
    _kept: list[ReadEvent] | None = attrs.field(default=None, init=False)

    def check(self) -> int:
        """
        Check every line, and return the number of events.

        Raises:
            CommandError: A line is not an event.
        """
        kept: list[ReadEvent] | None = []
        size = 0
        with reading_events(self.path) as reader:
            for item in reader.read():
                size += len(item[1])
                if size > self.max_kept_bytes:
                    kept = None
                if kept is not None:
                    kept.append(item)
        self._kept = kept
        return reader.count

    @contextmanager
    def reading(self) -> Iterator[EventReader]:
        """
        Return a reader from the first event on, for one iteration.

        Raises:
            CommandError: The file cannot be opened.
        """
        if self._kept is None:
            with reading_events(self.path) as reader:
                yield reader
        else:
            yield KeptEventReader(self.path, self._kept)


@contextmanager
def reading_events(path: Path) -> Iterator[EventReader]:
    """
    Open an event file.

    Raises:
        CommandError: The file cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from None
    with file:
        yield EventReader(path, file)


class EventReader:
    """
    Iterator over the line numbers and events of an open file.

    It skips empty lines, and a byte order mark at the start.

    Attributes:
        path: Name of the file, for messages.
        count: Number of events read so far.

    Raises:
        CommandError: A line is not an event, or cannot be read; the message names file and line.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path: Path = path
        self._file = file
        self._digest = sha256()
        self.count: int = 0

    @property
    def sha256(self) -> str:
        """Digest of the lines of all events read so far."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[tuple[int, EventPayload]]:
        for number, _, event in self.read():
            yield number, event

    def read(self) -> Iterator[ReadEvent]:
        """Yield each event with its line."""
        for item in self._read():
            self._digest.update(item[1] + b"\n")
            self.count += 1
            yield item

    def _read(self) -> Iterator[ReadEvent]:
        for number, line in enumerate(self._lines(), start=1):
            try:
                content = (remove_bom(line) if number == 1 else line).strip()
                if not content:
                    continue
                event = read_event(content)
            except ValueError as error:
                raise CommandError(f"{self.path}, line {number}: {error}") from None
            yield number, content, event

    def _lines(self) -> Iterator[bytes]:
        try:
            yield from self._file
        except OSError as error:
            raise CommandError(f"cannot read {self.path}: {error.strerror}") from None


class KeptEventReader(EventReader):
    """Iterator over the events of a file that has been read before."""

    def __init__(self, path: Path, events: Iterable[ReadEvent]) -> None:
        super().__init__(path, BytesIO())
        self._events = events

    def _read(self) -> Iterator[ReadEvent]:
        yield from self._events


def read_event(line: bytes) -> EventPayload:
    """
    Parse and validate one line of an event file.

    Raises:
        ValueError: The line is not an event. The message names the reason.
    """
    try:
        value = parse(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} (column {error.colno})") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start + 1})") from None
    except ValueError:
        raise ValueError(
            "JSON that cannot be sent: remove NaN, Infinity, numbers with thousands of digits "
            "and deep nesting"
        ) from None
    if not isinstance(value, dict):
        raise ValueError(f"expected a JSON object, got {line.decode()[:40]!r}")
    fields = cast("dict[str, Any]", value)
    _check_fields(fields)
    if b"\\u" in line:
        dump(fields, "the event")  # rejects lone surrogates, which JSON can hold as escapes
    try:
        return EventPayload(**fields)
    except MemsyConfigurationError as error:
        dump(fields, "the event")  # its message has the path from the start of the event
        raise ValueError(str(error).removeprefix(f"{EventPayload.__name__}: ")) from None


def _check_fields(fields: Mapping[str, object]) -> None:
    for name in fields:
        if name not in _FIELDS:
            raise ValueError(f"unknown field {name!r}; an event has {', '.join(_FIELDS)}")
    for name in _REQUIRED:
        if name not in fields:
            raise ValueError(f"field {name!r} is missing; an event needs {', '.join(_REQUIRED)}")
    for name, value in fields.items():
        if name == "metadata" and isinstance(value, dict):
            continue
        if not isinstance(value, str) and (name in _REQUIRED or value is not None):
            expected = "a string or an object" if name == "metadata" else "a string"
            raise ValueError(f"{name} must be {expected}, got {json.dumps(value)[:40]}")
