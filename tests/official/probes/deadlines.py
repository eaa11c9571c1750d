"""A call with `timeout=1.0` to a service that is slow: seconds until the call ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.faults.calls import search
from tests.official.probes.calls import MAX_SECONDS, Outcome, on_both
from tests.support.raw_server import Peer, respond_with, response

TITLE = "Deadlines"

_MAX_OVERRUN = 0.25
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the seconds until each call ends."""
    # The first call of a process imports modules.
    on_both(lambda: respond_with(response(b'{"results": []}')), search, _show)
    return {
        "no response": _seconds(lambda: _silent),
        "one byte of the headers every 0.1 s": _seconds(lambda: _slow_head),
        "one byte of the body every 0.1 s": _seconds(lambda: _slow_body),
        "endless `100 Continue` responses": _seconds(lambda: _interim),
        "status 429 with `Retry-After: 2` for each request": _seconds(
            lambda: respond_with(response(b"{}", "Retry-After: 2", status="429 Too Many Requests"))
        ),
    }


def _seconds(script: Callable[[], Callable[[Peer], None]]) -> str:
    return on_both(script, search, _show, {"timeout": 1.0})


def _show(outcome: Outcome) -> str:
    if outcome.is_endless:
        return f"after more than {MAX_SECONDS:g} s"
    if outcome.seconds <= 1 + _MAX_OVERRUN:
        return f"in time, {outcome.ending}"
    return f"after {outcome.seconds:.1f} s, {outcome.ending}"


def _silent(peer: Peer) -> None:
    peer.read()
    peer.pause()


def _slow_head(peer: Peer) -> None:
    peer.read()
    peer.send_slowly(_HEAD[:-2] + b"X-Slow: " + b"a" * 400, 0.1)


def _slow_body(peer: Peer) -> None:
    peer.read()
    peer.send(_HEAD)
    peer.send_slowly(b" " * 400, 0.1)


def _interim(peer: Peer) -> None:
    peer.read()
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        peer.pause(0.1)
