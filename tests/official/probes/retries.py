"""Faults that a client retries: requests with at most two retries, and the end of the call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tests.faults.calls import ClientCall, create, ingest, search
from tests.official.probes.calls import Outcome, on_both
from tests.support.raw_server import Peer, Script, respond_with, response

TITLE = "Retries"

_FOUND = response(b'{"results": []}', "Content-Type: application/json")
_STORED = response(b'{"event_ids": ["e1"]}', "Content-Type: application/json")
_ROLE = response(b'{"id": "r1", "org_id": "o1", "name": "Support", "focus": "Tea"}')


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the requests and the ending for each fault, which happens once."""
    return {
        "`search`, connection closed without a response": _once(_close),
        "`search`, half of the body": _once(_truncate),
        "`search`, body that is not JSON": _first(response(b"<html>")),
        **{
            f"`search`, status {status}": _first(_status(status))
            for status in (408, 429, 500, 502, 503, 504)
        },
        "`ingest`, connection closed without a response": _once(_close, ingest, _STORED),
        "`ingest`, status 503": _first(_status(503), ingest, _STORED),
        "`roles.create`, connection closed without a response": _once(_close, create, _ROLE),
        "status 429 with `Retry-After: 1`": _first(_status(429, "1"), show=_with_pause),
        "status 429 with `Retry-After` as a date": _first(
            _status(429, "Fri, 01 Jan 2021 00:00:00 GMT")
        ),
        "status 429 with `Retry-After: 3600`": _first(_status(429, "3600")),
        "status 429 with `Retry-After: soon`": _first(_status(429, "soon")),
        "status 429 for an exhausted quota": _first(_quota()),
    }


def _show(outcome: Outcome) -> str:
    return f"{outcome.requests} request{'s'[: outcome.requests != 1]}, {outcome.ending}"


def _with_pause(outcome: Outcome) -> str:
    pause = "after the pause" if outcome.seconds >= 1 else "before the end of the pause"
    return f"{_show(outcome)}, {pause}"


def _first(
    fault: bytes,
    call: ClientCall = search,
    then: bytes = _FOUND,
    show: Callable[[Outcome], str] = _show,
) -> str:
    return on_both(lambda: respond_with(fault, then), call, show)


def _once(fault: Callable[[Peer], None], call: ClientCall = search, then: bytes = _FOUND) -> str:
    def script() -> Script:
        faults = [fault]
        usual = respond_with(then)
        return lambda peer: faults.pop()(peer) if faults else usual(peer)

    return on_both(script, call, _show)


def _close(peer: Peer) -> None:
    peer.read()


def _truncate(peer: Peer) -> None:
    peer.read()
    peer.send(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"results"')


def _status(status: int, retry_after: str = "") -> bytes:
    headers = [f"Retry-After: {retry_after}"] if retry_after else []
    return response(b'{"detail": "not now"}', *headers, status=f"{status} Text")


def _quota() -> bytes:
    body = {"detail": {"error": "usage_limit_exceeded", "message": "Quota of events exceeded"}}
    return response(json.dumps(body).encode(), status="429 Too Many Requests")
