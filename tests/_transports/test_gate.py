"""Nothing sets out without passing whoever stands guard, in either colour."""

from __future__ import annotations

import pytest
from attrs import define, field

from memsy._core.wire import Request
from memsy._transports.gate import Departure, guarded_by
from memsy.exceptions import MemsyClientClosedError
from tests._transports.colours import SEARCH, Awaiting, Sender, settings_for
from tests._transports.conftest import Connect, Serve
from tests.raw_server import OK, answering


class Halt(BaseException):
    """What no `except Exception` on the way can swallow."""


@define
class Noting:
    seen: list[Departure] = field(factory=list)

    def __call__(self, departure: Departure) -> None:
        self.seen.append(departure)


def refuse(departure: Departure) -> None:
    raise Halt(departure.peer)


def test_a_guard_sees_what_sets_out_and_whereto(
    serve: Serve, connect: Connect, colour: type[Sender]
) -> None:
    server, noting = serve(answering(OK, OK)), Noting()
    sender = connect(server)
    with guarded_by(noting):
        sender.send(SEARCH)
        sender.send(Request("GET", "/health"))
    assert [departure.request.target for departure in noting.seen] == ["/search", "/health"]
    assert {departure.peer for departure in noting.seen} == {("127.0.0.1", server.port)}
    assert {departure.is_awaiting for departure in noting.seen} == {colour is Awaiting}
    assert len(server.requests) == 2


def test_what_a_guard_raises_is_raised_and_nothing_is_sent(serve: Serve, connect: Connect) -> None:
    server = serve(answering(OK))
    sender = connect(server)
    with guarded_by(refuse), pytest.raises(Halt):
        sender.send()
    assert server.requests == []
    sender.send()
    assert len(server.requests) == 1


def test_a_guard_stands_no_longer_than_its_block(serve: Serve, connect: Connect) -> None:
    sender, noting = connect(serve(answering(OK))), Noting()
    with pytest.raises(Halt), guarded_by(noting):
        raise Halt
    sender.send()
    assert noting.seen == []


def test_all_guards_are_asked_and_each_may_refuse(serve: Serve, connect: Connect) -> None:
    sender, noting = connect(serve(answering(OK))), Noting()
    with guarded_by(noting), guarded_by(refuse), pytest.raises(Halt):
        sender.send()
    assert len(noting.seen) == 1


def test_a_closed_client_asks_nobody(serve: Serve, connect: Connect) -> None:
    sender = connect(serve(answering(OK)))
    sender.close()
    with guarded_by(refuse), pytest.raises(MemsyClientClosedError):
        sender.send()


@pytest.mark.parametrize(
    ("url", "peer"),
    [
        ("https://api.memsy.io/v1", ("api.memsy.io", 443)),
        ("http://api.memsy.io/v1", ("api.memsy.io", 80)),
        ("http://API.memsy.io:8765/v1", ("api.memsy.io", 8765)),
        ("https://[::1]:8765/v1", ("::1", 8765)),
    ],
)
def test_the_peer_is_host_and_port(url: str, peer: tuple[str, int]) -> None:
    assert Departure(SEARCH, settings_for(url), is_awaiting=False).peer == peer


@pytest.mark.parametrize("url", ["https://api.memsy.io/v1", "http://127.0.0.1:8765/v1"])
def test_where_there_is_a_proxy_the_peer_is_the_proxy(url: str) -> None:
    """It is whom we connect to, whatever it does with what we send it."""
    settings = settings_for(url, proxy="http://user:hunter2@proxy.test:3128")
    assert Departure(SEARCH, settings, is_awaiting=True).peer == ("proxy.test", 3128)
