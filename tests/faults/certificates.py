"""TLS certificates, valid and invalid, of a private authority."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import trustme

_LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.timezone.utc)


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@cache
def another_authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def ca_file_of(ca: trustme.CA) -> Iterator[str]:
    """Path of a PEM file with the certificate of `ca`."""
    with ca.cert_pem.tempfile() as path:
        yield path


def valid() -> ssl.SSLContext:
    """Context of a server at 127.0.0.1 or localhost."""
    return _context(authority().issue_cert("127.0.0.1", "localhost"))


def expired() -> ssl.SSLContext:
    return _context(authority().issue_cert("127.0.0.1", not_before=_LONG_AGO, not_after=_LONG_AGO))


def of_another_host() -> ssl.SSLContext:
    return _context(authority().issue_cert("example.org"))


def requiring_client_cert() -> ssl.SSLContext:
    """Context of a valid server that requires a client certificate."""
    context = valid()
    context.verify_mode = ssl.CERT_REQUIRED
    authority().configure_trust(context)
    return context


def requiring_client_cert_in_tls_1_2() -> ssl.SSLContext:
    """Context for TLS 1.2, where a missing client certificate fails the handshake itself."""
    context = requiring_client_cert()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
