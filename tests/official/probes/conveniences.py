"""Calls on a local service that spare an application some code: they work, or raise an error."""

from __future__ import annotations

import inspect
import logging
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

import memsy
from tests.faults.calls import ClientCall, ingesting, search
from tests.official.probes.calls import KEY, Outcome, both_modes, limited, run_at
from tests.support.raw_server import RawServer, respond_with, response

TITLE = "Conveniences"

_EVENTS = 1_200
_MANY = ingesting(*(f"I like tea {number}." for number in range(_EVENTS)))
_TIME = datetime(2026, 1, 1, tzinfo=timezone.utc)
_MAX_SECONDS = 60.0
_URL = "http://127.0.0.1:9/v1"


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the ending of each call, and the methods of a kind."""
    url, key = settings["url"], settings["key"]

    def on_service(call: ClientCall, show: Callable[[Outcome], str] = _works) -> str:
        options = {"api_key": key, "timeout": _MAX_SECONDS}
        outcomes = (run_at(url, call, mode, options, _MAX_SECONDS) for mode in ("sync", "async"))
        return both_modes(*map(show, outcomes))

    return {
        f"`ingest` of {_EVENTS:,} events in one call": on_service(_MANY, _stored),
        "dictionary as `metadata` of an event": on_service(ingesting("x", metadata={"lang": "en"})),
        "`datetime` as `ts` of an event": on_service(ingesting("x", ts=_TIME)),
        "URL and key from environment variables": _from_environment(url, key),
        "function that returns the API key": _key_function(url, key),
        "methods that wait for the processing of events": _methods("wait"),
        "methods that read all pages": _methods("iter|pages|all$"),
        "methods that change options for one call": _methods("with_"),
        "clearing the memories of a container": _methods("clear"),
        "loggers that write about a call": _loggers(),
        "`HTTP_PROXY` without an option of the client": _proxy(),
    }


def _stored(outcome: Outcome) -> str:
    if outcome.result is None:
        return outcome.ending
    return f"{len(outcome.result.event_ids):,} ids"


def _works(outcome: Outcome) -> str:
    return "works" if outcome.ending == "a result" else outcome.ending


def _from_environment(url: str, key: str) -> str:
    os.environ.update(MEMSY_BASE_URL=url, MEMSY_API_KEY=key)
    create: Any = memsy.MemsyClient
    return _works(limited(lambda: search(create())))


def _key_function(url: str, key: str) -> str:
    create: Any = memsy.MemsyClient
    return _works(limited(lambda: search(create(url, lambda: key))))


def _public_methods() -> list[str]:
    clients = [memsy.MemsyClient(_URL, KEY), memsy.MemsyControlClient(_URL, KEY)]
    names: list[str] = []
    for client in clients:
        for name, value in inspect.getmembers(client):
            if name.startswith("_"):
                continue
            if callable(value):
                names.append(name)
            elif type(value).__module__.startswith("memsy"):
                names += [f"{name}.{part}" for part in dir(value) if not part.startswith("_")]
    return sorted({*names})


def _methods(pattern: str) -> str:
    found = [name for name in _public_methods() if re.search(pattern, name.rpartition(".")[2])]
    return ", ".join(f"`{name}`" for name in found) or "none"


def _loggers() -> str:
    names: set[str] = set()

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            names.add(record.name.partition(".")[0])

    root, handler = logging.getLogger(), Handler()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in ("memsy", "httpx"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with RawServer(respond_with(response(b'{"results": []}'))) as server:
        run_at(f"http://127.0.0.1:{server.port}/v1", search, "sync")
    root.removeHandler(handler)
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


def _proxy() -> str:
    with RawServer(respond_with(response(b'{"results": []}'))) as proxy:
        os.environ["http_proxy"] = f"http://127.0.0.1:{proxy.port}"
        modes = [run_at("http://service.invalid/v1", search, mode) for mode in ("sync", "async")]
        del os.environ["http_proxy"]
    return both_modes(*("used" if one.error is None else "not used" for one in modes))
