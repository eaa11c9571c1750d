"""Property of the queue: each event ends once, in order, at the service or in the dead letters."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from memsy import EventPayload, MemsyConnectionError, MemsyResponseError
from memsy.outbox import Outbox
from memsy.testing import Clock, FakeMemsyClient, LocalService

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
        # The service refuses an event without content. The session is the number of the event.
        self.outbox.put_many(
            EventPayload(
                "actor", f"{self.count + index}", "user_message", "" if is_refused else "x"
            )
            for index, is_refused in enumerate(refused)
        )
        self.count += len(refused)

    @rule(error=st.sampled_from(FAULTS), stored=st.booleans(), times=st.integers(1, 3))
    def fail(self, error: int, stored: bool, times: int) -> None:
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
        # An event is stored twice only if its acknowledgement was lost for more than 60 s.
        sent = list(dict.fromkeys(int(stored.session_id) for stored in self.service.events))
        letters = self.outbox.dead_letters(limit=10_000)
        dead = [int(letter.event.session_id) for letter in letters]
        assert (sent, dead) == (sorted(sent), sorted(dead))
        assert set(sent) | set(dead) == set(range(self.count))
        assert self.outbox.status().dead == len(dead)
        self.outbox.close()
        self.service.close()
        self.directory.cleanup()


TestOutboxMachine = pytest.mark.slow(OutboxMachine.TestCase)
