"""Strict JSON: parse and encode text, and decode a response body into a model."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.interrupts import is_interrupt
from memsy.exceptions import MemsyConfigurationError, MemsyResponseError

if TYPE_CHECKING:
    from memsy._core.http import HTTPResponse

T = TypeVar("T")

_EXCERPT = 200


def parse(content: bytes) -> object:
    """
    Parse JSON by RFC 8259: UTF-8, without NaN. If an object repeats a key, the last value counts.

    Raises:
        ValueError: `content` is not JSON, or is nested too deeply.
    """
    try:
        value: object = json.loads(content.decode("utf-8"), parse_constant=_reject_constant)
    except RecursionError as error:
        if is_interrupt(error):
            raise
        raise ValueError("the value is nested too deeply") from None
    return value


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def dump(value: object, label: str) -> str:
    """
    Return `value` as compact JSON that UTF-8 can encode.

    Args:
        value: The value to encode.
        label: Name of the value, for the start of an error message.

    Raises:
        MemsyConfigurationError: JSON cannot represent the value.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        if is_interrupt(error):
            raise
        reason = _reason(error)
    else:
        return text
    raise MemsyConfigurationError(f"{label} cannot be encoded as JSON: {reason}")


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "it contains a lone surrogate, which UTF-8 cannot encode"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def decode_as(shape: type[T], *, is_secret: bool = False) -> Callable[[HTTPResponse], T]:
    """
    Return a decoder of response bodies.

    Args:
        shape: The type of the result: a model, or a list of models.
        is_secret: The body may contain a secret, so no error message quotes it.
    """

    def decode(response: HTTPResponse) -> T:
        try:
            return structure(_parse_body(response, is_secret=is_secret), shape)
        except SchemaMismatch as mismatch:
            error = MemsyResponseError(str(mismatch))
        error.maybe_processed = True
        raise error

    return decode


def no_content(response: HTTPResponse) -> None:
    """Decode a response whose body, if any, is ignored."""


def _parse_body(response: HTTPResponse, *, is_secret: bool) -> object:
    try:
        return parse(response.content)
    except ValueError as invalid:
        if is_interrupt(invalid):
            raise
        content_type = response.header("content-type") or "no content type"
        excerpt = (
            "not shown, it may contain a secret" if is_secret else repr(response.text[:_EXCERPT])
        )
        error = MemsyResponseError(
            f"HTTP {response.status} with a body that is not JSON ({content_type}): {excerpt}"
        )
    # The next attempt may succeed: the body may be garbled, or the page of a proxy.
    error.is_retryable = error.maybe_processed = True
    raise error
