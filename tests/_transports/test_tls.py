"""Whom we trust, and what we say of those whom we do not."""

from __future__ import annotations

import datetime as dt
import re
import ssl
from pathlib import Path

import certifi
import pytest
import trustme

from memsy._core.settings import Connection
from memsy._transports.tls import ssl_context_factory
from memsy.exceptions import (
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyTimeoutError,
    MemsyTLSError,
)
from tests._transports.colours import KEY, Sender, settings_for
from tests._transports.conftest import Connect, Serve
from tests.support.raw_server import OK, Peer, RawServer, respond_with

AGES_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.timezone.utc)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def https(server: RawServer) -> str:
    return f"https://127.0.0.1:{server.port}/v1"


def test_who_is_vouched_for_by_the_given_file_is_trusted(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    """T02: with one connection for many requests, as without TLS."""
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    sender = connect(https(server), ca_file=ca_file)
    assert sender.send().content == b'{"ok":true}'
    assert sender.send().content == b'{"ok":true}'
    assert server.connections == 1


def test_a_proxy_does_not_come_between(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    """It sees where we go, not what we say there."""
    server = serve(respond_with(OK), server_context(authority.issue_cert("localhost")))

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer.tunnel_to(server.port)

    proxy = serve(script)
    sender = connect(
        f"https://localhost:{server.port}/v1",
        proxy=f"http://me:secret@127.0.0.1:{proxy.port}",
        ca_file=ca_file,
    )
    assert sender.send().status == 200
    assert sender.send().status == 200
    assert (proxy.connections, server.connections) == (1, 1)
    assert proxy.requests[0].startswith(b"CONNECT localhost:%d HTTP/1." % server.port)
    assert b"\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n" in proxy.requests[0]
    assert server.requests[0].startswith(b"POST /v1/search HTTP/1.1\r\n")
    assert b"proxy-authorization" not in server.requests[0].lower()
    assert KEY.encode() not in proxy.requests[0]


def untrusted(server: RawServer, sender: Sender) -> str:
    with pytest.raises(MemsyTLSError) as caught:
        sender.send()
    assert not caught.value.maybe_processed
    assert server.requests == []
    assert server.connections == 1
    return str(caught.value)


def test_an_unknown_authority_is_not_trusted(
    serve: Serve, connect: Connect, authority: trustme.CA
) -> None:
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    assert untrusted(server, connect(https(server))) == (
        f"the certificate of 127.0.0.1:{server.port} is not trusted; "
        "pass ca_file=... if it should be"
    )


def test_a_certificate_past_its_time_is_not_trusted(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    certificate = authority.issue_cert("127.0.0.1", not_before=AGES_AGO, not_after=AGES_AGO)
    server = serve(respond_with(OK), server_context(certificate))
    assert untrusted(server, connect(https(server), ca_file=ca_file)) == (
        f"the certificate of 127.0.0.1:{server.port} has expired"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_of_someone_else_is_not_trusted(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str, host: str
) -> None:
    server = serve(respond_with(OK), server_context(authority.issue_cert("example.org")))
    sender = connect(f"https://{host}:{server.port}/v1", ca_file=ca_file)
    assert untrusted(server, sender) == (
        f"the certificate of {host}:{server.port} is one for another host"
    )


def test_the_environment_has_no_say_in_whom_we_trust(
    serve: Serve,
    connect: Connect,
    authority: trustme.CA,
    ca_file: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """T03 and T04: neither for nor against; and nobody writes down our session keys."""
    key_log = tmp_path / "keys"
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, ca_file)
    monkeypatch.setenv("SSLKEYLOGFILE", str(key_log))
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    untrusted(server, connect(https(server)))
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, certifi.where())
    assert connect(https(server), ca_file=ca_file).send().status == 200
    assert not key_log.exists()


@pytest.mark.parametrize("together", [False, True])
def test_we_can_show_a_certificate(
    serve: Serve,
    connect: Connect,
    authority: trustme.CA,
    ca_file: str,
    tmp_path: Path,
    together: bool,
) -> None:
    context = server_context(authority.issue_cert("127.0.0.1"))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    ours = authority.issue_cert("someone@example.org")
    both, key = tmp_path / "both.pem", tmp_path / "key.pem"
    ours.private_key_and_cert_chain_pem.write_to_path(both)
    ours.private_key_pem.write_to_path(key)
    files = str(both) if together else (str(both), str(key))
    server = serve(respond_with(OK), context)
    assert connect(https(server), ca_file=ca_file, client_cert=files).send().status == 200


def test_who_must_show_a_certificate_and_does_not_gets_no_answer(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    """In TLS 1.3 that comes after the handshake; the reason given is lost if we are too fast."""
    context = server_context(authority.issue_cert("127.0.0.1"))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    sender = connect(https(serve(respond_with(OK), context)), ca_file=ca_file)
    with pytest.raises(MemsyConnectionError):
        sender.send()


def test_a_handshake_that_does_not_end_is_given_up(serve: Serve, connect: Connect) -> None:
    server = serve(Peer.pause)
    sender = connect(https(server))
    words = f"no connection to 127.0.0.1:{server.port} within 0.2 s"
    with pytest.raises(MemsyTimeoutError, match=f"^{re.escape(words)}$") as caught:
        sender.send(timeout=0.2)
    assert not caught.value.maybe_processed


def test_https_to_a_plain_port_is_told_as_such(serve: Serve, connect: Connect) -> None:

    def script(peer: Peer) -> None:
        peer.read_some()
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        peer.finish()

    server = serve(script)
    with pytest.raises(MemsyTLSError, match="begin with http://") as caught:
        connect(https(server)).send()
    assert not caught.value.maybe_processed


def test_a_handshake_cut_off_is_no_matter_of_trust(serve: Serve, connect: Connect) -> None:
    """So it may be tried again."""

    def script(peer: Peer) -> None:
        peer.read_some()
        peer.finish()

    server = serve(script)
    with pytest.raises(MemsyConnectionError) as caught:
        connect(https(server)).send()
    assert type(caught.value) is MemsyConnectionError
    assert str(caught.value) == f"no connection to 127.0.0.1:{server.port} can be made"
    assert not caught.value.maybe_processed


def test_http_to_a_tls_port_is_no_http(
    serve: Serve, connect: Connect, authority: trustme.CA
) -> None:
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    with pytest.raises(MemsyConnectionError):
        connect(server).send()


@pytest.mark.parametrize("option", ["ca_file", "client_cert"])
def test_an_unusable_file_is_refused_when_the_client_is_made(
    colour: type[Sender], tmp_path: Path, option: str
) -> None:
    path = tmp_path / "nonsense.pem"
    path.write_text("nonsense")
    settings = settings_for("https://127.0.0.1/v1", **{option: str(path)})
    words = f"{option}: {str(path)!r} is unusable; it should be a PEM file"
    with pytest.raises(MemsyConfigurationError, match=f"^{re.escape(words)}$"):
        colour(settings)


def test_what_we_bring_along_is_read_once() -> None:
    assert ssl_context_factory(Connection())() is ssl_context_factory(Connection())()
