"""Whether the caller of another SDK came through a row: with its answer, or an error it knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from memsy import Timeout
from memsy.models import SearchResponse
from tests.matrix.row import Row

GRACE = 0.25
"""Seconds by which a call may end after its deadline."""

Told = Mapping[str, Any]
"""What the caller tells: an `answer`, an `error` or a `foreign` one; nothing, if it hangs."""


def complaints(row: Row, told: Told | None, *, requests: int, strayed: int) -> Iterator[str]:
    """What a caller would complain of; less is asked of others than of us."""
    if told is None:
        yield "hangs"
        return
    yield from _of_outcome(row, told)
    if row.expects.is_at_deadline:
        late = told["took"] - Timeout.of(row.options["timeout"]).total
        if late > GRACE:
            yield f"ends {late:.1f} s after its deadline"
    if row.expects.attempts <= 1 and requests > max(1, len(row.calls)):
        yield f"asks {requests} times"
    if strayed:
        yield "goes elsewhere"


def _of_outcome(row: Row, told: Told) -> Iterator[str]:
    if "foreign" in told:
        yield f"raises {told['foreign']}"
    elif row.expects.error is None:
        if "error" in told:
            yield f"raises {told['error']}"
        elif not _is_right(row.expects.handle, told["answer"]):
            yield "gives a wrong answer"
    elif "answer" in told:
        yield "takes it for an answer"
    elif any(words in told["text"] for words in row.expects.hides):
        yield "shows what is secret"


def _is_right(expected: object, contents: list[str] | None) -> bool:
    """Answers are compared as far as both SDKs have the same words for them."""
    if not isinstance(expected, SearchResponse):
        return True
    return contents == [result.content for result in expected.results]
