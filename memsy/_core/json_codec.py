"""Strict JSON: parse text, and decode a response body into a model."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NoReturn, TypeVar, get_origin

from attrs import evolve

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.http import HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.response_body import unacceptable
from memsy._core.runtime_types import Shape
from memsy.exceptions import MemsyResponseError

T = TypeVar("T")

MAX_BRACKETS = 1_000_000
"""Limit of `[` and `{` in a JSON text, in strings, too. A valid response has far fewer."""

_MAX_QUOTED_BYTES = 2**16
"""The start of a body that an error quotes. The exchange masks secrets and cuts the message."""


class TooManyBrackets(ValueError):
    """JSON text with more than `MAX_BRACKETS` opening brackets."""


def parse(content: bytes) -> object:
    """
    Parse JSON by RFC 8259: UTF-8, without NaN. If an object repeats a key, the last value counts.

    Raises:
        TooManyBrackets: `content` may have so many arrays and objects that their parsed form takes
            gigabytes.
        ValueError: `content` is not JSON, or is nested too deeply.
    """
    if _has_too_many_brackets(content):
        raise TooManyBrackets(f"the value has more than {MAX_BRACKETS:,} opening brackets")
    try:
        value: object = _decode(content.decode("utf-8"))
    except RecursionError as error:
        if is_interrupt(error):
            raise
        raise ValueError("the value is nested too deeply") from None
    return value


def _has_too_many_brackets(content: bytes) -> bool:
    # The length comes first, because counting would slow down each ordinary response.
    return len(content) > MAX_BRACKETS and content.count(b"[") + content.count(b"{") > MAX_BRACKETS


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# One decoder for all calls: `json.loads` with this option creates one in each call.
_decode = json.JSONDecoder(parse_constant=_reject_constant).decode


def decode_as(
    shape: Shape[T], *, is_secret: bool = False, accepts_empty: bool = False
) -> Callable[[HTTPResponse], T]:
    """
    Return a decoder of response bodies.

    An empty body or a null is an empty list if `shape` is a list (wire contract, section 5.5).

    Args:
        shape: The type of the result: a model, or a list of models.
        is_secret: The body may contain a secret, so no error quotes or holds it.
        accepts_empty: An empty body or a null is an object without fields, for a model whose
            fields all have a default.
    """
    if_empty: object = [] if get_origin(shape) is list else {} if accepts_empty else None

    def decode(response: HTTPResponse) -> T:
        try:
            return structure(_parse_body(response, if_empty), shape)
        except SchemaMismatch as mismatch:
            error = MemsyResponseError(str(mismatch))
        except TooManyBrackets:
            error = unacceptable(f"its body has more than {MAX_BRACKETS:,} opening brackets")
        except ValueError as invalid:
            if is_interrupt(invalid):
                raise
            error = _not_json(response, is_secret=is_secret)
        error.response = evolve(response, content=b"") if is_secret else response
        error.maybe_processed = True
        raise error

    return decode


def no_content(response: HTTPResponse) -> None:
    """Decode a response whose body, if any, is ignored."""


def _parse_body(response: HTTPResponse, if_empty: object) -> object:
    is_empty = if_empty is not None and response.content.strip() in (b"", b"null")
    return if_empty if is_empty else parse(response.content)


def _not_json(response: HTTPResponse, *, is_secret: bool) -> MemsyResponseError:
    content_type = response.header("content-type") or "no content type"
    start = response.content[:_MAX_QUOTED_BYTES].decode("utf-8", "replace")
    quoted = "not shown, it may contain a secret" if is_secret else start or "it is empty"
    error = MemsyResponseError(
        f"HTTP {response.status} with a body that is not JSON ({content_type}): {quoted}"
    )
    # The next attempt may succeed: the body may be garbled, or the page of a proxy.
    error.is_retryable = True
    return error
