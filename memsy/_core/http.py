"""What goes out and what comes back: plain values, known to every layer."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


def lowercase_names(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers, their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


@frozen
class HTTPRequest:
    """
    One HTTP request, as it stands on the wire below the base URL.

    *target* is the path and the query, percent-encoded: what stands here is sent
    byte for byte. *body* is None where a request has none; a POST without a body
    says `Content-Length: 0`.
    """

    method: str
    target: str
    body: bytes | None = field(default=None, repr=lambda body: f"<{len(body or b'')} bytes>")
    headers: Mapping[str, str] = field(
        factory=dict[str, str],
        converter=lowercase_names,
        repr=lambda headers: repr(sorted(headers)),
    )
    """Names in lower case. Values are not in the `repr`: one of them may be the key."""


@frozen
class HTTPResponse:
    """
    One HTTP response, whole and decoded, the same for every transport.

    This is what `MemsyAPIError.response` holds.
    """

    status: int
    headers: Mapping[str, str] = field(
        factory=dict[str, str], converter=lowercase_names, repr=False
    )
    """Names in lower case; the values of a repeated header are joined by a comma."""
    content: bytes = field(default=b"", repr=lambda content: f"<{len(content)} bytes>")

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its *name*."""
        return self.headers.get(name.lower())

    @property
    def text(self) -> str:
        """The content for a person's eyes: bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")
