"""TLS: trusted and rejected certificates, client certificates, tunnels, and failed handshakes."""

from __future__ import annotations

import datetime as dt
import re
import ssl
from pathlib import Path

import certifi
import pytest
import trustme

from memsy._core.settings import ConnectionSettings
from memsy._transports.tls import ssl_context_factory
from memsy.exceptions import (
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyTimeoutError,
    MemsyTLSError,
)
from tests._transports.conftest import Connect, Serve
from tests._transports.senders import KEY, Sender, settings_for
from tests.faults.certificates import ca_directory_of
from tests.support.raw_server import OK, Peer, RawServer, respond_with

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.timezone.utc)


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


def https_url(server: RawServer) -> str:
    return f"https://127.0.0.1:{server.port}/v1"


def test_certificate_of_an_authority_in_ca_file_is_trusted(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    """Sequential requests reuse one connection, as without TLS."""
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    sender = connect(https_url(server), ca_file=ca_file)
    assert sender.send().content == b'{"ok":true}'
    assert sender.send().content == b'{"ok":true}'
    assert server.connections == 1


def test_directory_of_authorities_is_read_after_a_change_of_the_working_directory(
    serve: Serve,
    connect: Connect,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    with ca_directory_of(authority) as directory:
        monkeypatch.chdir(Path(directory).parent)
        sender = connect(https_url(server), ca_file=Path(directory).name)
        monkeypatch.chdir(tmp_path)
        assert sender.send().status == 200


def test_proxy_tunnels_tls_to_the_service(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    """The proxy sees host and port, but neither the request nor the API key."""
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


def tls_error_message(server: RawServer, sender: Sender) -> str:
    with pytest.raises(MemsyTLSError) as excinfo:
        sender.send()
    assert not excinfo.value.maybe_processed
    assert server.requests == []
    assert server.connections == 1
    return str(excinfo.value)


def test_certificate_of_an_unknown_authority_is_rejected(
    serve: Serve, connect: Connect, authority: trustme.CA
) -> None:
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    assert tls_error_message(server, connect(https_url(server))) == (
        f"the certificate of 127.0.0.1:{server.port} is not trusted; "
        "pass ca_file=... to trust its certificate authority"
    )


def test_expired_certificate_is_rejected(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    certificate = authority.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO)
    server = serve(respond_with(OK), server_context(certificate))
    assert tls_error_message(server, connect(https_url(server), ca_file=ca_file)) == (
        f"the certificate of 127.0.0.1:{server.port} has expired; "
        "renew the certificate, or correct the clock of this machine"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_certificate_for_another_host_is_rejected(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str, host: str
) -> None:
    server = serve(respond_with(OK), server_context(authority.issue_cert("example.org")))
    sender = connect(f"https://{host}:{server.port}/v1", ca_file=ca_file)
    assert tls_error_message(server, sender) == (
        f"the certificate of {host}:{server.port} is for another host; check the base URL"
    )


def test_tls_variables_in_the_environment_are_ignored(
    serve: Serve,
    connect: Connect,
    authority: trustme.CA,
    ca_file: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CA bundle variables neither add nor remove trust, and no session keys are logged."""
    key_log = tmp_path / "keys"
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, ca_file)
    monkeypatch.setenv("SSLKEYLOGFILE", str(key_log))
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    tls_error_message(server, connect(https_url(server)))
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(variable, certifi.where())
    assert connect(https_url(server), ca_file=ca_file).send().status == 200
    assert not key_log.exists()


@pytest.mark.usefixtures("in_both_adapter_modes")
def test_default_ca_bundle_of_requests_is_not_trusted(
    serve: Serve,
    connect: Connect,
    authority: trustme.CA,
    ca_file: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", ca_file)
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    tls_error_message(server, connect(https_url(server)))


@pytest.mark.parametrize("in_one_file", [False, True])
def test_client_certificate_is_sent(
    serve: Serve,
    connect: Connect,
    authority: trustme.CA,
    ca_file: str,
    tmp_path: Path,
    in_one_file: bool,
) -> None:
    context = server_context(authority.issue_cert("127.0.0.1"))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    client_cert = authority.issue_cert("someone@example.org")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    client_cert.private_key_and_cert_chain_pem.write_to_path(certificate)
    client_cert.private_key_pem.write_to_path(key)
    files = str(certificate) if in_one_file else (str(certificate), str(key))
    server = serve(respond_with(OK), context)
    assert connect(https_url(server), ca_file=ca_file, client_cert=files).send().status == 200


def test_missing_client_certificate_is_a_connection_error(
    serve: Serve, connect: Connect, authority: trustme.CA, ca_file: str
) -> None:
    """TLS 1.3 rejects after the handshake, so the TLS alert may arrive too late to be reported."""
    context = server_context(authority.issue_cert("127.0.0.1"))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    sender = connect(https_url(serve(respond_with(OK), context)), ca_file=ca_file)
    with pytest.raises(MemsyConnectionError):
        sender.send()


def test_stalled_handshake_times_out(serve: Serve, connect: Connect) -> None:
    server = serve(Peer.pause)
    sender = connect(https_url(server))
    message = f"no connection to 127.0.0.1:{server.port} within 0.2 s"
    with pytest.raises(MemsyTimeoutError, match=f"^{re.escape(message)}$") as excinfo:
        sender.send(timeout=0.2)
    assert not excinfo.value.maybe_processed


def test_https_to_a_plain_http_port_is_a_tls_error(serve: Serve, connect: Connect) -> None:

    def script(peer: Peer) -> None:
        peer.read_some()
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        peer.finish()

    server = serve(script)
    with pytest.raises(MemsyTLSError, match="begins with http://") as excinfo:
        connect(https_url(server)).send()
    assert not excinfo.value.maybe_processed


def test_connection_closed_in_the_handshake_is_a_connection_error(
    serve: Serve, connect: Connect
) -> None:
    """A `MemsyConnectionError` may be retried, a `MemsyTLSError` never."""

    def script(peer: Peer) -> None:
        peer.read_some()
        peer.finish()

    server = serve(script)
    with pytest.raises(MemsyConnectionError) as excinfo:
        connect(https_url(server)).send()
    assert type(excinfo.value) is MemsyConnectionError
    assert str(excinfo.value) == (
        f"cannot connect to 127.0.0.1:{server.port}; check the base URL, the network and the proxy"
    )
    assert not excinfo.value.maybe_processed


def test_http_to_a_tls_port_is_a_connection_error(
    serve: Serve, connect: Connect, authority: trustme.CA
) -> None:
    server = serve(respond_with(OK), server_context(authority.issue_cert("127.0.0.1")))
    with pytest.raises(MemsyConnectionError):
        connect(server).send()


@pytest.mark.parametrize("option", ["ca_file", "client_cert"])
def test_invalid_pem_file_is_rejected_at_construction(
    sender_type: type[Sender], tmp_path: Path, option: str
) -> None:
    path = tmp_path / "invalid.pem"
    path.write_text("invalid")
    settings = settings_for("https://127.0.0.1/v1", **{option: str(path)})
    message = f"{option}: {str(path)!r} cannot be loaded; it must be a PEM file"
    with pytest.raises(MemsyConfigurationError, match=f"^{re.escape(message)}$"):
        sender_type(settings)


def test_default_context_is_created_once() -> None:
    assert (
        ssl_context_factory(ConnectionSettings())() is ssl_context_factory(ConnectionSettings())()
    )
