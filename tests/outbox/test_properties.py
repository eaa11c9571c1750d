"""Property of the queue: each event ends once, in order, at the service or in the dead letters."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from memsy import MemsyConnectionError, MemsyResponseError
from memsy.outbox import Outbox
from memsy.testing import Clock, FakeMemsyClient, LocalService
from tests.outbox.outboxes import event

FAULTS = [401, 413, 422, 429, 500, 503, MemsyConnectionError, MemsyResponseError]


class OutboxMachine(RuleBasedStateMachine):
    """Puts, faults, restarts and time over one file."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = TemporaryDirectory()
        self.clock = Clock()
        self.service = LocalService(clock=self.clock)
        self.client = FakeMemsyClient(service=self.service, max_retries=0)
        self.count = 0
        self.open_outbox()

    def open_outbox(self) -> None:
        path = Path(self.directory.name, "outbox.db")
        self.outbox = Outbox(self.client, path, background=False, batch_size=5)

    @rule(refused=st.lists(st.booleans(), min_size=1, max_size=12))
    def put(self, refused: list[bool]) -> None:
        # The service refuses an event with a blank content.
        self.outbox.put_many(
            event(" " * 3 if is_refused else "x", metadata={"number": self.count + index})
            for index, is_refused in enumerate(refused)
        )
        self.count += len(refused)

    @rule(error=st.sampled_from(FAULTS), stored=st.booleans(), times=st.integers(1, 3))
    def fail(self, error: int, stored: bool, times: int) -> None:  # noqa: FBT001
        stored = stored and error not in {401, 413, 422}
        self.service.faults.fail_next("ingest", error, times=times, stored=stored)

    @rule()
    def pump(self) -> None:
        self.outbox.pump()

    @rule(seconds=st.integers(0, 10))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def restart(self) -> None:
        self.outbox.close(0)
        self.open_outbox()

    @invariant()
    def nothing_is_lost(self) -> None:
        status = self.outbox.status()
        assert status.pending + status.dead + len(self.service.events) >= self.count

    def teardown(self) -> None:
        self.service.faults.clear()
        assert self.outbox.flush() == 0
        sent = [stored.metadata["number"] for stored in self.service.events]
        letters = self.outbox.dead_letters(limit=10_000)
        dead = [letter.event.metadata for letter in letters]
        assert sorted(set(sent)) == sorted(sent, key=int)
        assert len(set(sent)) + len(set(dead)) == self.count
        self.outbox.close()
        self.service.close()
        self.directory.cleanup()


TestOutboxMachine = OutboxMachine.TestCase
