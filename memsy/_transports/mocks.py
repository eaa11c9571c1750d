"""HTTP mocks of tests, such as responses, requests-mock, vcrpy, aioresponses and pook."""

from __future__ import annotations

from collections.abc import Mapping

from memsy._core.response_body import BodyDecoder
from memsy._core.text import plain
from memsy.exceptions import MemsyConfigurationError, MemsyResponseError


def is_defined_in(module: str, function: object) -> bool:
    """
    Return True if `module` defines `function`, so that no mock has replaced it.

    The globals of a function tell: `functools.wraps` and `unittest.mock` copy `__module__`.
    """
    return bool(getattr(function, "__globals__", {}).get("__name__") == module)


def plain_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with plain values. A recorder cannot save a subclass of `str`."""
    return {name: plain(value) for name, value in headers.items()}


def decode_mock_body(content: bytes, encoding: str | None) -> bytes:
    """
    Return the decoded body of a response of a mock.

    A recorder may have decoded the body already, and kept the `Content-Encoding` header.
    """
    try:
        body = BodyDecoder(encoding)
        body.feed(content)
        return body.finish()
    except MemsyResponseError:
        return content


def mock_response_error(response: object) -> MemsyConfigurationError:
    """Return the error for a mock that returns `response`, which is not an HTTP response."""
    return MemsyConfigurationError(
        f"an HTTP mock returned a {type(response).__name__}, which is not an HTTP response; "
        "use a fake of memsy.testing or a LocalServer in place of the mock"
    )
