"""
Properties of a whole load against a model of the service, for random orders and faults.

The model executes the steps of the load and of its batches one at a time, in any order. The clock
stands still, except for pauses and for the time that a call takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import EventPayload, IngestResponse
from memsy.bulk import BatchResult, BulkIngestError
from memsy.bulk._load import Load
from memsy.bulk._steps import (
    END,
    READ,
    BatchFlow,
    Outcome,
    Run,
    Send,
    Sleep,
    Start,
    WaitForBatch,
    WaitForTurn,
    Yield,
)
from memsy.exceptions import (
    MemsyConnectionError,
    MemsyError,
    MemsyTimeoutError,
    RateLimitExceeded,
    ServerError,
    UsageLimitExceeded,
    ValidationError,
)
from memsy.testing import Clock

DEDUP_WINDOW = 60.0

Draw = Callable[[st.SearchStrategy[Any]], Any]


@attrs.define(eq=False)
class Batch:
    """Batch in flight, and the step that it waits for."""

    flow: BatchFlow
    on_end: Callable[[Outcome | BaseException], None]
    step: Any = None
    has_turn: bool = True
    since: float = 0.0
    """Start of the step."""

    @property
    def is_ready(self) -> bool:
        return not isinstance(self.step, WaitForTurn) or self.has_turn


@attrs.define(eq=False)
class Model:
    """Service, driver and checks of one load."""

    draw: Draw
    faults: Sequence[str]
    sessions: Sequence[int]
    batch_size: int
    max_in_flight: int
    raise_on_error: bool
    clock: Clock = attrs.field(factory=Clock)
    batches: list[Batch] = attrs.field(factory=list)
    stored: list[tuple[int, float]] = attrs.field(factory=list)
    """Position of each stored event, and the moment, in the order of the service."""
    results: list[BatchResult] = attrs.field(factory=list)
    read: int = 0
    ended: int = 0
    """Number of events of ended batches."""

    def run(self) -> Load:
        load = Load(
            batch_size=self.batch_size,
            max_in_flight=self.max_in_flight,
            ledger=None,
            source="default",
            raise_on_error=self.raise_on_error,
            clock=self.clock,
            timeout=lambda seconds: seconds,
        )
        flow = load.run()
        reply: object = None
        while True:
            while self.batches and self.draw(st.booleans()):
                self.advance_one()
            try:
                step = flow.send(reply)
            except StopIteration:
                break
            except BulkIngestError as error:
                self.results.append(error.result)
                break
            reply = self.execute(step)
        assert not self.batches
        return load

    def execute(self, step: object) -> object:
        if step is READ:
            if self.read == len(self.sessions):
                return END
            self.read += 1
            assert self.read - self.ended <= self.batch_size * self.max_in_flight
            return self.event(self.read - 1)
        if isinstance(step, Start):
            self.batches.append(Batch(step.flow, step.on_end))
            assert len(self.batches) <= self.max_in_flight
        elif isinstance(step, Yield):
            self.results.append(step.result)
        else:
            assert isinstance(step, WaitForBatch)
            count = len(self.batches)
            while count and len(self.batches) == count:
                self.advance_one()
        return None

    def event(self, position: int) -> EventPayload:
        return EventPayload("ada", f"s{self.sessions[position]}", "user_message", str(position))

    def advance_one(self) -> None:
        ready = [batch for batch in self.batches if batch.is_ready]
        assert ready, "every batch waits for a turn: the load hangs"
        batch = self.draw(st.sampled_from(ready))
        try:
            try:
                reply = self.execute_batch_step(batch.step, batch.since)
            except MemsyError as error:
                batch.step = batch.flow.throw(error)
            else:
                batch.step = batch.flow.send(reply)
        except StopIteration as stop:
            self.batches.remove(batch)
            outcome = stop.value
            self.ended += sum(len(r.positions) for r in outcome.results) + outcome.unsent
            batch.on_end(outcome)
            return
        batch.since = self.clock.monotonic()
        if isinstance(batch.step, WaitForTurn):
            batch.has_turn = False
            batch.step.request(lambda: setattr(batch, "has_turn", True))

    def execute_batch_step(self, step: object, since: float) -> object:
        if isinstance(step, Sleep):
            self.clock.sleep(step.seconds)
        elif isinstance(step, Send):
            ends_at: Any = None if step.timeout is None else since + step.timeout  # type: ignore[operator]
            return self.ingest([int(event.content) for event in step.events], ends_at)
        else:
            assert not isinstance(step, Run)
        return None

    def ingest(self, positions: list[int], ends_at: float | None) -> IngestResponse:
        seconds = self.draw(st.sampled_from([0.0, 1.0, 20.0]))
        now = self.clock.monotonic()
        if ends_at is not None and now + seconds >= ends_at:
            self.clock.sleep(max(0.0, ends_at - now))
            raise processed(MemsyTimeoutError("timeout"))
        self.clock.sleep(seconds)
        fault = self.draw(st.sampled_from(self.faults))
        if fault == "lost response":
            self.store(positions)
            raise processed(MemsyConnectionError("lost"))
        if fault == "refused connection":
            raise MemsyConnectionError("refused")
        if fault == "split":
            count = self.draw(st.integers(1, len(positions)))
            ids = self.store(positions[:count])
            error = processed(ServerError("failed", 503))
            error.event_ids = ids
            raise error
        if fault == "throttled":
            seconds = self.draw(st.sampled_from([0.0, 5.0, 59.0, 61.0]))
            raise RateLimitExceeded("throttled", retry_after=seconds)
        if fault == "invalid":
            named = self.draw(st.sets(st.integers(0, len(positions)), max_size=3))
            raise ValidationError(
                "invalid", errors=[{"loc": ["body", "events", i, "content"]} for i in named]
            )
        if fault == "quota":
            raise UsageLimitExceeded("used up")
        return IngestResponse(self.store(positions))

    def store(self, positions: list[int]) -> list[str]:
        now = self.clock.monotonic()
        for position in positions:
            if not any(p == position and now - at < DEDUP_WINDOW for p, at in self.stored):
                self.stored.append((position, now))
        return [f"id {position}" for position in positions]

    def check(self, load: Load) -> None:
        summary = load.summary
        positions = [p for result in self.results for p in result.positions]
        assert len(positions) == len(set(positions)), "an event is in two results"
        assert len(positions) + summary.unsent == self.read
        assert summary.stored + summary.failed == len(positions)
        if summary.error is None:
            assert self.read == len(self.sessions)
            assert summary.unsent == 0
        stored = [position for position, _ in self.stored]
        assert len(stored) == len(set(stored)), "an event is stored twice"
        acknowledged = [r for r in self.results if r.error is None]
        assert {p for r in acknowledged for p in r.positions} <= set(stored)
        assert all(r.event_ids == tuple(f"id {p}" for p in r.positions) for r in acknowledged)
        for session in set(self.sessions):
            of_session = [p for p in stored if self.sessions[p] == session]
            assert of_session == sorted(of_session), "the order of a session is not kept"


FAULTS = ["lost response", "refused connection", "split", "throttled", "invalid", "quota"]
sources = st.lists(st.integers(0, 4), max_size=30)


@given(st.data(), sources, st.integers(1, 5), st.integers(1, 4), st.booleans())
def test_each_event_has_one_result_and_is_stored_once_in_order(
    data: st.DataObject,
    sessions: list[int],
    batch_size: int,
    max_in_flight: int,
    raise_on_error: bool,
) -> None:
    faults = ["none"] * 3 + data.draw(st.lists(st.sampled_from(FAULTS), max_size=3))
    model = Model(data.draw, faults, sessions, batch_size, max_in_flight, raise_on_error)
    model.check(model.run())


@pytest.mark.parametrize("raise_on_error", [False, True])
@given(data=st.data(), sessions=sources)
def test_load_ends_if_every_call_fails(
    raise_on_error: bool, data: st.DataObject, sessions: list[int]
) -> None:
    fault = data.draw(st.sampled_from(FAULTS))
    model = Model(data.draw, [fault], sessions, 3, 3, raise_on_error)
    model.check(model.run())


@given(data=st.data(), sessions=sources)
def test_load_without_faults_stores_everything(data: st.DataObject, sessions: list[int]) -> None:
    model = Model(data.draw, ["none"], sessions, 4, 3, raise_on_error=True)
    load = model.run()
    model.check(load)
    assert load.summary.stored == len(sessions)


def processed(error: MemsyConnectionError | ServerError) -> MemsyConnectionError | ServerError:
    error.maybe_processed = True
    return error
