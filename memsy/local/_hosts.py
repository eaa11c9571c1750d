"""Hosts, as people write them: by a name, or by an IP address."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address


def is_loopback(host: str) -> bool:
    """Whether *host* is an address of the loopback interface; a name is none."""
    literal = _literal(host)
    return literal is not None and literal.is_loopback


def in_url(host: str) -> str:
    """*host* as it stands in a URL that leads to it from here."""
    literal = _literal(host)
    if literal is None:
        return host.lower()
    if literal.is_unspecified:  # every address of this machine is listened on, so loopback is one
        return "127.0.0.1" if literal.version == 4 else "[::1]"
    return host if literal.version == 4 else f"[{literal.compressed}]"


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that *host* is, if it is not a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None
