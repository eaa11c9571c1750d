"""Headers that a user adds to all requests of a client: masked, checked, not the client's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from memsy._core.secret import MaskedStr, Secret
from memsy._core.text import plain, preview
from memsy.exceptions import MemsyConfigurationError

UncheckedHeaders: TypeAlias = Mapping[object, MaskedStr | type] | type
"""Headers as `mask_headers` returns them: a value, or a mapping, of a wrong type is its type."""

_CONNECTION = "the client sets it for each connection"
_BODY = "the client describes the body"
_RESPONSE = "the client decodes the response"
_OWNERS = {
    "accept": _RESPONSE,
    "accept-encoding": _RESPONSE,
    "authorization": "create a client with api_key=...",
    "connection": _CONNECTION,
    "content-encoding": _BODY,
    "content-length": _BODY,
    "content-type": _BODY,
    "expect": _CONNECTION,
    "host": "create a client with base_url=...",
    "keep-alive": _CONNECTION,
    "proxy-authorization": "create a client with a user and a password in proxy=...",
    "proxy-connection": _CONNECTION,
    "te": _CONNECTION,
    "trailer": _BODY,
    "transfer-encoding": _BODY,
    "upgrade": _CONNECTION,
    "user-agent": "create a client with app_info=...",
    "x-memsy-capture": "create a client with capture_mode=...",
    "x-memsy-surface": "create a client with surface=...",
}
"""Headers that belong to the client, with the reason or the argument to use instead."""

_TOKEN = re.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_SECRET_NAME = re.compile("auth|cookie|credential|key|password|secret|signature|token")


def is_token(text: str) -> bool:
    """Return True if `text` is a token of HTTP: a header name, or a part of `User-Agent`."""
    return _TOKEN.fullmatch(text) is not None


def mask_headers(headers: object) -> UncheckedHeaders:
    """Return headers in a form that a traceback may show: with masked values."""
    if not isinstance(headers, Mapping):
        return type(headers)
    return {
        name: MaskedStr(plain(value)) if isinstance(value, str) else type(value)
        for name, value in headers.items()
    }


def check_headers(source: str, headers: UncheckedHeaders) -> dict[str, MaskedStr]:
    """
    Return headers with their names in lower case.

    Args:
        source: The argument with the headers, for the error message.
        headers: The result of `mask_headers`.

    Raises:
        MemsyConfigurationError: A header is not valid, or it belongs to the client. The message
            names the header and does not show its value.
    """
    if isinstance(headers, type):
        raise MemsyConfigurationError(
            f"{source} must be a mapping of names to values, got {headers.__name__}"
        )
    checked: dict[str, MaskedStr] = {}
    for name, value in headers.items():
        lowercase_name, checked_value = _check_header(source, name, value)
        if lowercase_name in checked:
            raise MemsyConfigurationError(
                f"{source} must not contain {lowercase_name!r} twice: "
                "the case of a header name does not matter"
            )
        checked[lowercase_name] = checked_value
    return checked


def _check_header(source: str, name: object, value: MaskedStr | type) -> tuple[str, MaskedStr]:
    if not isinstance(name, str) or not is_token(plain(name)):
        raise MemsyConfigurationError(
            f"{source}: {preview(name)} is not a header name: "
            "use letters, digits and !#$%&'*+-.^_`|~"
        )
    lowercase_name = plain(name).lower()
    if lowercase_name in _OWNERS:
        raise MemsyConfigurationError(
            f"{source} must not contain {plain(name)!r}: {_OWNERS[lowercase_name]}"
        )
    if isinstance(value, type):
        raise MemsyConfigurationError(
            f"{source}: the value of {plain(name)!r} must be a str, got {value.__name__}"
        )
    if not _VALUE.fullmatch(value):
        raise MemsyConfigurationError(
            f"{source}: the value of {plain(name)!r} must consist of printable ASCII, at least one "
            "character, without spaces at its ends (is there a line break at its end?)"
        )
    return lowercase_name, value


def secrets_in(headers: Mapping[str, MaskedStr]) -> list[Secret]:
    """Return the values of the headers whose name indicates a secret, such as `x-gateway-key`."""
    return [Secret(plain(value)) for name, value in headers.items() if _SECRET_NAME.search(name)]
