"""Whom we trust, and as whom we show ourselves: the same for both transports."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING

import certifi

from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsy._core.settings import Connection


def ssl_context_factory(connection: Connection) -> Callable[[], ssl.SSLContext]:
    """
    What gives the context when https first needs it.

    The bundle of certificates that we bring along is read then, and only once. Files that the
    caller named are read now.

    Raises:
        MemsyConfigurationError: one of the caller's files is unusable.
    """
    if connection.ca_file is None and connection.client_cert is None:
        return _default
    context = _bare() if connection.ca_file else _bundled()
    if connection.ca_file:
        _load("ca_file", context.load_verify_locations, connection.ca_file)
    if connection.client_cert:
        certificate, key = connection.client_cert
        # The empty password is for OpenSSL, which would else ask for one at the terminal.
        _load("client_cert", context.load_cert_chain, certificate, key, "")
    return lambda: context


def _bare() -> ssl.SSLContext:
    # Not ssl.create_default_context(), which obeys SSLKEYLOGFILE and SSL_CERT_FILE.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _bundled() -> ssl.SSLContext:
    context = _bare()
    context.load_verify_locations(certifi.where())
    return context


_default = cache(_bundled)


def _load(name: str, load: Callable[..., None], *files: str | None) -> None:
    try:
        load(*files)
    except (OSError, ValueError):
        raise MemsyConfigurationError(
            f"{name}: {files[0]!r} is unusable; it should be a PEM file"
        ) from None
