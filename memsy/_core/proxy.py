"""The proxy that requests go through: what the caller says, or the environment if it is trusted."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from attrs import frozen

from memsy._core.secret import MaskedStr, Secret, wrap_secret
from memsy._core.text import has_host, is_printable
from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from memsy._core.environment import Environment


@frozen
class Proxy:
    """An HTTP proxy, at a *url* that says nothing of who we are to it."""

    url: str
    credentials: Secret | None = None
    """`user:password`, percent-encoded, as it stood in the URL."""

    def authorization(self) -> str | None:
        """What to tell it of us, in the header that proxies have for that."""
        if self.credentials is None:
            return None
        # Whoever has no password has an empty one: without a colon it would be no login at all.
        user, _, password = self.credentials.reveal().partition(":")
        basic = b64encode(unquote_to_bytes(f"{user}:{password}"))
        return MaskedStr(f"Basic {basic.decode('ascii')}")


def parse_proxy(url: Secret | type | None, source: str) -> Proxy | None:
    """
    The proxy at a URL, as `hidden` leaves it; without a scheme it is http.

    Raises:
        MemsyConfigurationError: it is no such URL. *source* is named, its text is not: it may hold
            a password.
    """
    if url is None:
        return None
    if isinstance(url, type) or not _is_proxy_url(url):
        raise MemsyConfigurationError(
            f"{source} is no URL of an HTTP proxy; it should look like http://127.0.0.1:3128"
        )
    credentials, at, place = urlsplit(_with_scheme(url)).netloc.rpartition("@")
    return Proxy(f"http://{place}", Secret(credentials) if at else None)


def proxy_from_environment(environ: Environment, url: str) -> Proxy | None:
    """What the usual variables say, in lower case first: a CGI request can set HTTP_PROXY."""
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
    scheme, _, *rest = urlsplit(_with_scheme(url))
    # Behind the place, it is a piece of a password with a slash in it: the place is none, then.
    return scheme == "http" and "@" not in "".join(rest)


def _with_scheme(url: Secret) -> MaskedStr:
    return MaskedStr(url.reveal() if "://" in url.reveal() else f"http://{url.reveal()}")


def _is_exempt(host: str, port: int | None, no_proxy: str) -> bool:
    """Whether a comma-separated list names this host, a domain that it is in, or `*`."""
    places = ("*", host, f"[{host}]", f"{host}:{port}", f"[{host}]:{port}")
    for entry in (entry.strip().lower().lstrip(".") for entry in no_proxy.split(",")):
        if entry in places or (entry and host.endswith(f".{entry}")):
            return True
    return False
