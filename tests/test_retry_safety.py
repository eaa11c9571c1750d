"""Retries after a lost response: only calls that are safe to repeat are sent again."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyConnectionError, MemsyError
from memsy._core.plane import Plane
from tests.fuzz.examples import Example, examples
from tests.support.recording_clients import (
    AsyncControlRecordingClient,
    AsyncRecordingClient,
    ControlRecordingClient,
    MakeClient,
    MakeControlClient,
    Recording,
    RecordingClient,
    in_both_control_modes,
    in_both_modes,
    outcome,
    recording_of,
)

SAFE_WRITES = {"ingest", "search", "status"}
"""Endpoints that are not a GET and are safe to repeat; see docs/reliability.md."""


def is_safe(example: Example) -> bool:
    return example.request.method == "GET" or example.call.name in SAFE_WRITES


SAFE = [example for example in examples() if is_safe(example)]
UNSAFE = [example for example in examples() if not is_safe(example)]

sync_and_async = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


def example_id(example: Example) -> str:
    endpoint = example.call.endpoint
    return f"{endpoint.plane.name.lower()}-{endpoint.name}"


def call(example: Example, recording: Recording, *, is_async: bool) -> None:
    """Make the call of an example on a client of its plane that records requests."""
    if example.call.endpoint.plane is Plane.DATA:
        data: MakeClient = AsyncRecordingClient if is_async else RecordingClient
        outcome(data, example.call.on, recording)
    else:
        control: MakeControlClient = (
            AsyncControlRecordingClient if is_async else ControlRecordingClient
        )
        outcome(control, example.call.on, recording)


def lost_response() -> MemsyError:
    error = MemsyConnectionError("the connection was reset")
    error.maybe_processed = True
    return error


@sync_and_async
@pytest.mark.parametrize("example", SAFE, ids=example_id)
def test_call_that_is_safe_to_repeat_is_retried(example: Example, is_async: bool) -> None:
    recording = recording_of(lost_response(), example.response)
    call(example, recording, is_async=is_async)
    first, second = recording.requests
    assert first == second


@sync_and_async
@pytest.mark.parametrize("example", UNSAFE, ids=example_id)
def test_call_that_may_have_been_processed_is_not_retried(example: Example, is_async: bool) -> None:
    recording = recording_of(lost_response())
    with pytest.raises(MemsyConnectionError) as excinfo:
        call(example, recording, is_async=is_async)
    assert (excinfo.value.attempts, excinfo.value.maybe_processed) == (1, True)


@in_both_modes
def test_ingest_is_not_retried_after_the_dedup_window(make_client: MakeClient) -> None:
    """The service recognises a repeated event for 60 s, and then stores it twice."""
    recording = recording_of(lost_response())
    recording.latency = 56.0
    event = EventPayload("u7", "chat-1", "user_message", "tea")
    with pytest.raises(MemsyConnectionError) as excinfo:
        outcome(make_client, lambda m: m.ingest([event]), recording)
    assert excinfo.value.attempts == 1


@in_both_control_modes
def test_wait_until_authorized_is_retried(make_client: MakeControlClient) -> None:
    recording = recording_of(lost_response(), {})
    outcome(make_client, lambda c: c.connectors.wait_until_authorized("c1"), recording)
    first, second = recording.requests
    assert first == second
