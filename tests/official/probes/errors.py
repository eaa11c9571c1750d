"""Errors of the service and of the network: their classes, their data and the secrets in them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Mapping

import memsy
from tests.faults.calls import search
from tests.official.probes.calls import KEY, Outcome, both_modes, on_both, run_at
from tests.support.raw_server import Peer, respond_with, response

TITLE = "Errors"

_STATUSES = (400, 401, 403, 404, 409, 422, 429, 500, 503)


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the class of each error, and the properties of some."""
    return {
        **{f"status {status}": _on_status(status, _ending) for status in _STATUSES},
        "connection refused": both_modes(
            *(run_at("http://127.0.0.1:9/v1", search, mode).ending for mode in ("sync", "async"))
        ),
        "no response within the timeout": on_both(
            lambda: _silent, search, _ending, {"timeout": 1.0}
        ),
        "connection closed without a response": on_both(lambda: _closing, search, _ending),
        "response with half of its body": on_both(lambda: _truncating, search, _ending),
        "HTML page with status 200": on_both(
            lambda: respond_with(response(b"<html>")), search, _ending
        ),
        "request id as an attribute of the error": _on_status(404, _has_request_id),
        "number of attempts as an attribute": _on_status(503, _has("attempts")),
        "error tells if a write may be stored": _on_status(503, _has("maybe_processed")),
        "`pickle` of an error of the service": _on_status(404, _pickled),
        "API key in an error, after the service repeats it": _on_status(404, _has_key),
        "API key in the `repr` of the client": _key_in_client(),
    }


def _ending(outcome: Outcome) -> str:
    return outcome.ending


def _on_status(status: int, show: Callable[[Outcome], str]) -> str:
    body = json.dumps({"detail": f"Nothing for {KEY}"}).encode()
    reply = response(body, "Apigw-Requestid: req_1", status=f"{status} Text")
    return on_both(lambda: respond_with(reply), search, show)


def _silent(peer: Peer) -> None:
    peer.read()
    peer.pause()


def _closing(peer: Peer) -> None:
    peer.read()


def _truncating(peer: Peer) -> None:
    peer.read()
    peer.send(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"results"')


def _has(name: str) -> Callable[[Outcome], str]:
    return lambda outcome: _yes(hasattr(outcome.error, name))


def _has_request_id(outcome: Outcome) -> str:
    return _yes(getattr(outcome.error, "request_id", None) == "req_1")


def _pickled(outcome: Outcome) -> str:
    try:
        copy = pickle.loads(pickle.dumps(outcome.error))
    except Exception as error:  # noqa: BLE001 - the outcome of the check
        return f"fails: `{type(error).__name__}`"
    is_equal = type(copy) is type(outcome.error) and str(copy) == str(outcome.error)
    return "equal" if is_equal else "differs"


def _has_key(outcome: Outcome) -> str:
    return _yes(KEY in f"{outcome.error} {outcome.error!r}")


def _key_in_client() -> str:
    with memsy.MemsyClient("http://127.0.0.1:9/v1", KEY) as client:
        return _yes(KEY in repr(client))


def _yes(is_true: bool) -> str:
    return "yes" if is_true else "no"
