"""Usage and rate limit from the response headers of all calls in a block."""

from __future__ import annotations

import asyncio
import threading

import pytest

from memsy import HTTPResponse, Meter, NotFoundError, RateLimitInfo, UsageInfo, metered
from tests.support.recording_clients import (
    AsyncControlRecordingClient,
    AsyncRecordingClient,
    ControlRecordingClient,
    MakeAnyClient,
    RecordingClient,
    on_both_planes,
    outcome,
    recording_of,
)

HEALTHY_BODY = b'{"status": "ok"}'


def metered_response(
    calls: int, remaining: int, status: int = 200, body: bytes = b"[]"
) -> HTTPResponse:
    headers = {
        "X-Usage-ApiCalls": str(calls),
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": str(remaining),
    }
    return HTTPResponse(status, headers, body)


def meter_values(meter: Meter) -> tuple[int | None, int | None, int]:
    """Return used API calls, remaining calls and the number of responses."""
    return (
        meter.usage.api_calls if meter.usage else None,
        meter.rate_limit.remaining if meter.rate_limit else None,
        meter.responses,
    )


def test_meter_reads_headers_of_a_list_result() -> None:
    client = RecordingClient(recording_of(metered_response(7, 93)))
    with metered() as meter:
        assert client.roles.list("o1") == []
    assert meter == Meter(UsageInfo(api_calls=7), RateLimitInfo(limit=100, remaining=93), 1)


@on_both_planes
def test_meter_works_with_every_client(make_client: MakeAnyClient) -> None:
    with metered() as meter:
        outcome(
            make_client,
            lambda client: client.health(),
            recording_of(metered_response(7, 93, body=HEALTHY_BODY)),
        )
    assert meter_values(meter) == (7, 93, 1)


def test_meter_reads_both_planes() -> None:
    with metered() as meter:
        RecordingClient(recording_of(metered_response(1, 99))).orgs.list()
        ControlRecordingClient(recording_of(metered_response(2, 98))).connectors.list()
    assert meter_values(meter) == (2, 98, 2)


def test_latest_headers_are_kept_if_a_response_has_none() -> None:
    """The control plane may send no such headers."""
    client = RecordingClient(
        recording_of(metered_response(7, 93), metered_response(8, 92), HTTPResponse(204))
    )
    with metered() as meter:
        client.orgs.list()
        assert meter_values(meter) == (7, 93, 1)
        client.orgs.list()
        client.orgs.delete("o1")
    assert meter_values(meter) == (8, 92, 3)


def test_response_without_headers_leaves_none() -> None:
    with metered() as meter:
        ControlRecordingClient(recording_of([])).billing.invoices()
    assert meter == Meter(None, None, 1)


def test_meter_without_calls_is_empty() -> None:
    with metered() as meter:
        pass
    assert meter == Meter()


def test_responses_to_retries_are_counted() -> None:
    responses = (metered_response(7, 93, status=503), metered_response(8, 92))
    with metered() as meter:
        RecordingClient(recording_of(*responses)).orgs.list()
    assert meter_values(meter) == (8, 92, 2)


def test_error_response_is_metered() -> None:
    client = RecordingClient(recording_of(metered_response(9, 91, status=404)))
    with metered() as meter, pytest.raises(NotFoundError):
        client.orgs.get("o1")
    assert meter_values(meter) == (9, 91, 1)


def test_calls_outside_of_the_block_are_not_metered() -> None:
    client = RecordingClient(
        recording_of(metered_response(1, 99), metered_response(2, 98), metered_response(3, 97))
    )
    client.orgs.list()
    with metered() as meter:
        client.orgs.list()
    client.orgs.list()
    assert meter_values(meter) == (2, 98, 1)


def test_outer_meter_includes_the_calls_of_an_inner_meter() -> None:
    client = RecordingClient(
        recording_of(metered_response(1, 99), metered_response(2, 98), metered_response(3, 97))
    )
    with metered() as outer:
        client.orgs.list()
        with metered() as inner:
            client.orgs.list()
        client.orgs.list()
    assert (meter_values(outer), meter_values(inner)) == ((3, 97, 3), (2, 98, 1))


def test_calls_in_other_threads_are_not_metered() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter:
        thread = threading.Thread(target=client.orgs.list)
        thread.start()
        thread.join()
    assert meter == Meter()


async def test_calls_in_tasks_started_within_the_block_are_metered() -> None:
    client = AsyncRecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter:
        await asyncio.gather(*(client.orgs.list() for _ in range(5)))
    assert meter_values(meter) == (1, 99, 5)


async def test_concurrent_tasks_have_separate_meters() -> None:
    async def metered_calls(calls: int) -> Meter:
        client = AsyncControlRecordingClient(recording_of(metered_response(calls, 100 - calls)))
        with metered() as meter:
            for _ in range(calls):
                await asyncio.sleep(0)
                await client.connectors.list()
        return meter

    meters = await asyncio.gather(*map(metered_calls, range(1, 4)))
    assert list(map(meter_values, meters)) == [(1, 99, 1), (2, 98, 2), (3, 97, 3)]


def test_each_poll_is_metered() -> None:
    not_yet = HTTPResponse(409, {"X-RateLimit-Limit": "100"}, b'{"detail": "pending"}')
    client = ControlRecordingClient(recording_of(not_yet, not_yet, {}))
    with metered() as meter:
        client.connectors.wait_until_authorized("c1")
    assert meter == Meter(None, RateLimitInfo(limit=100), 3)
