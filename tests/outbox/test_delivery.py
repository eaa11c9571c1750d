# ruff: noqa: ANN401 - one interface for both outboxes
"""Order, backoff, pauses, refusals and dead letters, without a background sender."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from memsy import MemsyConfigurationError, MemsyConnectionError, MemsyResponseError
from memsy.outbox import OutboxError, OutboxFull
from memsy.testing import Clock, LocalService
from tests.outbox.outboxes import Outboxes, event


@pytest.fixture
def outbox(outboxes: Outboxes) -> Iterator[Any]:
    outbox = outboxes.open()
    yield outbox
    outbox.close(0)


def test_events_are_sent_in_the_order_of_the_puts(outboxes: Outboxes, outbox: Any) -> None:
    for number in range(3):
        outbox.put(event(number))
    assert outbox.put_many(event(number) for number in range(3, 8)) == 5
    assert (outbox.status().pending, outboxes.stored) == (8, [])
    assert outbox.pump() == 8
    assert outboxes.stored == [str(number) for number in range(8)]
    assert (outbox.status().pending, outbox.pump()) == (0, 0)


def test_a_batch_has_at_most_batch_size_events(outboxes: Outboxes) -> None:
    outbox = outboxes.open(batch_size=3)
    outbox.put_many(event(number) for number in range(7))
    assert outbox.pump() == 7
    assert len(outboxes.service.requests) == 3
    assert outbox.close() == 0


def test_the_next_start_continues_with_the_events_in_the_file(outboxes: Outboxes) -> None:
    outboxes.service.faults.fail_next("ingest", 503)
    first = outboxes.open()
    first.put_many([event("a"), event("b")])
    assert first.close(0) == 2
    second = outboxes.open()
    assert second.status().pending == 2
    assert second.close() == 0
    assert outboxes.stored == ["a", "b"]


def test_the_time_of_the_put_becomes_the_time_of_the_event(
    outboxes: Outboxes, outbox: Any, clock: Clock
) -> None:
    outbox.put(event("no time"))
    outbox.put(event("time", ts="2020-05-05T05:05:05Z"))
    clock.advance(3600)
    outbox.pump()
    times = [stored.ts for stored in outboxes.service.events]
    assert [time[:19] for time in map(str, times)] == ["2026-01-01 00:00:00", "2020-05-05 05:05:05"]


def test_a_full_outbox_stores_nothing(outboxes: Outboxes) -> None:
    outbox = outboxes.open(max_events=3)
    outbox.put_many([event(1), event(2)])
    with pytest.raises(OutboxFull, match="2 pending events and 0 dead letters, so 2 more"):
        outbox.put_many([event(3), event(4)])
    outbox.put(event(3))
    with pytest.raises(OutboxFull, match="max_events=3: nothing was stored"):
        outbox.put(event(4))
    assert outbox.status().pending == 3
    assert outbox.close() == 0
    assert outboxes.stored == ["1", "2", "3"]


def test_dead_letters_count_towards_max_events(outboxes: Outboxes) -> None:
    outbox = outboxes.open(max_events=1)
    outbox.put(event(""))
    outbox.pump()
    with pytest.raises(OutboxFull, match="0 pending events and 1 dead letters"):
        outbox.put(event("next"))
    outbox.discard()
    outbox.put(event("next"))
    assert outbox.close() == 0


def test_put_checks_the_event(outbox: Any) -> None:
    with pytest.raises(MemsyConfigurationError, match="put: event must be an EventPayload"):
        outbox.put({"content": "x"})
    with pytest.raises(MemsyConfigurationError, match="put: content cannot be encoded as JSON"):
        outbox.put(event("\ud800"))
    with pytest.raises(MemsyConfigurationError, match=r"put_many: events\[1\]: content cannot"):
        outbox.put_many([event("good"), event("\ud800")])
    mutable = event("x")
    object.__setattr__(mutable, "metadata", {"when": object()})  # the constructor refuses it
    with pytest.raises(MemsyConfigurationError, match="put: metadata"):
        outbox.put(mutable)
    assert outbox.put_many([]) == 0
    assert outbox.status().pending == 0


def test_backoff_doubles_up_to_a_minute(outboxes: Outboxes, outbox: Any, clock: Clock) -> None:
    outboxes.service.faults.fail_next("ingest", 503, times=9)
    outbox.put(event("x"))
    delays = []
    for _ in range(9):
        assert outbox.pump() == 0
        status = outbox.status()
        assert status.last_error is not None
        assert status.paused is None
        delays.append((status.retry_at - clock.now).total_seconds())
        requests = len(outboxes.service.requests)
        clock.advance(delays[-1] / 2)
        assert outbox.pump() == 0
        assert len(outboxes.service.requests) == requests
        clock.advance(delays[-1] / 2 + 0.001)
    for delay, limit in zip(delays, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True):
        assert 0.74 * limit < delay <= limit
    assert outbox.pump() == 1
    assert outbox.status().last_error is None


def test_retry_after_replaces_the_backoff(outboxes: Outboxes, outbox: Any, clock: Clock) -> None:
    outboxes.service.faults.fail_next("ingest", 429, retry_after=120)
    outbox.put(event("x"))
    assert outbox.pump() == 0
    assert (outbox.status().retry_at - clock.now).total_seconds() == 120
    clock.advance(119)
    assert outbox.pump() == 0
    clock.advance(2)
    assert outbox.pump() == 1


@pytest.mark.parametrize("status", [401, 403, 404, 302, 400])
def test_an_error_for_the_operator_pauses_the_outbox(
    outboxes: Outboxes, outbox: Any, clock: Clock, status: int
) -> None:
    outboxes.service.faults.fail_next("ingest", status, times=2)
    outbox.put(event("x"))
    assert outbox.pump() == 0
    paused = outbox.status()
    assert "POST /ingest" in paused.paused
    assert paused.paused == paused.last_error
    assert (paused.retry_at - clock.now).total_seconds() == 60
    assert outbox.flush() == 1, "the next attempt is due after the timeout"
    assert clock.monotonic() == 0
    clock.advance(60)
    assert outbox.pump() == 1
    assert outbox.status().paused is None


def test_a_lasting_error_of_a_batch_that_may_be_stored_waits_for_an_operator(
    outboxes: Outboxes, outbox: Any, clock: Clock
) -> None:
    service = outboxes.service
    service.faults.fail_next("ingest", 507, times=2, stored=True)
    outbox.put(event("x"))
    assert outbox.pump() == 0
    status = outbox.status()
    assert status.paused is not None
    assert status.retry_at is None
    restarted = outboxes.open()
    for _ in range(3):
        clock.advance(3600)
        assert (outbox.pump(), restarted.pump()) == (0, 0)
    assert len(service.requests) == 1
    assert restarted.flush() == 1, "one attempt, without a wait for the timeout"
    assert len(service.requests) == 2
    assert outbox.pump() == 0
    assert outbox.flush() == 0
    assert outbox.status().paused is None
    assert restarted.close() == 0


def test_a_pause_that_another_outbox_left_is_cleared(outboxes: Outboxes, outbox: Any) -> None:
    other = outboxes.open()
    other.put(event("a"))
    assert other.pump() == 1
    outboxes.service.faults.fail_next("ingest", 401)
    outbox.put(event("b"))
    outbox.pump()
    assert outbox.status().paused is not None
    assert other.pump() == 1
    assert other.status().paused is None
    other.close()


def test_a_used_up_quota_pauses_the_outbox(outboxes: Outboxes, outbox: Any) -> None:
    outboxes.service.faults.exhaust_quota("events_ingested")
    outbox.put(event("x"))
    assert outbox.pump() == 0
    assert "usage" in outbox.status().paused.lower()


def test_flush_retries_until_its_timeout(outboxes: Outboxes, outbox: Any, clock: Clock) -> None:
    outboxes.service.faults.fail_next("ingest", MemsyConnectionError, times=3)
    outbox.put(event("x"))
    assert outbox.flush(30) == 0
    assert 5 < clock.monotonic() <= 8
    outboxes.service.faults.fail_next("ingest", 503, times=None)
    outbox.put(event("y"))
    started = clock.monotonic()
    assert outbox.flush(30) == 1
    assert clock.monotonic() - started <= 30


def test_flush_without_time_sends_nothing(outboxes: Outboxes, outbox: Any) -> None:
    outbox.put(event("x"))
    assert outbox.flush(0) == 1
    assert outboxes.service.requests == []
    with pytest.raises(MemsyConfigurationError, match="timeout"):
        outbox.flush(-1)


def test_a_refused_event_ends_in_the_dead_letters(
    outboxes: Outboxes, outbox: Any, clock: Clock
) -> None:
    contents = [str(number) for number in range(40)]
    outbox.put_many(
        event("" if number in {"0", "17", "18", "39"} else number) for number in contents
    )
    assert outbox.pump() == 36
    assert outboxes.stored == [n for n in contents if n not in {"0", "17", "18", "39"}]
    letters = outbox.dead_letters()
    assert [letter.event.content for letter in letters] == [""] * 4
    assert {letter.status_code for letter in letters} == {422}
    assert all("content" in letter.reason for letter in letters)
    assert letters[0].failed_at == clock.now
    assert (outbox.status().pending, outbox.status().dead) == (0, 4)
    assert outbox.dead_letters(limit=2, offset=3) == letters[3:]
    assert "actor" not in repr(letters[0])


@pytest.mark.parametrize("status", [422, 413])
def test_a_batch_is_halved_if_the_refusal_names_no_event(
    outboxes: Outboxes, outbox: Any, status: int
) -> None:
    outboxes.service.faults.fail_next("ingest", status, times=4)
    outbox.put_many(event(number) for number in range(8))
    assert outbox.pump() == 7
    assert [letter.event.content for letter in outbox.dead_letters()] == ["0"]
    assert outboxes.stored == [str(number) for number in range(1, 8)]


def test_dead_letters_return_to_their_places(outboxes: Outboxes, outbox: Any) -> None:
    outboxes.service.faults.fail_next("ingest", 422, times=4)
    outbox.put_many([event("a"), event("b")])
    outbox.pump()
    assert outbox.status().dead == 2
    outbox.put(event("c"))
    first, second = outbox.dead_letters()
    assert outbox.retry([second.id, 999]) == 1
    assert (outbox.status().pending, outbox.status().dead) == (2, 1)
    assert outbox.pump() == 2
    assert outboxes.stored == ["b", "c"]
    assert outbox.retry() == 1
    assert outbox.pump() == 1
    assert (outbox.retry(), outbox.discard(), outbox.discard([first.id])) == (0, 0, 0)


def test_retry_ends_a_pause(outboxes: Outboxes, outbox: Any) -> None:
    outbox.put(event(""))
    outbox.pump()
    outboxes.service.faults.fail_next("ingest", 401)
    outbox.put(event("x"))
    outbox.pump()
    assert outbox.retry() == 1
    assert outbox.pump() == 1


def test_discard_deletes_dead_letters(outbox: Any) -> None:
    outbox.put_many([event(""), event(" ")])
    outbox.pump()
    first, _ = outbox.dead_letters()
    assert outbox.discard([first.id]) == 1
    assert outbox.status().dead == 1
    assert outbox.discard() == 1
    assert outbox.status().dead == 0


def test_the_stored_part_of_a_split_call_is_not_sent_again(
    outboxes: Outboxes, clock: Clock
) -> None:
    outbox = outboxes.open(batch_size=1200)
    outboxes.service.faults.fail_next("ingest", 503, after=1)
    outbox.put_many(event(number) for number in range(1200))
    assert outbox.pump() == 500
    assert outbox.status().pending == 700
    clock.advance(120)
    assert outbox.pump() == 700
    assert outboxes.stored == [str(number) for number in range(1200)]
    outbox.close()


def test_a_refusal_in_the_second_request_of_a_call(outboxes: Outboxes, clock: Clock) -> None:
    outbox = outboxes.open(batch_size=1200)
    outbox.put_many(event("" if number == 777 else number) for number in range(1200))
    assert outbox.pump() == 1199
    assert len(outbox.dead_letters()) == 1
    assert outboxes.stored == [str(number) for number in range(1200) if number != 777]
    outbox.close()


def test_a_lost_response_within_a_minute_stores_nothing_twice(
    outboxes: Outboxes, outbox: Any, clock: Clock
) -> None:
    outboxes.service.faults.fail_next("ingest", MemsyResponseError, stored=True)
    outbox.put_many([event("a"), event("b")])
    assert outbox.pump() == 0
    clock.advance(2)
    assert outbox.pump() == 2
    assert outboxes.stored == ["a", "b"]


def test_status_shows_the_oldest_event_and_the_sender(
    outboxes: Outboxes, outbox: Any, clock: Clock
) -> None:
    status = outbox.status()
    assert (status.pending, status.oldest, status.sender_pid) == (0, None, None)
    outbox.put(event("a"))
    clock.advance(5)
    outbox.put(event("b"))
    assert outbox.status().oldest == datetime(2026, 1, 1, tzinfo=timezone.utc)


def test_a_second_close_does_nothing_and_a_later_call_raises(outboxes: Outboxes) -> None:
    outboxes.service.faults.fail_next("ingest", 401, times=None)
    outbox = outboxes.open()
    outbox.put(event("x"))
    assert (outbox.close(), outbox.close()) == (1, 1)
    for call in (outbox.status, outbox.flush, outbox.pump, lambda: outbox.put(event("y"))):
        with pytest.raises(OutboxError, match="is closed: create a new one"):
            call()


def test_an_unused_outbox_can_be_closed(outboxes: Outboxes) -> None:
    assert outboxes.open().close() == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_events": 0}, "max_events must be 1 or more, got 0"),
        ({"batch_size": "x"}, "batch_size must be a whole number"),
        ({"synchronous": "OFF"}, "synchronous must be 'NORMAL' or 'FULL'"),
        ({"background": 1}, "background must be True or False"),
    ],
)
def test_unusable_arguments_are_refused(
    outboxes: Outboxes, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(MemsyConfigurationError, match=message):
        outboxes.open(**options)


def test_two_outboxes_share_a_file(outboxes: Outboxes, service: LocalService, path: Path) -> None:
    first, second = outboxes.open(), outboxes.open()
    first.put(event("a"))
    second.put(event("b"))
    assert second.status().pending == 2
    assert (second.pump(), first.pump()) == (2, 0)
    assert outboxes.stored == ["a", "b"]
    assert path.stat().st_mode & 0o777 == 0o600
    first.close()
    second.close()
