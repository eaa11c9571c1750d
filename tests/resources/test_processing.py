"""Requests, results and errors of `wait_until_processed`, sync and async."""

from __future__ import annotations

import asyncio
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import (
    EventPayload,
    HTTPResponse,
    MemsyConfigurationError,
    MemsyTimeoutError,
    ServerError,
    StatusResponse,
)
from memsy.testing import (
    Clock,
    FakeAsyncMemsyClient,
    FakeMemsyClient,
    LocalService,
    ServiceConfig,
)
from tests.support.recording_clients import (
    ClientCall,
    MakeClient,
    Recording,
    in_both_modes,
    ok,
    outcome,
    recording_of,
)

EVENT = EventPayload("ann", "chat-1", "user_message", "I like tea")


def wait(*event_ids: str, timeout: float = 300.0, poll_interval: float = 3.0) -> ClientCall:
    return lambda m: m.wait_until_processed(event_ids, timeout=timeout, poll_interval=poll_interval)


def states(*, completed: str = "", failed: str = "", pending: str = "") -> dict[str, object]:
    """Return the body of a status response; the ids are separated by blanks."""
    return {
        "completedIds": completed.split(),
        "failedIds": failed.split(),
        "pendingIds": pending.split(),
        "total": len(f"{completed} {failed} {pending}".split()),
    }


def requested_ids(recording: Recording) -> list[list[str]]:
    return [json.loads(request.body or b"")["event_ids"] for request in recording.requests]


@in_both_modes
def test_each_poll_asks_for_the_unfinished_events_only(make_client: MakeClient) -> None:
    recording = recording_of(
        states(completed="b", pending="a c d"),
        states(failed="d", pending="a c"),
        states(completed="c a"),
    )
    status = outcome(make_client, wait("a", "b", "c", "d"), recording)
    assert requested_ids(recording) == [["a", "b", "c", "d"], ["a", "c", "d"], ["a", "c"]]
    assert recording.clock.monotonic() == 6.0
    assert status == StatusResponse(
        completed_ids=["a", "b", "c"],
        failed_ids=["d"],
        pending_ids=[],
        total=4,
        statuses={"a": "completed", "b": "completed", "c": "completed", "d": "failed"},
    )


@in_both_modes
def test_more_than_500_events_take_several_requests(make_client: MakeClient) -> None:
    """Only the first request of a poll waits for the interval."""
    ids = [f"e{number}" for number in range(1001)]
    recording = recording_of(
        states(pending=" ".join(ids[:500])),
        states(completed=" ".join(ids[500:1000])),
        states(pending=ids[1000]),
        states(completed=" ".join(ids[:500])),
        states(completed=ids[1000]),
    )
    status = outcome(make_client, wait(*ids), recording)
    assert isinstance(status, StatusResponse)
    assert status.completed_ids == ids
    assert [len(asked) for asked in requested_ids(recording)] == [500, 500, 1, 500, 1]
    assert recording.clock.monotonic() == 3.0


@in_both_modes
def test_repeated_id_is_asked_for_once(make_client: MakeClient) -> None:
    recording = recording_of(states(completed="b", pending="a"), states(failed="a"))
    status = outcome(make_client, wait("a", "b", "a", "b"), recording)
    assert requested_ids(recording) == [["a", "b"], ["a"]]
    assert isinstance(status, StatusResponse)
    assert (status.completed_ids, status.failed_ids, status.total) == (["b"], ["a"], 2)


@in_both_modes
@given(
    ids=st.lists(st.integers(0, 12), max_size=20),
    polls=st.lists(st.dictionaries(st.integers(0, 12), st.booleans()), max_size=6),
)
def test_each_event_is_asked_for_until_its_final_state(
    make_client: MakeClient, ids: list[int], polls: list[dict[int, bool]]
) -> None:
    """`polls` has the events with a final state, in each poll: True means completed."""
    event_ids = [f"e{number}" for number in ids]
    final: dict[str, bool] = {}
    expected, responses = list[list[str]](), list[object]()
    for poll in [*polls, dict.fromkeys(ids, True)]:
        asked = [id_ for id_ in dict.fromkeys(event_ids) if id_ not in final]
        states_now = {f"e{number}": state for number, state in poll.items()}
        if asked:
            expected.append(asked)
            finished = {id_: states_now[id_] for id_ in asked if id_ in states_now}
            final |= finished
            responses.append(
                states(
                    completed=" ".join(id_ for id_, state in finished.items() if state),
                    failed=" ".join(id_ for id_, state in finished.items() if not state),
                )
            )
    recording = recording_of(*responses, HTTPResponse(500))
    status = outcome(make_client, wait(*event_ids), recording)
    assert requested_ids(recording) == expected
    assert isinstance(status, StatusResponse)
    in_order = list(dict.fromkeys(event_ids))
    assert status.completed_ids == [id_ for id_ in in_order if final[id_]]
    assert status.failed_ids == [id_ for id_ in in_order if not final[id_]]


@in_both_modes
def test_wait_may_be_longer_than_the_timeout_of_the_client(make_client: MakeClient) -> None:
    """The timeout of the client, 100 s, applies to each request."""
    recording = recording_of(*[states(pending="a")] * 8, states(completed="a"))
    recording.latency = 60.0
    status = outcome(make_client, wait("a", timeout=1000.0, poll_interval=30.0), recording)
    assert isinstance(status, StatusResponse)
    assert status.completed_ids == ["a"]
    assert recording.clock.monotonic() == 9 * 60 + 8 * 30


@in_both_modes
def test_unknown_event_counts_as_pending(make_client: MakeClient) -> None:
    """An event that another replica does not know yet is unknown for a moment."""
    unknown = {**states(), "statuses": {"a": "unknown"}, "unknownIds": ["a"], "total": 1}
    recording = recording_of(unknown, states(completed="a"))
    status = outcome(make_client, wait("a"), recording)
    assert isinstance(status, StatusResponse)
    assert status.completed_ids == ["a"]


@in_both_modes
def test_timeout_error_has_the_pending_ids(make_client: MakeClient) -> None:
    recording = recording_of(states(completed="b", pending="a c"))
    with pytest.raises(MemsyTimeoutError) as caught:
        outcome(make_client, wait("a", "b", "c", timeout=10.0, poll_interval=4.0), recording)
    assert caught.value.pending_ids == ["a", "c"]
    assert str(caught.value) == (
        "POST /status: 2 of 3 events are still pending after 10 s (4 attempts)"
    )
    assert recording.clock.monotonic() == 10.0
    assert pickle.loads(pickle.dumps(caught.value)).pending_ids == ["a", "c"]


@in_both_modes
def test_timeout_of_a_request_has_the_pending_ids(make_client: MakeClient) -> None:
    """The timeout of the client ends the wait before the timeout of the wait."""
    recording = recording_of(states(pending="a"), MemsyTimeoutError("no response in time"))
    with pytest.raises(MemsyTimeoutError, match="no response in time") as caught:
        outcome(make_client, wait("a"), recording)
    assert caught.value.pending_ids == ["a"]


@in_both_modes
def test_other_error_ends_the_wait(make_client: MakeClient) -> None:
    recording = recording_of(states(pending="a"), HTTPResponse(501))
    with pytest.raises(ServerError):
        outcome(make_client, wait("a"), recording)
    assert len(recording.requests) == 2


@in_both_modes
def test_request_is_retried_within_the_wait(make_client: MakeClient) -> None:
    recording = recording_of(HTTPResponse(503), states(completed="a"))
    status = outcome(make_client, wait("a"), recording)
    assert isinstance(status, StatusResponse)
    assert status.completed_ids == ["a"]


@in_both_modes
def test_wait_without_events_sends_nothing(make_client: MakeClient) -> None:
    recording = recording_of(states())
    assert outcome(make_client, wait(), recording) == StatusResponse([], [], [], 0, {})
    assert recording.requests == []


@in_both_modes
def test_usage_is_that_of_the_last_response(make_client: MakeClient) -> None:
    usage = {"x-ratelimit-limit": "60", "x-ratelimit-reset": "30"}
    recording = recording_of(
        ok(states(pending="a"), **usage, **{"x-ratelimit-remaining": "9"}),
        ok(states(completed="a"), **usage, **{"x-ratelimit-remaining": "8"}),
    )
    status = outcome(make_client, wait("a"), recording)
    assert isinstance(status, StatusResponse)
    assert status.rate_limit is not None
    assert status.rate_limit.remaining == 8


INVALID_ARGUMENTS: dict[str, tuple[ClientCall, str]] = {
    "empty id": (wait("a", ""), r"event_ids\[1\] is empty"),
    "text": (lambda m: m.wait_until_processed("abc"), "event_ids must be a list of str"),
    "timeout of 0": (wait("a", timeout=0.0), "timeout: total must be more than 0 s"),
    "infinite timeout": (wait("a", timeout=float("inf")), "timeout: total must be more than 0 s"),
    "interval of 0": (wait("a", poll_interval=0.0), "poll_interval must be more than 0 s, got 0"),
    "NaN": (wait("a", poll_interval=float("nan")), "poll_interval must be more than 0 s, got nan"),
}


@in_both_modes
@pytest.mark.parametrize(("call", "message"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeClient, call: ClientCall, message: str
) -> None:
    recording = recording_of(states())
    with pytest.raises(MemsyConfigurationError, match=f"^{message}"):
        outcome(make_client, call, recording)
    assert recording.requests == []


DELAYED = ServiceConfig(process_delay=3600.0)


def test_wait_on_a_sync_fake_takes_no_real_time() -> None:
    """The virtual clock of the fake jumps over the pauses."""
    fake = FakeMemsyClient(service=LocalService(config=DELAYED))
    started_at = fake.service.clock.monotonic()
    event_ids = fake.ingest([EVENT]).event_ids
    status = fake.wait_until_processed(event_ids, timeout=86_400.0, poll_interval=600.0)
    assert status.completed_ids == event_ids
    assert 3600.0 <= fake.service.clock.monotonic() - started_at < 3700.0


async def test_wait_on_an_async_fake_takes_no_real_time() -> None:
    fake = FakeAsyncMemsyClient(service=LocalService(config=DELAYED))
    started_at = fake.service.clock.monotonic()
    event_ids = (await fake.ingest([EVENT])).event_ids
    status = await fake.wait_until_processed(event_ids, timeout=86_400.0, poll_interval=600.0)
    assert status.completed_ids == event_ids
    assert 3600.0 <= fake.service.clock.monotonic() - started_at < 3700.0


def test_failed_event_is_in_the_result_of_a_fake() -> None:
    fake = FakeMemsyClient(service=LocalService(config=ServiceConfig(processing="manual")))
    event_ids = fake.ingest([EVENT]).event_ids
    fake.service.fail(event_ids[0])
    status = fake.wait_until_processed(event_ids)
    assert (status.completed_ids, status.failed_ids) == ([], event_ids)


async def test_wait_can_be_cancelled_in_a_pause() -> None:
    """The client works as usual afterwards."""
    clock = Clock(autojump=False)
    fake = FakeAsyncMemsyClient(service=LocalService(config=DELAYED, clock=clock))
    event_ids = (await fake.ingest([EVENT])).event_ids
    waiting = asyncio.create_task(fake.wait_until_processed(event_ids))
    await clock.wait_all_tasks_blocked()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await fake.status(event_ids)).pending_ids == event_ids
