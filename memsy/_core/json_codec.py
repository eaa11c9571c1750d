"""Bytes to JSON values and back: strict about what it reads, honest about what it cannot write."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

from memsy._core.decode import SchemaMismatch, structure
from memsy.exceptions import MemsyConfigurationError, MemsyResponseError

if TYPE_CHECKING:
    from memsy._core.http import HTTPResponse

T = TypeVar("T")

_EXCERPT = 200


def parse(content: bytes) -> object:
    """
    Read JSON as RFC 8259 has it: in UTF-8, without NaN; of equal keys in an object the last wins.

    Raises:
        ValueError: it is none.
    """
    try:
        value: object = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def dump(value: object, what: str) -> str:
    """
    Write *value* as compact JSON that UTF-8 can carry.

    Raises:
        MemsyConfigurationError: JSON has no way to say it; the message begins with *what*.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode("utf-8")
    except UnicodeEncodeError:
        reason = "it holds a lone surrogate, which UTF-8 cannot carry"
    except RecursionError:
        reason = "it is nested too deeply"
    except (TypeError, ValueError) as error:
        reason = str(error)
    else:
        return text
    raise MemsyConfigurationError(f"{what} cannot be written as JSON: {reason}")


def decode_as(shape: type[T], *, is_secret: bool = False) -> Callable[[HTTPResponse], T]:
    """
    Return a decoder that makes a *shape* of the body of a response.

    Args:
        shape: A model, or a list of models.
        is_secret: The body may hold a secret. No error quotes it.
    """

    def decode(response: HTTPResponse) -> T:
        try:
            return structure(_body(response, is_secret=is_secret), shape)
        except SchemaMismatch as mismatch:
            error = MemsyResponseError(str(mismatch))
        error.maybe_processed = True
        raise error

    return decode


def no_content(response: HTTPResponse) -> None:
    """Decode a response whose body, if any, carries no data."""


def _body(response: HTTPResponse, *, is_secret: bool) -> object:
    try:
        return parse(response.content)
    except ValueError:
        kind = response.header("content-type") or "of no content type"
        excerpt = "it may hold a secret" if is_secret else repr(response.text[:_EXCERPT])
        error = MemsyResponseError(
            f"HTTP {response.status} with a body that is no JSON ({kind}): {excerpt}"
        )
    # A proxy's page or a garbled body may well be gone at the next attempt.
    error.is_retryable = error.maybe_processed = True
    raise error
