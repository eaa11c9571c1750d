"""TLS certificates, valid and invalid, of a private authority."""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme
from cryptography import x509

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


@contextmanager
def ca_directory_of(ca: trustme.CA) -> Iterator[str]:
    """Path of a directory with the certificate of `ca` under its hash, as `openssl rehash` does."""
    pem = ca.cert_pem.bytes()
    with TemporaryDirectory() as directory:
        Path(directory, f"{_subject_hash(pem)}.0").write_bytes(pem)
        yield directory


def _subject_hash(pem: bytes) -> str:
    """Return the hash of the subject in lower case, as X509_NAME_hash of OpenSSL does."""
    subject = x509.load_pem_x509_certificate(pem).subject
    lower = x509.Name([x509.NameAttribute(part.oid, str(part.value).lower()) for part in subject])
    content = lower.public_bytes()[2:]  # without tag and length
    return f"{int.from_bytes(hashlib.sha1(content).digest()[:4], 'little'):08x}"


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
