"""JSON Lines: one event a line, as a JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import attrs

from memsy._core.json_codec import parse
from memsy._core.json_encoder import dump
from memsy.cli.event_files.columns import REQUIRED
from memsy.cli.event_files.reader import EventReader, NumberedEvent
from memsy.cli.text_encoding import remove_bom
from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload

_FIELDS = attrs.fields_dict(EventPayload)


class JSONLinesReader(EventReader):
    """Reader of lines. It skips empty lines, and a byte order mark at the start."""

    def __init__(self, name: str, lines: Iterable[bytes]) -> None:
        super().__init__(name)
        self._lines = lines

    def __iter__(self) -> Iterator[NumberedEvent]:
        for number, line in enumerate(self._lines, start=1):
            try:
                content = (remove_bom(line) if number == 1 else line).strip()
                if not content:
                    continue
                event = read_event(content)
            except ValueError as error:
                raise self.error(number, error) from None
            self._advance(len(line))
            yield number, event


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
    for name in REQUIRED:
        if name not in fields:
            raise ValueError(f"field {name!r} is missing; an event needs {', '.join(REQUIRED)}")
    for name, value in fields.items():
        if name == "metadata" and isinstance(value, dict):
            continue
        if not isinstance(value, str) and (name in REQUIRED or value is not None):
            expected = "a string or an object" if name == "metadata" else "a string"
            raise ValueError(f"{name} must be {expected}, got {json.dumps(value)[:40]}")
