"""Environment of the machine: netrc, cookies and proxies (E01 to E03)."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import evolve

from memsy import MemsyConfigurationError, MemsyConnectionError
from tests.faults.calls import search
from tests.faults.case import Case
from tests.faults.certificates import authority, ca_file_of, valid
from tests.faults.clients import KEY
from tests.faults.expectations import raises, raises_before_sending, returns, times_out
from tests.faults.scenario import (
    FOUND_RESPONSE,
    Endpoint,
    Scenario,
    http_url,
    https_url,
    raw_responses,
    responses,
)
from tests.support.raw_server import Peer, RawServer, Script, respond_with, response
from tests.support.search_responses import FOUND, FOUND_BYTES, FOUND_JSON
from tests.support.server_scripts import (
    close_after_request,
    never_respond,
    reset_after_request,
    send_and_close,
    send_and_reset,
    send_and_wait,
    send_head_slowly,
)

TRUST_ENVIRONMENT: dict[str, Any] = {"trust_environment": True}
REMOTE_URL = "http://api.example.org/v1"
"""URL that only a proxy can reach."""
PROXY_VARIABLES = (
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
)


@contextmanager
def netrc_file() -> Iterator[Endpoint]:
    """A netrc file in the home directory, with a login for the host of the server."""
    with TemporaryDirectory() as home, raw_responses(FOUND_BYTES)() as endpoint:
        path = Path(home, ".netrc")
        path.write_text("machine 127.0.0.1 login mallory password hunter2\n", encoding="utf-8")
        path.chmod(0o600)
        yield evolve(endpoint, environment={"HOME": home, "NETRC": str(path)})


def proxy_that_must_not_be_used(variables: tuple[str, ...], *, no_proxy: str = "") -> Scenario:
    """A server that the client must contact directly, and a proxy that `variables` name."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        with (
            RawServer(respond_with(FOUND_BYTES)) as server,
            RawServer(respond_with(FOUND_BYTES)) as proxy,
        ):
            environment = dict.fromkeys(variables, http_url(proxy).removesuffix("/v1"))
            if no_proxy:
                environment["NO_PROXY"] = no_proxy
            yield Endpoint(
                base_url=http_url(server),
                servers=[server],
                forbidden_servers=[proxy],
                environment=environment,
            )

    return scenario


@contextmanager
def proxy_set_between_calls() -> Iterator[Endpoint]:
    """A proxy that the environment names only after the first call."""
    with proxy_that_must_not_be_used(())() as endpoint:
        proxy = http_url(endpoint.forbidden_servers[0]).removesuffix("/v1")
        variables = dict.fromkeys(PROXY_VARIABLES, proxy)
        # The runner restores the environment.
        yield evolve(endpoint, between_calls=lambda: os.environ.update(variables))


def through_proxy(*variables: str, user: str = "", base_url: str = REMOTE_URL) -> Scenario:
    """A proxy that responds in place of `base_url`; `variables` or an option name the proxy."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        with RawServer(respond_with(FOUND_BYTES)) as proxy:
            url = f"http://{user}127.0.0.1:{proxy.port}"
            yield Endpoint(
                base_url=base_url,
                servers=[proxy],
                options={} if variables else {"proxy": url},
                environment=dict.fromkeys(variables, url),
            )

    return scenario


@contextmanager
def through_option_proxy_beside_environment_proxy() -> Iterator[Endpoint]:
    with through_proxy()() as endpoint, RawServer(respond_with(FOUND_BYTES)) as other:
        environment = dict.fromkeys(PROXY_VARIABLES, http_url(other).removesuffix("/v1"))
        yield evolve(endpoint, forbidden_servers=[other], environment=environment)


def through_tunnel(*variables: str) -> Scenario:
    """A proxy with CONNECT to a TLS server; the proxy must not see the key."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        def connect(peer: Peer) -> None:
            peer.read()
            peer.send(CONNECTION_ESTABLISHED)
            peer.tunnel_to(server.port)

        with (
            ca_file_of(authority()) as ca_file,
            RawServer(respond_with(FOUND_BYTES), valid()) as server,
            RawServer(connect) as proxy,
        ):
            url = f"http://me:hunter2@127.0.0.1:{proxy.port}"
            yield Endpoint(
                base_url=https_url(server, "localhost"),
                servers=[server],
                options={"ca_file": ca_file, **({} if variables else {"proxy": url})},
                environment=dict.fromkeys(variables, url),
            )
            (request,) = proxy.requests
            assert request.startswith(b"CONNECT localhost:%d HTTP/1." % server.port)
            assert basic_auth("me:hunter2").encode() in request
            assert KEY.encode() not in request

    return scenario


def failing_tunnel(script: Script) -> Scenario:
    """A proxy that runs `script` when the client asks for a tunnel."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        with RawServer(script) as proxy:
            url = f"http://me:hunter2@127.0.0.1:{proxy.port}"
            yield Endpoint(base_url=REMOTE_URL.replace("http", "https"), options={"proxy": url})
            assert not any(KEY.encode() in request for request in proxy.requests)

    return scenario


@contextmanager
def cookies_for_localhost() -> Iterator[Endpoint]:
    cookies = [
        "Set-Cookie: a=b; Path=/",
        "Set-Cookie: c=d; Domain=localhost",
        "Set-Cookie: =;;\x7f",
    ]
    with RawServer(respond_with(response(FOUND_JSON, *cookies))) as server:
        yield Endpoint(base_url=http_url(server, "localhost"), servers=[server])


def basic_auth(credentials: str) -> str:
    return f"Basic {b64encode(credentials.encode()).decode()}"


CONNECTION_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
DIRECT = returns(FOUND, targets=["POST /v1/search"])
VIA_PROXY = returns(FOUND, targets=[f"POST {REMOTE_URL}/search"])

CASES = [
    *(
        Case(
            "E01",
            f"netrc-login-for-host{'-environment-trusted' if trusted else ''}",
            netrc_file,
            returns(FOUND),
            options={"trust_environment": trusted},
        )
        for trusted in (False, True)
    ),
    Case(
        "E02",
        "proxy-in-untrusted-environment",
        proxy_that_must_not_be_used(PROXY_VARIABLES),
        DIRECT,
    ),
    Case(
        "E02",
        "proxy-invalid-in-untrusted-environment",
        raw_responses(FOUND_BYTES),
        DIRECT,
        environment=dict.fromkeys(PROXY_VARIABLES, "::garbage::"),
    ),
    *(
        Case(
            "E02",
            f"proxy-in-{variable}",
            through_proxy(variable),
            VIA_PROXY,
            options=TRUST_ENVIRONMENT,
        )
        for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
    ),
    *(
        Case(
            "E02",
            f"proxy-excluded-by-no-proxy-{variant}",
            proxy_that_must_not_be_used(PROXY_VARIABLES, no_proxy=no_proxy),
            DIRECT,
            options=TRUST_ENVIRONMENT,
        )
        for variant, no_proxy in {
            "address": "127.0.0.1",
            "star": "*",
            "list": "localhost, 127.0.0.1",
            "network": "10.0.0.0/8, 127.0.0.0/8",
        }.items()
    ),
    Case(
        "E02",
        "proxy-for-https-only",
        proxy_that_must_not_be_used(("https_proxy", "HTTPS_PROXY")),
        DIRECT,
        options=TRUST_ENVIRONMENT,
    ),
    Case(
        "E02",
        "proxy-in-cgi-process",
        proxy_that_must_not_be_used(("HTTP_PROXY",)),
        DIRECT,
        options=TRUST_ENVIRONMENT,
        environment={"REQUEST_METHOD": "GET"},
        reason="in a CGI process, a remote client sets HTTP_PROXY by a Proxy header",
    ),
    Case(
        "E02",
        "proxy-invalid-in-environment",
        responses(FOUND_RESPONSE),
        raises_before_sending(
            MemsyConfigurationError,
            "http_proxy is not the URL of an HTTP proxy",
            client_created=False,
            never_shows=["garbage"],
        ),
        options=TRUST_ENVIRONMENT,
        environment={"http_proxy": "::garbage::"},
    ),
    Case(
        "E02",
        "proxy-set-after-client-was-created",
        proxy_set_between_calls,
        returns(FOUND, targets=["POST /v1/search"] * 2),
        [search, search],
        options=TRUST_ENVIRONMENT,
    ),
    Case("E02", "proxy-option", through_proxy(), VIA_PROXY),
    *(
        Case(
            "E02",
            f"proxy-option-with-{variant}",
            through_proxy(user=f"{user}@"),
            evolve(VIA_PROXY, request_headers={"proxy-authorization": basic_auth(credentials)}),
        )
        for variant, user, credentials in [
            ("user-and-password", "us%40er:pa%3Ass", "us@er:pa:ss"),
            ("user-only", "user", "user:"),
            ("empty-password", "user:", "user:"),
            ("password-only", ":pass", ":pass"),
            ("latin-1-user", "%C3%A4:%C3%BC", "ä:ü"),
            ("chinese-user", "%E8%8C%B6:tea", "茶:tea"),
        ]
    ),
    Case(
        "E02",
        "proxy-option-before-environment",
        through_option_proxy_beside_environment_proxy,
        VIA_PROXY,
        options=TRUST_ENVIRONMENT,
    ),
    *(
        Case(
            "E02",
            f"proxy-tunnel-from-{'environment' if variables else 'option'}",
            through_tunnel(*variables),
            returns(FOUND, targets=["POST /v1/search"] * 2, connections=1),
            [search, search],
            options={"trust_environment": bool(variables)},
        )
        for variables in [(), ("HTTPS_PROXY",)]
    ),
    *(
        Case(
            "E02",
            f"proxy-tunnel-{variant}",
            failing_tunnel(script),
            raises(
                MemsyConnectionError,
                "cannot connect to api.example.org through the proxy",
                attempts=4,
                requests=0,
                maybe_processed=False,
                never_shows=["hunter2"],
            ),
        )
        for variant, script in {
            "status-407": send_and_close(response(b"", status="407 Authentication Required")),
            "status-502": send_and_close(response(b"", status="502 Bad Gateway")),
            "redirect": send_and_close(response(b"", "Location: /", status="302 Found")),
            "not-http": send_and_close(b"SSH-2.0-OpenSSH_9.6\r\n"),
            "closed": close_after_request,
            "reset": reset_after_request,
            "closed-after-connect": send_and_close(CONNECTION_ESTABLISHED),
            "reset-after-connect": send_and_reset(CONNECTION_ESTABLISHED),
        }.items()
    ),
    *(
        Case(
            "E02",
            f"proxy-tunnel-{variant}",
            failing_tunnel(script),
            times_out(
                "no connection to api.example.org through the proxy within 0.2 s",
                requests=0,
                maybe_processed=False,
            ),
            options={"timeout": 0.2},
        )
        for variant, script in {
            "no-response": never_respond,
            "slow-head": send_head_slowly,
            "no-response-after-connect": send_and_wait(CONNECTION_ESTABLISHED),
        }.items()
    ),
    Case(
        "E03",
        "cookies-not-sent-back",
        cookies_for_localhost,
        returns(FOUND, requests=2, connections=1),
        [search, search],
    ),
]
