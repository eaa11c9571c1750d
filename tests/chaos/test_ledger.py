"""Who says that all went well is not believed if it did not."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from chaos.ledger import Entry, judge
from memsy import MemsyConnectionError, MemsyError
from memsy.local.storage.records import Event


def stored(event_id: str, content: str) -> Event:
    return Event(
        event_id=event_id,
        actor_id="ann",
        session_id="s-1",
        kind="user_message",
        content=content,
        state="completed",
        ts=datetime(2026, 1, 1, tzinfo=timezone.utc),
        org_id="org",
    )


def lost(*, maybe_processed: bool) -> MemsyError:
    error = MemsyConnectionError("closed without an answer")
    error.maybe_processed = maybe_processed
    return error


GREEN, BLACK = stored("e1", "green"), stored("e2", "black")
BOTH = Entry(["green", "black"], ["e1", "e2"])
DOUBTED = Entry(["green", "black"], error=lost(maybe_processed=True))
DENIED = Entry(["green", "black"], error=lost(maybe_processed=False))


@pytest.mark.parametrize(
    ("entry", "there", "raised", "cautious"),
    [
        (BOTH, [GREEN, BLACK], 0, 0),
        (DOUBTED, [GREEN, BLACK], 1, 0),
        (DOUBTED, [], 1, 1),
        (DENIED, [], 1, 0),
    ],
)
def test_the_truth_is_believed(
    entry: Entry, there: list[Event], raised: int, cautious: int
) -> None:
    verdict = judge([entry], there)
    assert set(verdict.wrongs.values()) == {0}
    assert (verdict.raised, verdict.cautious, verdict.evidence) == (raised, cautious, [])


@pytest.mark.parametrize(
    ("entry", "there", "wrongs"),
    [
        (BOTH, [], {"lost": 2}),
        (BOTH, [GREEN], {"lost": 1, "half": 1}),
        (BOTH, [stored("e2", "green"), stored("e1", "black")], {"lost": 2}),
        (Entry(["green", "black"], ["e1"]), [GREEN, BLACK], {"lost": 2}),
        (Entry(["green", "black"], ["e1", "e1"]), [GREEN, BLACK], {"lost": 1}),
        (BOTH, [GREEN, BLACK, stored("e3", "green")], {"doubled": 1}),
        (BOTH, [GREEN, BLACK, stored("e3", "white")], {"invented": 1}),
        (DOUBTED, [GREEN], {"half": 1}),
        (DENIED, [GREEN, BLACK], {"untrue": 1}),
        (Entry(["green"], error=OSError("reset")), [], {"untyped": 1}),
    ],
)
def test_a_lie_is_not(entry: Entry, there: list[Event], wrongs: dict[str, int]) -> None:
    verdict = judge([entry], there)
    assert {name: times for name, times in verdict.wrongs.items() if times} == wrongs
    assert {text.partition(":")[0] for text in verdict.evidence} == set(wrongs)


def test_each_wrong_is_charged_to_the_ingest_that_it_befell() -> None:
    alone = Entry(["white"], ["e3"])
    verdict = judge([BOTH, alone], [GREEN, BLACK])
    assert verdict.wrongs["lost"] == 1
    assert "white" in verdict.evidence[0]
