"""
Parsing of query and body into typed values, with one 422 for all validation errors.

A reader that finds an invalid value records an error and returns a placeholder of the right type.
`RequestInput.raise_errors()` raises before the service uses a placeholder. The limits and the
trimming of texts follow section 4 of the wire contract, the messages follow pydantic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import cast
from urllib.parse import parse_qsl

from attrs import field, frozen

from memsy._core.interrupts import is_interrupt
from memsy._core.text import plain
from memsy.local import timestamps
from memsy.local.config import ServiceConfig
from memsy.local.http import json_body
from memsy.local.http.errors import ValidationErrorResponse, ValidationItem, org_id_not_allowed

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


def trim(text: str) -> str:
    """
    Return an id as the service stores and compares it, without NUL characters and space around.

    Space is what `str.strip()` removes: a no-break space is one, a zero-width space and a byte
    order mark are not.
    """
    return plain(text).replace("\0", "").strip()


@frozen
class Fields:
    """
    Reader for the fields of a JSON object.

    The reader trims all texts, those of a list included. With `verbatim=True` it removes NUL
    characters only. Null counts as missing if the field is optional.
    """

    _values: Mapping[str, object]
    _loc: tuple[str | int, ...]
    _errors: list[ValidationItem]

    def has(self, name: str) -> bool:
        """Return True if the field is present and not null."""
        return self._get(name) is not None

    def add_error(self, loc: str | int | tuple[str | int, ...], msg: str, type_: str) -> None:
        """Record a validation error at `loc`, relative to this object."""
        relative = loc if isinstance(loc, tuple) else (loc,)
        self._errors.append({"loc": [*self._loc, *relative], "msg": msg, "type": type_})

    def text(self, name: str, *, max_length: int, verbatim: bool = False) -> str:
        """Return a required text that is not blank."""
        if name not in self._values:
            self.add_error(name, "Field required", "missing")
            return ""
        text = self._text(name, max_length, verbatim)
        if text is not None and not text.strip():
            self.add_error(name, "String should have at least 1 character", "string_too_short")
        return text or ""

    def optional_text(self, name: str, *, max_length: int, verbatim: bool = False) -> str | None:
        """Return a text, or None if it is missing or blank."""
        return (self._text(name, max_length, verbatim) or None) if self.has(name) else None

    def optional_nonblank_text(self, name: str, *, max_length: int) -> str | None:
        """
        Return a text, or None if it is missing. A blank text is an error.

        Use this reader for ids that limit a search: a blank id would search all actors.
        """
        return self.text(name, max_length=max_length) if self.has(name) else None

    def timestamp(self, name: str) -> int | None:
        """Return an ISO 8601 time in microseconds since 1970, or None if it is missing."""
        if not self.has(name):
            return None
        try:
            return timestamps.parse(self._text(name, 64) or "")
        except ValueError as error:
            if is_interrupt(error):
                raise
            self.add_error(name, f"Input should be a valid datetime: {error}", "datetime_parsing")
            return None

    def date(self, name: str) -> int | None:
        """Return the start of a day in UTC, in microseconds since 1970, or None if missing."""
        if not self.has(name):
            return None
        try:
            return timestamps.parse_date(self._text(name, 64) or "")
        except ValueError as error:
            if is_interrupt(error):
                raise
            self.add_error(name, f"Input should be a valid date: {error}", "date_parsing")
            return None

    def choice(self, name: str, options: Sequence[str], default: str | None = None) -> str:
        """Return one of `options`. The field is required if `default` is None."""
        if default is not None and not self.has(name):
            return default
        value = self._get(name)
        if name not in self._values:
            self.add_error(name, "Field required", "missing")
        elif value not in options:
            *others, last = map(repr, options)
            self.add_error(name, f"Input should be {', '.join(others)} or {last}", "enum")
        return str(value)

    def integer(self, name: str, *, default: int, minimum: int, maximum: int | None = None) -> int:
        """Return an integer within the bounds, or `default` if it is missing."""
        value = self._integer(name) if self.has(name) else default
        if value is None:
            self.add_error(name, "Input should be a valid integer", "int_type")
        elif value < minimum:
            message = f"Input should be greater than or equal to {minimum}"
            self.add_error(name, message, "greater_than_equal")
        elif maximum is not None and value > maximum:
            message = f"Input should be less than or equal to {maximum}"
            self.add_error(name, message, "less_than_equal")
        else:
            return value
        return default

    def number(self, name: str, *, default: float, minimum: float) -> float:
        """Return a number of at least `minimum`, or `default` if it is missing."""
        value = self._get(name) if self.has(name) else default
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.add_error(name, "Input should be a valid number", "float_type")
        elif value < minimum:
            message = f"Input should be greater than or equal to {minimum:g}"
            self.add_error(name, message, "greater_than_equal")
        else:
            return value
        return default

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return a boolean, or `default` if it is missing."""
        value = self._get(name) if self.has(name) else default
        if not isinstance(value, bool):
            self.add_error(name, "Input should be a valid boolean", "bool_type")
            return default
        return value

    def text_list(self, name: str, *, min_items: int = 0, max_items: int) -> list[str]:
        """Return a list of texts. The field is required if `min_items` is not 0."""
        if min_items == 0 and not self.has(name):
            return []
        texts = list[str]()
        for position, value in enumerate(
            self.items(name, min_items=min_items, max_items=max_items)
        ):
            if isinstance(value, str):
                texts.append(trim(value))
            else:
                self.add_error((name, position), "Input should be a valid string", "string_type")
        return texts

    def object_list(self, name: str, *, min_items: int, max_items: int) -> list[Fields]:
        """Return the readers for a required list of JSON objects."""
        return self.objects(name, self.items(name, min_items=min_items, max_items=max_items))

    def items(self, name: str, *, min_items: int, max_items: int) -> Sequence[object]:
        """Return the items of a required list as they are."""
        value = self._get(name)
        if name not in self._values:
            self.add_error(name, "Field required", "missing")
        elif not isinstance(value, list):
            self.add_error(name, "Input should be a valid list", "list_type")
        else:
            items = cast("list[object]", value)
            if min_items <= len(items) <= max_items:
                return items
            message = f"List should have {min_items} to {max_items} items, not {len(items)}"
            self.add_error(name, message, "too_short" if len(items) < min_items else "too_long")
        return ()

    def objects(self, name: str, items: Sequence[object]) -> list[Fields]:
        """Return the readers for the items of the list `name`."""
        return [
            _object(value, (*self._loc, name, position), self._errors)
            for position, value in enumerate(items)
        ]

    def _get(self, name: str) -> object:
        return self._values.get(name)

    def _text(self, name: str, max_length: int, verbatim: bool = False) -> str | None:
        value = self._get(name)
        if not isinstance(value, str):
            self.add_error(name, "Input should be a valid string", "string_type")
            return None
        text = value.replace("\0", "") if verbatim else trim(value)
        if len(text) > max_length:
            message = f"String should have at most {max_length} characters"
            self.add_error(name, message, "string_too_long")
        return text

    def _integer(self, name: str) -> int | None:
        value = self._get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@frozen
class Query(Fields):
    """Reader for the parameters of a query string. All values are texts."""

    _known: set[str] = field(factory=set[str])

    def reject_unknown(self) -> None:
        """Record an error for each parameter that was not read."""
        for name in self._values:
            if name not in self._known:
                self.add_error(name, f"Unknown query parameter {name!r}", "extra_forbidden")

    def _get(self, name: str) -> object:
        self._known.add(name)
        return self._values.get(name)

    def _integer(self, name: str) -> int | None:
        value = self._get(name)
        return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


class RequestInput:
    """Query and body of one request, with the settings that their validation depends on."""

    def __init__(
        self,
        query: str,
        body: bytes | None,
        content_type: str | None,
        config: ServiceConfig,
        authorization: str | None = None,
    ) -> None:
        self.config = config
        self.authorization = authorization
        self._errors = list[ValidationItem]()
        self._body = body
        self._content_type = content_type
        self._query_text = query

    @cached_property
    def query(self) -> Query:
        """Parameters of the query string."""
        values = dict(parse_qsl(self._query_text, keep_blank_values=True))
        return Query(values, ("query",), self._errors)

    @cached_property
    def body(self) -> Fields:
        """
        Fields of the JSON object in the body.

        Raises:
            ErrorResponse: 415 for another media type, 413 or 422 for a body that is not JSON.
        """
        if not self._body:
            self._errors.append({"loc": ["body"], "msg": "Field required", "type": "missing"})
            return Fields({}, ("body",), [])
        json_body.check_media_type(self._content_type)
        return _object(json_body.decode(self._body), ("body",), self._errors)

    def require_no_org_id(self) -> None:
        """
        Check that the body contains no `org_id` on the free plan.

        Raises:
            ErrorResponse: 400 `org_id_not_allowed`.
        """
        if self.config.plan == "free" and self.body.has("org_id"):
            raise org_id_not_allowed()

    def raise_errors(self) -> None:
        """
        Raise all recorded errors. Call this method after all fields have been read.

        Raises:
            ValidationErrorResponse: A value is invalid, or a query parameter is unknown.
        """
        if self._query_text:
            self.query.reject_unknown()
        if self._errors:
            raise ValidationErrorResponse(self._errors)


def _object(value: object, loc: tuple[str | int, ...], errors: list[ValidationItem]) -> Fields:
    if isinstance(value, dict):
        return Fields(cast("dict[str, object]", value), loc, errors)
    message = "Input should be a valid dictionary or object to extract fields from"
    errors.append({"loc": list(loc), "msg": message, "type": "model_attributes_type"})
    return Fields({}, loc, [])  # do not record errors for the missing fields, too
