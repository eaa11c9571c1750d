"""The one reader of JSON bodies, which takes what RFC 8259 calls JSON and nothing else."""

from __future__ import annotations

import json
from typing import NoReturn

from memsy.local.http.errors import ErrorResponse, ValidationErrorResponse, not_json, too_large

MAX_BODY_BYTES = 10 * 1024 * 1024


def decode(body: bytes) -> object:
    """
    The value of *body*; of equal keys the last one wins.

    Raises:
        Refusal: 413 for more than 10 MiB, or 422: bad UTF-8 or syntax, NaN, a lone
            surrogate, a number of thousands of digits, nesting beyond reason.
    """
    if len(body) > MAX_BODY_BYTES:
        raise too_large(MAX_BODY_BYTES)
    try:
        value: object = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        if b"\\u" in body:  # only an escape can have brought in half of a surrogate pair
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise _json_error(error.msg, error.pos) from None
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        raise _json_error(error.reason) from None
    except RecursionError:
        raise _json_error("nested too deeply") from None
    except ValueError:  # what is left is Python's own limit
        raise _json_error("a number has too many digits") from None
    return value


def check_media_type(content_type: str | None) -> None:
    """
    Check that a body is said to be JSON.

    Raises:
        Refusal: 415, it is said to be something else, or nothing.
    """
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise not_json(content_type)


def _refuse_constant(name: str) -> NoReturn:
    raise _json_error(f"{name} is not JSON")


def _json_error(reason: str, position: int = 0) -> ErrorResponse:
    message = f"JSON decode error: {reason}"
    return ValidationErrorResponse(
        [{"loc": ["body", position], "msg": message, "type": "json_invalid"}]
    )
