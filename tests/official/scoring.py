"""Scoring of the official SDK on a fault case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from memsy import Timeout
from memsy.models import SearchResponse
from tests.faults.case import Case

MAX_OVERRUN = 0.25
"""Seconds by which a call may end after its deadline."""

CallResult = Mapping[str, Any]
"""Result of a call: `returned`, `error` with its `text`, or `foreign_error`; and `seconds`."""


def problems(
    case: Case, result: CallResult | None, *, requests: int, forbidden_connections: int
) -> Iterator[str]:
    """
    Return the problems of a caller; the demands are lower than those on our own clients.

    Args:
        case: Fault case.
        result: Result of the call; None if the client hung.
        requests: Number of requests.
        forbidden_connections: Number of connections to servers that must not be contacted.
    """
    if result is None:
        yield "hangs"
        return
    yield from _result_problems(case, result)
    if case.expects.ends_at_deadline:
        overrun = result["seconds"] - Timeout.coerce(case.options["timeout"]).total
        if overrun > MAX_OVERRUN:
            yield f"ends {overrun:.1f} s after its deadline"
    if case.expects.attempts <= 1 and requests > max(1, len(case.calls)):
        yield f"sends {requests} requests"
    if forbidden_connections:
        yield "contacts another server"


def _result_problems(case: Case, result: CallResult) -> Iterator[str]:
    if "foreign_error" in result:
        yield f"raises {result['foreign_error']}"
    elif case.expects.error is None:
        if "error" in result:
            yield f"raises {result['error']}"
        elif not _is_equal(case.expects.result, result["returned"]):
            yield "returns a wrong result"
    elif "returned" in result:
        yield "returns a result instead of an error"
    elif any(text in result["text"] for text in case.expects.never_shows):
        yield "shows a secret"


def _is_equal(expected: object, contents: list[str] | None) -> bool:
    """Compare the part of a result that both SDKs have."""
    if not isinstance(expected, SearchResponse):
        return True
    return contents == [result.content for result in expected.results]
