"""TLS contexts: trusted certificate authorities and the client certificate, for both transports."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from functools import cache

import certifi

from memsy._core.interrupts import is_interrupt
from memsy._core.settings import ConnectionSettings
from memsy._transports.exhaustion import describe_os_error
from memsy.exceptions import MemsyConfigurationError


def ssl_context_factory(connection: ConnectionSettings) -> Callable[[], ssl.SSLContext]:
    """
    Return a function that returns the TLS context of a client.

    This function reads the files of the caller. The returned function reads the certifi bundle, on
    its first call in the process.

    Raises:
        MemsyConfigurationError: The certificate authorities or `client_cert` cannot be loaded.
    """
    authorities = connection.authorities
    if authorities is None and connection.client_cert is None:
        return _certifi_context
    context = _empty_context() if authorities else _new_certifi_context()
    if authorities and authorities.is_directory:
        context.load_verify_locations(capath=_absolute(authorities.path))
    elif authorities:
        _load(authorities.source, context.load_verify_locations, authorities.path)
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


def _absolute(directories: str) -> str:
    # OpenSSL reads the files in the handshake. The working directory may be another one by then.
    return os.pathsep.join(
        os.path.abspath(directory)  # noqa: PTH100 - Path.resolve() would follow links
        for directory in directories.split(os.pathsep)
        if directory
    )


def _load(source: str, load: Callable[..., None], *files: str | None) -> None:
    try:
        load(*files)
    except (OSError, ValueError) as error:
        if is_interrupt(error) or (isinstance(error, OSError) and describe_os_error(error)):
            raise
        raise MemsyConfigurationError(
            f"{source}: {files[0]!r} cannot be loaded; it must be a PEM file"
        ) from None
