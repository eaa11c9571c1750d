"""HTTP proxy of a client, from an argument or from the environment variables."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from attrs import frozen

from memsy._core.secret import MaskedStr, Secret, wrap_secret
from memsy._core.text import has_host, is_printable
from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from memsy._core.environment import Environment


@frozen
class Proxy:
    """An HTTP proxy. The credentials are not part of `url`."""

    url: str
    credentials: Secret | None = None
    """`user:password`, percent-encoded as in the URL."""

    def authorization(self) -> str | None:
        """Return the value of the `Proxy-Authorization` header, or None without credentials."""
        if self.credentials is None:
            return None
        # Basic credentials need a colon, so a missing password is sent as an empty one.
        user, _, password = self.credentials.reveal().partition(":")
        basic = b64encode(unquote_to_bytes(f"{user}:{password}"))
        return MaskedStr(f"Basic {basic.decode('ascii')}")

    def secrets(self) -> list[Secret]:
        """Return the password, and the credentials as the header has them."""
        if self.credentials is None:
            return []
        password = self.credentials.reveal().partition(":")[2]
        basic = (self.authorization() or "").partition(" ")[2]
        return [Secret(unquote(password)), Secret(basic)]


def parse_proxy(url: Secret | type | None, source: str) -> Proxy | None:
    """
    Return the proxy at `url`, or None if there is no URL.

    Args:
        url: The result of `wrap_secret`. The default scheme is http.
        source: The argument or variable that holds the URL, for the error message.

    Raises:
        MemsyConfigurationError: `url` is not the URL of an HTTP proxy. The message does not show
            the URL, because it may contain a password.
    """
    if url is None:
        return None
    if isinstance(url, type) or not _is_proxy_url(url):
        raise MemsyConfigurationError(
            f"{source} is not the URL of an HTTP proxy, such as http://127.0.0.1:3128"
        )
    credentials, separator, address = urlsplit(_with_scheme(url)).netloc.rpartition("@")
    return Proxy(f"http://{address}", Secret(credentials) if separator else None)


def proxy_from_environment(environ: Environment, url: str) -> Proxy | None:
    """
    Return the proxy that the environment variables name for `url`, or None.

    A variable in lower case comes first. `HTTP_PROXY` is ignored in a CGI process, because a
    request header can set it there.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    if _is_exempt(host, port, environ.get("no_proxy") or environ.get("NO_PROXY") or ""):
        return None
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        upper = None if name == "http_proxy" and "REQUEST_METHOD" in environ else name.upper()
        for variable in (name, upper):
            if variable and environ.get(variable):
                return parse_proxy(wrap_secret(environ.get(variable)), variable)
    return None


def _is_proxy_url(url: Secret) -> bool:
    if not (is_printable(url.reveal()) and has_host(_with_scheme(url))):
        return False
    scheme, _, *other_parts = urlsplit(_with_scheme(url))
    # An "@" after the address means that the password contains an unescaped slash.
    return scheme == "http" and "@" not in "".join(other_parts)


def _with_scheme(url: Secret) -> MaskedStr:
    return MaskedStr(url.reveal() if "://" in url.reveal() else f"http://{url.reveal()}")


def _is_exempt(host: str, port: int | None, no_proxy: str) -> bool:
    """Return True if the list `no_proxy` contains the host, a parent domain or `*`."""
    names = ("*", host, f"[{host}]", f"{host}:{port}", f"[{host}]:{port}")
    for entry in (entry.strip().lower().lstrip(".") for entry in no_proxy.split(",")):
        if entry in names or (entry and host.endswith(f".{entry}")):
            return True
    return False
