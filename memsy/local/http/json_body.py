"""Strict decoder of JSON request bodies (RFC 8259), and the check of their media type."""

from __future__ import annotations

import json
from typing import NoReturn

from memsy._core.interrupts import is_interrupt
from memsy.local.http.errors import ErrorResponse, ValidationErrorResponse, not_json, too_large

MAX_BODY_BYTES = 10 * 1024 * 1024


def decode(body: bytes) -> object:
    """
    Return the decoded JSON value of `body`. If an object repeats a key, the last value counts.

    Raises:
        ErrorResponse: 413 for more than 10 MiB; 422 for invalid UTF-8 or syntax, NaN, a lone
            surrogate, a number with thousands of digits, or too deep nesting.
    """
    if len(body) > MAX_BODY_BYTES:
        raise too_large(MAX_BODY_BYTES)
    try:
        value: object = _decoder.decode(body.decode("utf-8"))
        if b"\\u" in body:  # only an escape sequence can produce a lone surrogate
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        if is_interrupt(error):
            raise
        raise _decoding_error(error) from None
    return value


def check_media_type(content_type: str | None) -> None:
    """
    Check that a `Content-Type` header names JSON.

    Raises:
        ErrorResponse: 415 for another type, or for a missing header.
    """
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise not_json(content_type)


def _reject_constant(name: str) -> NoReturn:
    raise _json_error(f"{name} is not a JSON value")


# One decoder for all requests: `json.loads` with this option creates one in each call.
_decoder = json.JSONDecoder(parse_constant=_reject_constant)


def _decoding_error(error: Exception) -> ErrorResponse:
    if isinstance(error, json.JSONDecodeError):
        return _json_error(error.msg, error.pos)
    if isinstance(error, (UnicodeDecodeError, UnicodeEncodeError)):
        return _json_error(error.reason)
    if isinstance(error, RecursionError):
        return _json_error("nested too deeply")
    return _json_error("a number has too many digits")  # Python limits the digits of an int


def _json_error(reason: str, position: int = 0) -> ErrorResponse:
    message = f"JSON decode error: {reason}"
    return ValidationErrorResponse(
        [{"loc": ["body", position], "msg": message, "type": "json_invalid"}]
    )
