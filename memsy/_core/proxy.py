"""HTTP proxy of a client, from an argument or from the environment variables."""

from __future__ import annotations

import re
from base64 import b64encode
from ipaddress import IPv4Address, IPv6Address, ip_network
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from attrs import frozen

from memsy._core.authority import ip_of, normalize_authority
from memsy._core.environment import Environment
from memsy._core.interrupts import is_interrupt
from memsy._core.secret import MaskedStr, Secret, wrap_secret
from memsy._core.text import is_printable
from memsy.exceptions import MemsyConfigurationError

_NO_PROXY_ENTRY = re.compile(r"(\[[^\]]*\]|[^:]*):([0-9]+)")
"""An entry with a port. An IPv6 address with a port has brackets."""


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
    proxy = None if isinstance(url, type) else _proxy(url)
    if proxy is None:
        raise MemsyConfigurationError(
            f"{source} is not the URL of an HTTP proxy, such as http://127.0.0.1:3128"
        )
    return proxy


def proxy_from_environment(environ: Environment, url: str) -> Proxy | None:
    """
    Return the proxy that the environment variables name for `url`, or None.

    A variable in lower case comes first. `HTTP_PROXY` is ignored in a CGI process, because a
    request header can set it there. `NO_PROXY` lists hosts to reach without a proxy, with commas or
    spaces between them: `*`, domains, IP addresses and networks such as 10.0.0.0/8. A domain covers
    its subdomains, with or without a leading dot. A name or an address may have a port.
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


def _proxy(url: Secret) -> Proxy | None:
    if not is_printable(url.reveal()):
        return None
    try:
        scheme, authority, *other_parts = urlsplit(_with_scheme(url))
    except ValueError as error:  # brackets without an address
        if is_interrupt(error):
            raise
        return None
    credentials, separator, host_and_port = authority.rpartition("@")
    address = normalize_authority(host_and_port, default_port=80)
    # An "@" after the address means that the password contains an unescaped slash.
    if scheme != "http" or address is None or "@" in "".join(other_parts):
        return None
    return Proxy(f"http://{address}", Secret(credentials) if separator else None)


def _with_scheme(url: Secret) -> MaskedStr:
    return MaskedStr(url.reveal() if "://" in url.reveal() else f"http://{url.reveal()}")


def _is_exempt(host: str, port: int | None, no_proxy: str) -> bool:
    """Return True if an entry of the list `no_proxy` covers the host and the port."""
    return any(_covers(entry, host, port) for entry in no_proxy.replace(",", " ").split())


def _covers(entry: str, host: str, port: int | None) -> bool:
    """
    Return True for `*`, for the name or a parent domain of `host`, and for its IP network.

    An entry with a port covers this port only.
    """
    match = _NO_PROXY_ENTRY.fullmatch(entry)
    name, entry_port = match.groups() if match else (entry, None)
    if entry_port is not None and entry_port != str(port):
        return False
    address = ip_of(host)
    if name == "*":
        return True
    if address is not None:
        return _network_contains(name.strip("[]"), address)
    domain = _ascii(name.removeprefix("*").strip(".")).lower()
    return bool(domain) and f".{host.rstrip('.')}".endswith(f".{domain}")


def _network_contains(network: str, address: IPv4Address | IPv6Address) -> bool:
    try:
        return address in ip_network(network, strict=False)
    except ValueError as error:  # a name, or an invalid network
        if is_interrupt(error):
            raise
        return False


def _ascii(name: str) -> str:
    """Return the xn-- form of an international host name. Hosts of URLs have this form."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError as error:
        if is_interrupt(error):
            raise
        return name
