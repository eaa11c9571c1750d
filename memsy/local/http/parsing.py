"""
From what was sent to typed values: every fault is noted, and all of them are told at once.

A reader that finds fault notes it and goes on with a stand-in of the right type, which nobody
ever sees: `Given.settle()` raises before anything is done with what was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import cast
from urllib.parse import parse_qsl

from attrs import field, frozen

from memsy.local import timestamps
from memsy.local.config import ServiceConfig
from memsy.local.http import json_body
from memsy.local.http.errors import ValidationErrorResponse, ValidationItem, org_id_not_allowed

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


@frozen
class Fields:
    """
    The fields of a JSON object or of a query, read one by one.

    Texts lose their NUL characters, which are not stored, and the space around them
    unless they are *verbatim*. A null counts as missing where a field may be missing.
    """

    _values: Mapping[str, object]
    _place: tuple[str | int, ...]
    _faults: list[ValidationItem]

    def has(self, name: str) -> bool:
        return self._get(name) is not None

    def fault(self, place: str | int | tuple[str | int, ...], msg: str, kind: str) -> None:
        """Note that what stands at *place* below here is wrong."""
        below = place if isinstance(place, tuple) else (place,)
        self._faults.append({"loc": [*self._place, *below], "msg": msg, "type": kind})

    def text(self, name: str, *, most: int, verbatim: bool = False) -> str:
        """A text that must be there, and be more than space."""
        if name not in self._values:
            self.fault(name, "Field required", "missing")
            return ""
        text = self._text(name, most, verbatim)
        if text is not None and not text.strip():
            self.fault(name, "String should have at least 1 character", "string_too_short")
        return text or ""

    def optional_text(self, name: str, *, most: int, verbatim: bool = False) -> str | None:
        """A text, or None if it is missing or blank."""
        return (self._text(name, most, verbatim) or None) if self.has(name) else None

    def text_if_given(self, name: str, *, most: int) -> str | None:
        """
        A text, or None if it is missing; but never a blank one.

        For ids that narrow a question down: a blank one would widen it to everybody.
        """
        return self.text(name, most=most) if self.has(name) else None

    def moment(self, name: str) -> int | None:
        if not self.has(name):
            return None
        try:
            return timestamps.parse(self._text(name, 64) or "")
        except ValueError as error:
            self.fault(name, f"Input should be a valid datetime: {error}", "datetime_parsing")
            return None

    def date(self, name: str) -> int | None:
        """The moment at which a day begins, in UTC."""
        if not self.has(name):
            return None
        try:
            return timestamps.parse_date(self._text(name, 64) or "")
        except ValueError as error:
            self.fault(name, f"Input should be a valid date: {error}", "date_parsing")
            return None

    def choice(self, name: str, options: Sequence[str], default: str | None = None) -> str:
        """One of *options*; it may be missing if there is a *default*."""
        if default is not None and not self.has(name):
            return default
        value = self._get(name)
        if name not in self._values:
            self.fault(name, "Field required", "missing")
        elif value not in options:
            *others, last = map(repr, options)
            self.fault(name, f"Input should be {', '.join(others)} or {last}", "enum")
        return str(value)

    def integer(self, name: str, *, default: int, least: int, most: int | None = None) -> int:
        value = self._integer(name) if self.has(name) else default
        if value is None:
            self.fault(name, "Input should be a valid integer", "int_type")
        elif value < least:
            wanted = f"Input should be greater than or equal to {least}"
            self.fault(name, wanted, "greater_than_equal")
        elif most is not None and value > most:
            self.fault(name, f"Input should be less than or equal to {most}", "less_than_equal")
        else:
            return value
        return default

    def number(self, name: str, *, default: float, least: float) -> float:
        value = self._get(name) if self.has(name) else default
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fault(name, "Input should be a valid number", "float_type")
        elif value < least:
            wanted = f"Input should be greater than or equal to {least:g}"
            self.fault(name, wanted, "greater_than_equal")
        else:
            return value
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._get(name) if self.has(name) else default
        if not isinstance(value, bool):
            self.fault(name, "Input should be a valid boolean", "bool_type")
            return default
        return value

    def texts(self, name: str, *, least: int = 0, most: int) -> list[str]:
        """A list of texts, which may be missing if it may be empty."""
        if least == 0 and not self.has(name):
            return []
        found = list[str]()
        for position, value in enumerate(self._list(name, least, most)):
            if isinstance(value, str):
                found.append(value.replace("\0", ""))
            else:
                self.fault((name, position), "Input should be a valid string", "string_type")
        return found

    def objects(self, name: str, *, least: int, most: int) -> list[Fields]:
        """A list of JSON objects, each to be read in its turn."""
        return [
            _object(value, (*self._place, name, position), self._faults)
            for position, value in enumerate(self._list(name, least, most))
        ]

    def _get(self, name: str) -> object:
        return self._values.get(name)

    def _text(self, name: str, most: int, verbatim: bool = False) -> str | None:
        value = self._get(name)
        if not isinstance(value, str):
            self.fault(name, "Input should be a valid string", "string_type")
            return None
        text = value.replace("\0", "")
        text = text if verbatim else text.strip()
        if len(text) > most:
            self.fault(name, f"String should have at most {most} characters", "string_too_long")
        return text

    def _integer(self, name: str) -> int | None:
        value = self._get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _list(self, name: str, least: int, most: int) -> Sequence[object]:
        value = self._get(name)
        if name not in self._values:
            self.fault(name, "Field required", "missing")
        elif not isinstance(value, list):
            self.fault(name, "Input should be a valid list", "list_type")
        else:
            items = cast("list[object]", value)
            if least <= len(items) <= most:
                return items
            wanted = f"List should have {least} to {most} items, not {len(items)}"
            self.fault(name, wanted, "too_short" if len(items) < least else "too_long")
        return ()


@frozen
class Query(Fields):
    """The parameters of a query: all of them texts, and none that nobody asks for."""

    _asked: set[str] = field(factory=set[str])

    def note_unknown(self) -> None:
        for name in self._values:
            if name not in self._asked:
                self.fault(name, f"There is no parameter {name!r} here", "extra_forbidden")

    def _get(self, name: str) -> object:
        self._asked.add(name)
        return self._values.get(name)

    def _integer(self, name: str) -> int | None:
        value = self._get(name)
        return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


class RequestInput:
    """What a request says besides its path, and the *rules* by which it is to be read."""

    def __init__(
        self, query: str, body: bytes | None, content_type: str | None, config: ServiceConfig
    ) -> None:
        self.config = config
        self._faults = list[ValidationItem]()
        self._body = body
        self._content_type = content_type
        self.query: Query = Query(
            dict(parse_qsl(query, keep_blank_values=True)), ("query",), self._faults
        )

    @cached_property
    def body(self) -> Fields:
        """
        The fields of the JSON object that is the body.

        Raises:
            Refusal: 415 or 422 if it is not even JSON.
        """
        if not self._body:
            self._faults.append({"loc": ["body"], "msg": "Field required", "type": "missing"})
            return Fields({}, ("body",), [])
        json_body.check_media_type(self._content_type)
        return _object(json_body.decode(self._body), ("body",), self._faults)

    def refuse_org_id(self) -> None:
        """
        Check that the body names no organisation where the plan does not let it.

        Raises:
            Refusal: 400, it does.
        """
        if self.config.plan == "free" and self.body.has("org_id"):
            raise org_id_not_allowed()

    def raise_errors(self) -> None:
        """
        Done reading; now it may be acted on.

        Raises:
            Invalid: there was something wrong, or a parameter of the query went unread.
        """
        self.query.note_unknown()
        if self._faults:
            raise ValidationErrorResponse(self._faults)


def _object(value: object, place: tuple[str | int, ...], faults: list[ValidationItem]) -> Fields:
    if isinstance(value, dict):
        return Fields(cast("dict[str, object]", value), place, faults)
    message = "Input should be a valid dictionary or object to extract fields from"
    faults.append({"loc": list(place), "msg": message, "type": "model_attributes_type"})
    return Fields({}, place, [])  # nobody need hear of the fields that no non-object has
