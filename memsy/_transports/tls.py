"""TLS contexts: trusted certificate authorities and the client certificate, for both transports."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING

import certifi

from memsy._transports.errors import describe_os_error
from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsy._core.settings import ConnectionSettings


def ssl_context_factory(connection: ConnectionSettings) -> Callable[[], ssl.SSLContext]:
    """
    Return a function that returns the TLS context of a client.

    This function reads the files of the caller. The returned function reads the certifi bundle, on
    its first call in the process.

    Raises:
        MemsyConfigurationError: `ca_file` or `client_cert` cannot be loaded.
    """
    if connection.ca_file is None and connection.client_cert is None:
        return _certifi_context
    context = _empty_context() if connection.ca_file else _new_certifi_context()
    if connection.ca_file:
        _load("ca_file", context.load_verify_locations, connection.ca_file)
    if connection.client_cert:
        certificate, key = connection.client_cert
        # Without the empty password, OpenSSL asks for a password at the terminal.
        _load("client_cert", context.load_cert_chain, certificate, key, "")
    return lambda: context


def _empty_context() -> ssl.SSLContext:
    # ssl.create_default_context() would obey SSLKEYLOGFILE and SSL_CERT_FILE.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _new_certifi_context() -> ssl.SSLContext:
    context = _empty_context()
    context.load_verify_locations(certifi.where())
    return context


_certifi_context = cache(_new_certifi_context)


def _load(option: str, load: Callable[..., None], *files: str | None) -> None:
    try:
        load(*files)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and describe_os_error(error):
            raise
        raise MemsyConfigurationError(
            f"{option}: {files[0]!r} cannot be loaded; it must be a PEM file"
        ) from None
