"""HTTP requests and responses as plain values, the same for every transport."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


def request_id_in(headers: Mapping[str, str]) -> str | None:
    """Return the id of the request in the headers of a response, or None (section 2.5)."""
    # The second header is of AWS API Gateway.
    return headers.get("x-request-id") or headers.get("apigw-requestid") or None


def lowercase_names(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the same headers with their names in lower case."""
    if type(headers) is dict:
        names = "".join(headers)
        if names == names.lower():  # a transport has done it: this check takes a third of the time
            return dict(headers)
    return {name.lower(): value for name, value in headers.items()}


@frozen
class HTTPRequest:
    """One HTTP request, relative to the base URL of the client."""

    method: str
    target: str
    """Path and query, percent-encoded. The transport sends them byte for byte."""
    body: bytes | None = field(default=None, repr=lambda body: f"<{len(body or b'')} bytes>")
    """None for a request without a body. A POST without a body sends `Content-Length: 0`."""
    headers: Mapping[str, str] = field(
        factory=dict[str, str],
        converter=lowercase_names,
        repr=lambda headers: repr(sorted(headers)),
    )
    """Names are in lower case. The `repr` shows no values: one may be the API key."""


@frozen
class HTTPResponse:
    """One HTTP response, complete and decoded, as `MemsyAPIError.response` holds it."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str] = field(
        factory=dict[str, str], converter=lowercase_names, repr=False
    )
    """Names are in lower case. The values of a repeated header are joined with a comma."""
    content: bytes = field(default=b"", repr=lambda content: f"<{len(content)} bytes>")
    """Body, decompressed."""

    def header(self, name: str) -> str | None:
        """Return the value of a header, or None. The case of `name` does not matter."""
        return self.headers.get(name.lower())

    @property
    def request_id(self) -> str | None:
        """Id of the request, from `X-Request-Id` or `Apigw-Requestid`. The support asks for it."""
        return request_id_in(self.headers)

    @property
    def text(self) -> str:
        """The content as text. Bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")
