"""Ambient state is ignored: netrc files, proxy variables and cookies. Explicit proxies are used."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from memsy.exceptions import MemsyConnectionError
from tests._transports.conftest import Connect, Serve
from tests._transports.senders import KEY
from tests.support.raw_server import OK, Peer, respond_with, response


def test_netrc_file_does_not_replace_the_api_key(
    serve: Serve, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".netrc", "_netrc"):
        path = tmp_path / name
        path.write_text("machine 127.0.0.1 login mallory password hunter2\n")
        path.chmod(0o600)
        monkeypatch.setenv("NETRC", str(path))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = serve(respond_with(OK))
    connect(server).send()
    assert f"\r\nauthorization: Bearer {KEY}\r\n".encode() in server.requests[0]
    assert server.requests[0].lower().count(b"authorization") == 1


@pytest.mark.parametrize("is_valid", [True, False])
def test_proxy_in_the_environment_is_ignored(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, is_valid: bool
) -> None:
    proxy, server = serve(respond_with(OK)), serve(respond_with(OK))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}" if is_valid else "::invalid::")
    connect(server).send()
    assert (len(proxy.requests), len(server.requests)) == (0, 1)


@pytest.mark.usefixtures("in_both_adapter_modes")
def test_cookies_are_not_sent_back(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(response(b"1", "Set-Cookie: a=b; Path=/", "Set-Cookie: =;;\x7f")))
    sender = connect(f"http://localhost:{server.port}/v1")
    assert sender.send().header("set-cookie") is not None
    sender.send()
    assert b"cookie" not in server.requests[1].lower()


@pytest.mark.usefixtures("in_both_adapter_modes")
def test_forwarding_proxy_gets_the_whole_url_and_the_credentials(
    serve: Serve, connect: Connect
) -> None:
    proxy = serve(respond_with(OK))
    sender = connect(
        "http://api.example.org/v1", proxy=f"http://us%40er:pa%3Ass@127.0.0.1:{proxy.port}"
    )
    assert sender.send().status == 200
    head = proxy.requests[0]
    assert head.startswith(b"POST http://api.example.org/v1/search HTTP/1.1\r\n")
    assert b"\r\nHost: api.example.org\r\n" in head
    assert b"\r\nProxy-Authorization: Basic " + b64encode(b"us@er:pa:ss") + b"\r\n" in head


def test_proxy_gets_a_connect_request_for_https(serve: Serve, connect: Connect) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    proxy = serve(script)
    sender = connect("https://api.example.org/v1", proxy=f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(MemsyConnectionError, match=r"to api\.example\.org through the proxy"):
        sender.send()
    assert proxy.requests[0].startswith(b"CONNECT api.example.org:443 HTTP/1.")
    assert KEY.encode() not in b"".join(proxy.requests)


SPELLINGS = [
    "http://Api.Example.ORG/v1",
    "HTTP://api.example.org:80/v1",
    "http://api.example.org:/v1",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_proxy_gets_one_spelling_of_the_base_url(serve: Serve, connect: Connect, url: str) -> None:
    proxy = serve(respond_with(OK))
    connect(url, proxy=f"HTTP://LocalHost:{proxy.port}").send()
    head = proxy.requests[0]
    assert head.startswith(b"POST http://api.example.org/v1/search HTTP/1.1\r\n")
    assert b"\r\nHost: api.example.org\r\n" in head


def test_host_header_is_in_lower_case(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    connect(f"http://LocalHost:{server.port}/v1").send()
    assert f"\r\nHost: localhost:{server.port}\r\n".encode() in server.requests[0]
