"""Bulk ingest through the sync and async clients, real and fake."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from memsy import EventPayload
from memsy.bulk import (
    BatchResult,
    BulkIngestError,
    BulkSummary,
    async_bulk_ingest,
    bulk_ingest,
    stream_ingest,
)
from memsy.exceptions import (
    AuthenticationError,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    NotFoundError,
    RateLimitExceeded,
    RedirectError,
    ServerError,
    UsageLimitExceeded,
    ValidationError,
)
from memsy.testing import (
    Clock,
    FakeAsyncMemsyClient,
    FakeMemsyClient,
    LocalService,
    ServiceConfig,
)
from tests.bulk.loads import (
    OpenLoader,
    make_events,
    stored_contents,
    with_both_fakes,
    with_each_client,
)


@pytest.fixture
def service() -> Iterator[LocalService]:
    with LocalService(clock=Clock()) as opened:
        yield opened


def by_session(service: LocalService) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for event in service.events:
        numbers.setdefault(event.session_id, []).append(int(event.content.split()[-1]))
    return numbers


@with_each_client
def test_all_events_are_stored_once_and_in_order_within_a_session(
    service: LocalService, open_loader: OpenLoader
) -> None:
    with open_loader(service) as loader:
        summary = loader.bulk(make_events(1234, sessions=7), batch_size=50, max_in_flight=4)
    assert (summary.stored, summary.failed, summary.unsent) == (1234, 0, 0)
    assert summary.error is None
    assert sorted(stored_contents(service)) == sorted(f"event {n}" for n in range(1234))
    assert all(numbers == sorted(numbers) for numbers in by_session(service).values())


@with_each_client
def test_each_event_is_in_one_result_with_its_id(
    service: LocalService, open_loader: OpenLoader
) -> None:
    with open_loader(service) as loader:
        results = list(loader.stream(make_events(105), batch_size=20, max_in_flight=3))
    ids = {p: i for r in results for p, i in zip(r.positions, r.event_ids, strict=True)}
    assert sorted(ids) == list(range(105))
    assert {event.event_id: event.content for event in service.events} == {
        event_id: f"event {position}" for position, event_id in ids.items()
    }
    assert {(r.error, r.attempts, r.skipped) for r in results} == {(None, 1, False)}


@with_each_client
def test_empty_source_sends_nothing(service: LocalService, open_loader: OpenLoader) -> None:
    with open_loader(service) as loader:
        assert loader.bulk([]) == BulkSummary()
    assert list(service.requests) == []


@with_each_client
@pytest.mark.parametrize("error", [RateLimitExceeded, ServerError, MemsyConnectionError])
def test_transient_errors_are_retried_without_a_second_copy(
    service: LocalService, open_loader: OpenLoader, error: type[MemsyError]
) -> None:
    stored = {"stored": True} if error is MemsyConnectionError else {}
    service.faults.fail_next("ingest", error, times=3, **stored)  # type: ignore[arg-type]
    with open_loader(service) as loader:
        summary = loader.bulk(make_events(300), batch_size=50, clock=service.clock)
    assert (summary.stored, summary.retries) == (300, 3)
    assert len(service.events) == 300


@with_each_client
def test_retry_after_delays_all_batches(service: LocalService, open_loader: OpenLoader) -> None:
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=7)
    started = service.clock.monotonic()
    with open_loader(service) as loader:
        loader.bulk(make_events(10), batch_size=5, max_in_flight=1, clock=service.clock)
    assert service.clock.monotonic() - started >= 7


@with_each_client
def test_used_up_quota_stops_at_once_and_says_what_was_stored(
    service: LocalService, open_loader: OpenLoader
) -> None:
    service.config = ServiceConfig(limits={"events_ingested": 100})
    with open_loader(service) as loader, pytest.raises(BulkIngestError) as caught:
        loader.bulk(make_events(1000, sessions=1000), batch_size=20, max_in_flight=2)
    error = caught.value
    assert isinstance(error.__cause__, UsageLimitExceeded)
    assert error.summary.stored == len(service.events) == 100
    assert "100 events stored" in str(error)
    assert error.summary.error is error.result.error is error.__cause__
    assert len([r for r in service.requests if r.operation == "ingest"]) <= 7


@with_each_client
@pytest.mark.parametrize("error", [AuthenticationError, NotFoundError, RedirectError])
def test_permanent_error_ends_the_load_without_an_exception_if_not_raised(
    service: LocalService, open_loader: OpenLoader, error: type[MemsyError]
) -> None:
    service.faults.fail_next("ingest", error, times=None)
    with open_loader(service) as loader:
        summary = loader.bulk(
            make_events(100), batch_size=10, max_in_flight=1, raise_on_error=False
        )
    assert isinstance(summary.error, error)
    assert (summary.stored, summary.attempts) == (0, 1)
    assert summary.failed + summary.unsent == 10
    assert [failure.error for failure in summary.failures] == [summary.error]


@with_each_client
def test_closed_client_stops_the_load(service: LocalService, open_loader: OpenLoader) -> None:
    with open_loader(service) as loader:
        loader.close_client()
        summary = loader.bulk(make_events(100), raise_on_error=False)
    assert isinstance(summary.error, MemsyClientClosedError)


@with_each_client
def test_refused_events_fail_alone_if_the_error_is_not_raised(
    service: LocalService, open_loader: OpenLoader
) -> None:
    events = list(make_events(30))
    events[7] = EventPayload("ada", "s2", "user_message", "   ")
    events[21] = EventPayload("ada", "s1", "user_message", "lone surrogate \ud83d")
    with open_loader(service) as loader:
        summary = loader.bulk(events, batch_size=30, raise_on_error=False)
    assert (summary.stored, summary.failed, summary.error) == (28, 2, None)
    assert sorted(p for failure in summary.failures for p in failure.positions) == [7, 21]
    assert {type(failure.error) for failure in summary.failures} == {
        ValidationError,
        MemsyConfigurationError,
    }
    assert len(service.events) == 28


@with_each_client
def test_refused_event_is_named_by_its_position(
    service: LocalService, open_loader: OpenLoader
) -> None:
    events = list(make_events(30, sessions=1))
    events[17] = EventPayload("ada", "s0", "user_message", " ")
    with open_loader(service) as loader, pytest.raises(BulkIngestError) as caught:
        loader.bulk(events, batch_size=10)
    assert "failed: positions 10-19; the service refused position 17" in str(caught.value)
    assert list(caught.value.result.positions) == list(range(10, 20))
    assert stored_contents(service) == [f"event {n}" for n in range(10)]


@with_each_client
def test_exception_of_the_source_follows_the_finished_batches(
    service: LocalService, open_loader: OpenLoader
) -> None:
    def failing() -> Iterator[EventPayload]:
        yield from make_events(40)
        raise OSError("the disk is gone")

    received: list[BatchResult] = []
    with open_loader(service) as loader, pytest.raises(OSError, match="the disk is gone"):
        received.extend(loader.stream(failing(), batch_size=10, max_in_flight=2))
    # The batches that were sent before the exception are stored.
    assert len(service.events) in {20, 30, 40}


@with_each_client
def test_wrong_item_is_named_by_its_position(
    service: LocalService, open_loader: OpenLoader
) -> None:
    events: list[Any] = [*make_events(12), {"content": "a dict"}]
    with (
        open_loader(service) as loader,
        pytest.raises(
            MemsyConfigurationError, match=r"events\[12\] must be an EventPayload, got dict"
        ),
    ):
        loader.bulk(events, batch_size=5)


@with_each_client
def test_early_close_finishes_the_batches_in_flight(
    service: LocalService, open_loader: OpenLoader
) -> None:
    def endless() -> Iterator[EventPayload]:
        for number in count():
            yield EventPayload("ada", f"s{number % 20}", "user_message", f"event {number}")

    with open_loader(service) as loader:
        stream = loader.stream(endless(), batch_size=10, max_in_flight=3)
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        stream.close()  # type: ignore[attr-defined]
        stored = len(service.events)
        assert 10 <= stored <= 40
        assert list(stream) == []
    assert len(service.events) == stored


def test_source_is_read_only_as_far_as_the_window(service: LocalService) -> None:
    read: list[int] = []

    def noting() -> Iterator[EventPayload]:
        for number, event in enumerate(make_events(10_000)):
            read.append(number)
            yield event

    stream = stream_ingest(
        FakeMemsyClient(service=service), noting(), batch_size=5, max_in_flight=2
    )
    assert not read
    for received in range(1, 20):
        next(stream)
        assert len(read) <= (received + 1) * 5 + 10
    stream.close()  # type: ignore[attr-defined]


def test_stream_that_is_not_started_does_nothing(service: LocalService) -> None:
    source = make_events(10)
    stream = stream_ingest(FakeMemsyClient(service=service), source)
    del stream
    gc.collect()
    assert next(source).content == "event 0"
    assert list(service.requests) == []


@with_both_fakes
def test_body_of_more_than_one_request_is_stored_once(
    service: LocalService, open_loader: OpenLoader
) -> None:
    events = [
        EventPayload("ada", "long", "user_message", f"{number} " + "x" * 31_000)
        for number in range(500)
    ]
    # The second request of the split call fails once.
    service.faults.fail_next("ingest", 503, after=1)
    with open_loader(service) as loader:
        results = list(loader.stream(events, clock=service.clock))
    assert sorted(p for result in results for p in result.positions) == list(range(500))
    assert len(service.events) == 500
    assert [event.content for event in service.events] == [event.content for event in events]


@with_both_fakes
def test_batch_that_may_be_stored_is_not_repeated_after_the_deduplication_window(
    service: LocalService, open_loader: OpenLoader
) -> None:
    service.faults.fail_next("ingest", 503, times=None, retry_after=20)
    with open_loader(service) as loader:
        summary = loader.bulk(make_events(5), raise_on_error=False)
    error = summary.failures[0].error
    assert isinstance(error, ServerError)
    assert error.maybe_processed
    assert "not sent again: the service recognises a repeated event for 60 s only" in str(error)
    assert (summary.failed, summary.error) == (5, None)
    assert summary.attempts == 3


@with_both_fakes
def test_long_retry_after_stops_the_load(service: LocalService, open_loader: OpenLoader) -> None:
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=61, times=None)
    with open_loader(service) as loader:
        summary = loader.bulk(make_events(5), raise_on_error=False)
    assert isinstance(summary.error, RateLimitExceeded)
    assert summary.attempts == 1


def test_bulk_ingest_error_pickles_and_copies(service: LocalService) -> None:
    service.faults.fail_next("ingest", 400, times=None)
    with pytest.raises(BulkIngestError) as caught:
        bulk_ingest(FakeMemsyClient(service=service), make_events(5))
    for clone in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert str(clone) == str(caught.value)
        assert clone.summary.failed == 5
        assert clone.result.positions == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number, from 1 to 500, got 0"),
        ({"batch_size": 501}, "batch_size must be a whole number, from 1 to 500, got 501"),
        ({"batch_size": True}, "batch_size must be a whole number, from 1 to 500, got True"),
        ({"max_in_flight": 0}, "max_in_flight must be a whole number, 1 or more, got 0"),
        ({"max_in_flight": 1.5}, "max_in_flight must be a whole number, 1 or more, got 1.5"),
        ({"ledger": "a.ledger"}, "ledger must be a Ledger or None, got 'a.ledger'"),
        ({"source": None}, "source must be a str, got None"),
    ],
)
def test_wrong_argument_is_refused_before_the_first_event(
    service: LocalService, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(MemsyConfigurationError) as caught:
        stream_ingest(FakeMemsyClient(service=service), make_events(1), **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("events", [5, "text", b"bytes", {"a": 1}, None])
def test_source_must_be_an_iterable_of_events(service: LocalService, events: Any) -> None:  # noqa: ANN401
    with pytest.raises(MemsyConfigurationError, match="events must be an iterable"):
        stream_ingest(FakeMemsyClient(service=service), events)


def test_client_of_the_other_kind_is_refused(service: LocalService) -> None:
    wrong: Any = FakeAsyncMemsyClient(service=service)
    with pytest.raises(MemsyConfigurationError, match="client must be a sync client"):
        stream_ingest(wrong, [])
    other: Any = FakeMemsyClient(service=service)
    with pytest.raises(MemsyConfigurationError, match="client must be an async client"):
        asyncio.run(async_bulk_ingest(other, []))


def test_keyboard_interrupt_of_the_consumer_finishes_the_batches(service: LocalService) -> None:
    def interrupted() -> Iterator[EventPayload]:
        yield from make_events(100, sessions=20)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk_ingest(FakeMemsyClient(service=service), interrupted(), batch_size=10, max_in_flight=2)
    stored = len(service.events)
    assert stored >= 80
    assert stored % 10 == 0


def test_cancelled_load_finishes_the_batches_in_flight(service: LocalService) -> None:
    service.faults.delay_next("ingest", 5.0, times=None)

    async def main() -> None:
        client = FakeAsyncMemsyClient(service=service)
        load = asyncio.create_task(
            async_bulk_ingest(client, make_events(100, sessions=20), batch_size=10, max_in_flight=2)
        )
        await service.clock.sleep_async(1.0)
        load.cancel()
        with pytest.raises(asyncio.CancelledError):
            await load
        assert len(service.events) == 20
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
