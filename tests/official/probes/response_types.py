"""Responses with a field of a wrong type or a wrong shape: an error, or the returned value."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.faults.calls import ClientCall, ingesting, search
from tests.official.probes.calls import Outcome, on_both
from tests.support.raw_server import respond_with, response

TITLE = "Types at run time"

_INGEST = ingesting("tea", "milk")
_RESULT: Mapping[str, Any] = {"id": "m1", "content": "tea", "score": 0.9, "metadata": {}}


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the value or the error for each response."""
    return {
        'text `"0.9"` as `score`': _search({"score": "0.9"}, "score"),
        "null as `content`": _search({"content": None}, "content"),
        "number as `content`": _search({"content": 5}, "content"),
        "whole number `1` as `score`, annotated `float`": _search({"score": 1}, "score"),
        "missing `content`": _search({}, "content", without="content"),
        "unknown field": _search({"color": "green"}, "content"),
        "object in place of the list `results`": _call({"results": {}}, search, "results"),
        "text in place of a list of ids": _call({"event_ids": "e1"}, _INGEST, "event_ids"),
        "one id for two ingested events": _call({"event_ids": ["e1"]}, _INGEST, "event_ids"),
        "body that is not JSON": _call(b"<html>", search, "results"),
        "empty body": _call(b"", search, "results"),
    }


def _search(fields: Mapping[str, object], shown: str, without: str = "") -> str:
    result = {name: value for name, value in {**_RESULT, **fields}.items() if name != without}
    return _call({"results": [result]}, search, shown, lambda returned: returned.results[0])


def _call(
    body: object,
    call: ClientCall,
    shown: str,
    part: Callable[[Any], object] = lambda returned: returned,
) -> str:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def show(outcome: Outcome) -> str:
        if outcome.error is not None or outcome.is_endless:
            return outcome.ending
        if outcome.result is None:
            return "returns `None`"
        return f"returns `{shown}={getattr(part(outcome.result), shown)!r}`"

    reply = response(content, "Content-Type: application/json")
    return on_both(lambda: respond_with(reply), call, show)
