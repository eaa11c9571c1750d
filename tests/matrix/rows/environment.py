"""E: what lies around on a machine, and what a server would leave there; and proxies, asked for."""

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
from tests.matrix.calls import FOUND, FOUND_JSON, search
from tests.matrix.certificates import authority, file_of, good
from tests.matrix.clients import KEY
from tests.matrix.expecting import answers, raises, refuses, times_out
from tests.matrix.faults import (
    be_silent,
    drip_head,
    end_after_request,
    reset_after_request,
    say_and_end,
    say_and_reset,
    say_and_wait,
)
from tests.matrix.row import Row
from tests.matrix.stage import FINE, GOOD, Place, Stage, http, https, replies, saying
from tests.raw_server import Peer, RawServer, Script, answering, response

OPTED_IN: dict[str, Any] = {"trust_environment": True}
ELSEWHERE = "http://api.example.org/v1"
"""A host that only a proxy could reach."""
PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@contextmanager
def a_netrc_file() -> Iterator[Place]:
    """In the home of whoever runs us: a login for the very host."""
    with TemporaryDirectory() as home, saying(FINE)() as place:
        path = Path(home, ".netrc")
        path.write_text("machine 127.0.0.1 login mallory password hunter2\n")
        path.chmod(0o600)
        yield evolve(place, environment={"HOME": home, "NETRC": str(path)})


def beside_a_proxy(variables: tuple[str, ...], *, no_proxy: str = "") -> Stage:
    """A server that is to be asked directly, and a proxy that *variables* name."""

    @contextmanager
    def stage() -> Iterator[Place]:
        with RawServer(answering(FINE)) as server, RawServer(answering(FINE)) as proxy:
            environment = dict.fromkeys(variables, http(proxy).removesuffix("/v1"))
            if no_proxy:
                environment["NO_PROXY"] = no_proxy
            yield Place(
                base_url=http(server),
                servers=[server],
                bystanders=[proxy],
                environment=environment,
            )

    return stage


@contextmanager
def a_proxy_that_comes_later() -> Iterator[Place]:
    """Between two calls, the environment names a proxy."""
    with beside_a_proxy(())() as place:
        proxy = http(place.bystanders[0]).removesuffix("/v1")
        # Whoever plays here restores the environment.
        yield evolve(place, between=lambda: os.environ.update(dict.fromkeys(PROXIES, proxy)))


def through_a_proxy(*variables: str, user: str = "", at: str = ELSEWHERE) -> Stage:
    """A proxy that answers in place of *at*; *variables* name it, or else an option does."""

    @contextmanager
    def stage() -> Iterator[Place]:
        with RawServer(answering(FINE)) as proxy:
            url = f"http://{user}127.0.0.1:{proxy.port}"
            yield Place(
                base_url=at,
                servers=[proxy],
                options={} if variables else {"proxy": url},
                environment=dict.fromkeys(variables, url),
            )

    return stage


@contextmanager
def through_one_proxy_of_two() -> Iterator[Place]:
    with through_a_proxy()() as place, RawServer(answering(FINE)) as other:
        environment = dict.fromkeys(PROXIES, http(other).removesuffix("/v1"))
        yield evolve(place, bystanders=[other], environment=environment)


def through_a_tunnel(*variables: str) -> Stage:
    """A proxy on the way to a server that speaks TLS; it is asked for the way, and no more."""

    @contextmanager
    def stage() -> Iterator[Place]:
        def dig(peer: Peer) -> None:
            peer.read()
            peer.send(LET_THROUGH)
            peer.become_a_tunnel_to(server.port)

        with (
            file_of(authority()) as ca_file,
            RawServer(answering(FINE), good()) as server,
            RawServer(dig) as proxy,
        ):
            url = f"http://me:hunter2@127.0.0.1:{proxy.port}"
            yield Place(
                base_url=https(server, "localhost"),
                servers=[server],
                options={"ca_file": ca_file, **({} if variables else {"proxy": url})},
                environment=dict.fromkeys(variables, url),
            )
            (asked,) = proxy.requests
            assert asked.startswith(b"CONNECT localhost:%d HTTP/1." % server.port)
            assert basic("me:hunter2").encode() in asked
            assert KEY.encode() not in asked

    return stage


def a_failing_tunnel(script: Script) -> Stage:
    """A proxy that is asked for the way to a server, and does *script*."""

    @contextmanager
    def stage() -> Iterator[Place]:
        with RawServer(script) as proxy:
            url = f"http://me:hunter2@127.0.0.1:{proxy.port}"
            yield Place(base_url=ELSEWHERE.replace("http", "https"), options={"proxy": url})
            assert not any(KEY.encode() in asked for asked in proxy.requests)

    return stage


@contextmanager
def a_name_for_which_cookies_are_kept() -> Iterator[Place]:
    cookies = [
        "Set-Cookie: a=b; Path=/",
        "Set-Cookie: c=d; Domain=localhost",
        "Set-Cookie: =;;\x7f",
    ]
    with RawServer(answering(response(FOUND_JSON, *cookies))) as server:
        yield Place(base_url=http(server, "localhost"), servers=[server])


def basic(credentials: str) -> str:
    return f"Basic {b64encode(credentials.encode()).decode()}"


LET_THROUGH = b"HTTP/1.1 200 Connection established\r\n\r\n"
DIRECTLY = answers(FOUND, targets=["POST /v1/search"])
VIA = answers(FOUND, targets=[f"POST {ELSEWHERE}/search"])

ROWS = [
    *(
        Row(
            "E01",
            f"a netrc file with a login for our host, opted in: {opted_in}",
            a_netrc_file,
            answers(FOUND),
            options={"trust_environment": opted_in},
        )
        for opted_in in (False, True)
    ),
    Row("E02", "a proxy in the environment", beside_a_proxy(PROXIES), DIRECTLY),
    Row(
        "E02",
        "nonsense for a proxy in the environment",
        saying(FINE),
        DIRECTLY,
        environment=dict.fromkeys(PROXIES, "::garbage::"),
    ),
    *(
        Row(
            "E02",
            f"a proxy in {variable}, opted in",
            through_a_proxy(variable),
            VIA,
            options=OPTED_IN,
        )
        for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
    ),
    *(
        Row(
            "E02",
            f"a proxy for others than {no_proxy}, opted in",
            beside_a_proxy(PROXIES, no_proxy=no_proxy),
            DIRECTLY,
            options=OPTED_IN,
        )
        for no_proxy in ("127.0.0.1", "*", "localhost, 127.0.0.1")
    ),
    Row(
        "E02",
        "a proxy for https alone, opted in",
        beside_a_proxy(("https_proxy", "HTTPS_PROXY")),
        DIRECTLY,
        options=OPTED_IN,
    ),
    Row(
        "E02",
        "HTTP_PROXY in a CGI process, opted in",
        beside_a_proxy(("HTTP_PROXY",)),
        DIRECTLY,
        options=OPTED_IN,
        environment={"REQUEST_METHOD": "GET"},
        why="there it is what a stranger sent as a header",
    ),
    Row(
        "E02",
        "nonsense for a proxy in the environment, opted in",
        replies(GOOD),
        refuses(
            MemsyConfigurationError,
            "http_proxy is no URL of an HTTP proxy",
            is_made=False,
            hides=["garbage"],
        ),
        options=OPTED_IN,
        environment={"http_proxy": "::garbage::"},
    ),
    Row(
        "E02",
        "a proxy that the environment names only later, opted in",
        a_proxy_that_comes_later,
        answers(FOUND, targets=["POST /v1/search"] * 2),
        [search, search],
        options=OPTED_IN,
    ),
    Row("E02", "proxy=", through_a_proxy(), VIA),
    *(
        Row(
            "E02",
            f"proxy=, with {what}",
            through_a_proxy(user=f"{user}@"),
            evolve(VIA, sends={"proxy-authorization": basic(said)}),
        )
        for what, user, said in [
            ("a user and a password", "us%40er:pa%3Ass", "us@er:pa:ss"),
            ("a user alone", "user", "user:"),
            ("an empty password", "user:", "user:"),
            ("a password alone", ":pass", ":pass"),
            ("a user that is not ASCII", "%C3%A4:%C3%BC", "ä:ü"),
            ("a user that is not Latin", "%E8%8C%B6:tea", "茶:tea"),
        ]
    ),
    Row(
        "E02",
        "proxy=, and another one in the environment, opted in",
        through_one_proxy_of_two,
        VIA,
        options=OPTED_IN,
    ),
    *(
        Row(
            "E02",
            f"a proxy on the way to https, from {'the environment' if variables else 'proxy='}",
            through_a_tunnel(*variables),
            answers(FOUND, targets=["POST /v1/search"] * 2, connections=1),
            [search, search],
            options={"trust_environment": bool(variables)},
        )
        for variables in [(), ("HTTPS_PROXY",)]
    ),
    *(
        Row(
            "E02",
            f"a proxy on the way to https that {what}",
            a_failing_tunnel(script),
            raises(
                MemsyConnectionError,
                "no connection to api.example.org through the proxy can be made",
                attempts=4,
                requests=0,
                maybe_processed=False,
                hides=["hunter2"],
            ),
        )
        for what, script in {
            "does not know us": say_and_end(response(b"", status="407 Who Are You")),
            "cannot reach it": say_and_end(response(b"", status="502 Bad Gateway")),
            "points elsewhere": say_and_end(response(b"", "Location: /", status="302 Found")),
            "is none": say_and_end(b"SSH-2.0-OpenSSH_9.6\r\n"),
            "ends": end_after_request,
            "resets": reset_after_request,
            "lets us through, and ends": say_and_end(LET_THROUGH),
            "lets us through, and resets": say_and_reset(LET_THROUGH),
        }.items()
    ),
    *(
        Row(
            "E02",
            f"a proxy on the way to https that {what}",
            a_failing_tunnel(script),
            times_out(
                "no connection to api.example.org through the proxy within 0.2 s",
                requests=0,
                maybe_processed=False,
            ),
            options={"timeout": 0.2},
        )
        for what, script in {
            "is silent": be_silent,
            "is slow": drip_head,
            "lets us through to silence": say_and_wait(LET_THROUGH),
        }.items()
    ),
    Row(
        "E03",
        "cookies",
        a_name_for_which_cookies_are_kept,
        answers(FOUND, requests=2, connections=1),
        [search, search],
    ),
]
