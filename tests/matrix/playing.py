"""
Plays a row of the fault matrix: `play(row, colour)` is what came of it.

No test framework is needed for that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from unittest.mock import patch
from urllib.parse import urlsplit

from attrs import evolve

from memsy._core.http import HTTPRequest
from tests.matrix import fresh
from tests.matrix.acting import Part, act
from tests.matrix.clients import FAKES, KEY, Colour, ScriptedService, Witness
from tests.matrix.outcome import Outcome
from tests.matrix.row import Row
from tests.matrix.stage import Place, Replies

_OURS = re.compile(
    r"MEMSY_\w+|SSL\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC|REQUEST_METHOD|\w+_PROXY",
    re.IGNORECASE,
)
"""Names of variables that a client, or a library below it, might look at."""


def play(row: Row, colour: Colour) -> Outcome:
    """Let a client of that *colour* meet the fault of *row*, in this process or in its own."""
    if colour in FAKES:
        return _on_a_fake(row, colour)
    with row.stage() as place:
        part = Part(
            row.calls,
            {"base_url": place.base_url, "api_key": KEY, **place.options, **row.options},
            row.name,
        )
        if row.is_fresh:
            outcome = fresh.act(part, colour, _around(row, place.environment))
        else:
            with patch.dict(os.environ, _around(row, place.environment), clear=True):
                outcome = act(part, colour, Witness(), between=place.between)
    wire = tuple(request for server in place.servers for request in server.requests)
    return evolve(
        outcome,
        asked=tuple(map(_read, wire)),
        wire=wire,
        connections=sum(server.connections for server in place.servers),
        strayed=sum(server.connections for server in place.bystanders),
    ).without_ports(_ports(place))


def _on_a_fake(row: Row, colour: Colour) -> Outcome:
    assert isinstance(row.stage, Replies), f"no fake can play {row.name}"
    witness = Witness()
    with ScriptedService(row.stage.replies, witness) as service:
        part = Part(row.calls, {"api_key": KEY, **row.options}, row.name)
        with patch.dict(os.environ, _around(row), clear=True):
            outcome = act(part, colour, witness, service=service)
        return evolve(outcome, asked=tuple(map(_without_host, service.heard)))


def _around(row: Row, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment: of what a client might look at, there is what the row says, and *more*."""
    ambient = {name: value for name, value in os.environ.items() if not _OURS.fullmatch(name)}
    return {**ambient, **row.environment, **(more or {})}


def _ports(place: Place) -> list[int]:
    servers = [server.port for server in (*place.servers, *place.bystanders)]
    return [urlsplit(place.base_url).port or 0, *servers]


def _read(wire: bytes) -> HTTPRequest:
    """A request as it was meant by whoever wrote it."""
    head, _, body = wire.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return _without_host(HTTPRequest(method, target, body or None, headers))


def _without_host(request: HTTPRequest) -> HTTPRequest:
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    return evolve(request, headers=headers)
