"""Certificates, good and bad, of an authority that nobody else knows."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import trustme

_AGES_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.timezone.utc)


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@cache
def another_authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def file_of(ca: trustme.CA) -> Iterator[str]:
    """The path of a file by which *ca* can be trusted."""
    with ca.cert_pem.tempfile() as path:
        yield path


def good() -> ssl.SSLContext:
    """Of a server at 127.0.0.1 or localhost."""
    return _context(authority().issue_cert("127.0.0.1", "localhost"))


def expired() -> ssl.SSLContext:
    return _context(authority().issue_cert("127.0.0.1", not_before=_AGES_AGO, not_after=_AGES_AGO))


def of_another_host() -> ssl.SSLContext:
    return _context(authority().issue_cert("example.org"))


def suspicious() -> ssl.SSLContext:
    """Good, and wants to see a certificate of the client, too."""
    context = good()
    context.verify_mode = ssl.CERT_REQUIRED
    authority().configure_trust(context)
    return context


def suspicious_at_once() -> ssl.SSLContext:
    """The same, as of old: TLS 1.2 tells who shows none before the handshake is over."""
    context = suspicious()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
