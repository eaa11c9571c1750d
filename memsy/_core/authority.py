"""Host and port of a URL, in one spelling for both HTTP libraries."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from memsy._core.interrupts import is_interrupt

_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*)(?::(?P<port>[0-9]{0,5}))?")
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*(?!(?:[0-9]+|0x[0-9a-f]*)\.?$)[a-z0-9_-]{1,63}\.?")
_MAX_NAME_LENGTH = 253

HOST_RULE = (
    "the host must be a DNS name in ASCII, an IPv4 address of four decimal numbers, or an IPv6 "
    "address without a zone"
)
"""Hosts that `normalize_authority` accepts, for error messages."""


def normalize_authority(authority: str, default_port: int) -> str | None:
    """
    Return `host:port` in lower case, without the default port, or None if a part is invalid.

    The HTTP libraries disagree on other spellings. One of them connects to 127.1, decodes
    `local%68ost` or sends an upper-case host in lower case, and the other does not.

    Args:
        authority: Host and optional port, without credentials.
        default_port: The port of the scheme.
    """
    match = _AUTHORITY.fullmatch(authority.lower())
    if match is None or not _is_host(match["host"]):
        return None
    port = int(match["port"] or default_port)
    if not 0 < port < 2**16:
        return None
    return match["host"] if port == default_port else f"{match['host']}:{port}"


def ip_of(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that `host` spells, without brackets, or None for a name."""
    try:
        return ip_address(host)
    except ValueError as error:
        if is_interrupt(error):
            raise
        return None


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return "%" not in host and isinstance(ip_of(host[1:-1]), IPv6Address)
    is_name = len(host.rstrip(".")) <= _MAX_NAME_LENGTH and _NAME.fullmatch(host) is not None
    return is_name or isinstance(ip_of(host), IPv4Address)
