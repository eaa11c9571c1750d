"""Loopback check of IP addresses (a name never counts), and the spelling of a host in a URL."""

from __future__ import annotations

from memsy._core.authority import ip_of


def is_loopback(host: str) -> bool:
    """Return True if `host` is a loopback IP address; a name, even `localhost`, is not."""
    literal = ip_of(host)
    return literal is not None and literal.is_loopback


def url_host(host: str) -> str:
    """
    Return the spelling of `host` in a URL that this machine can connect to.

    An IPv6 address gets brackets, and the unspecified address becomes the loopback address.
    """
    literal = ip_of(host)
    if literal is None:
        return host.lower()
    if literal.is_unspecified:  # the server listens on every address, so loopback reaches it
        return "127.0.0.1" if literal.version == 4 else "[::1]"
    return host if literal.version == 4 else f"[{literal.compressed}]"
