"""What the headers say of the account, of calls whose results have no room for it."""

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

HEALTHY = b'{"status": "ok"}'


def counted(calls: int, remaining: int, status: int = 200, body: bytes = b"[]") -> HTTPResponse:
    headers = {
        "X-Usage-ApiCalls": str(calls),
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": str(remaining),
    }
    return HTTPResponse(status, headers, body)


def read(meter: Meter) -> tuple[int | None, int | None, int]:
    """Calls used, calls remaining, replies."""
    return (
        meter.usage.api_calls if meter.usage else None,
        meter.rate_limit.remaining if meter.rate_limit else None,
        meter.responses,
    )


def test_a_list_has_no_room_and_the_meter_has() -> None:
    client = RecordingClient(recording_of(counted(7, 93)))
    with metered() as meter:
        assert client.roles.list("o1") == []
    assert meter == Meter(UsageInfo(api_calls=7), RateLimitInfo(limit=100, remaining=93), 1)


@on_both_planes
def test_every_client_is_metered(make_client: MakeAnyClient) -> None:
    with metered() as meter:
        outcome(
            make_client, lambda client: client.health(), recording_of(counted(7, 93, body=HEALTHY))
        )
    assert read(meter) == (7, 93, 1)


def test_both_planes_are_read_on_one_meter() -> None:
    with metered() as meter:
        RecordingClient(recording_of(counted(1, 99))).orgs.list()
        ControlRecordingClient(recording_of(counted(2, 98))).connectors.list()
    assert read(meter) == (2, 98, 2)


def test_the_latest_counts_and_silence_does_not_erase_it() -> None:
    """The control plane may say nothing of it at all."""
    client = RecordingClient(recording_of(counted(7, 93), counted(8, 92), HTTPResponse(204)))
    with metered() as meter:
        client.orgs.list()
        assert read(meter) == (7, 93, 1)
        client.orgs.list()
        client.orgs.delete("o1")
    assert read(meter) == (8, 92, 3)


def test_nothing_said_is_none() -> None:
    with metered() as meter:
        ControlRecordingClient(recording_of([])).billing.invoices()
    assert meter == Meter(None, None, 1)


def test_no_reply_is_no_news() -> None:
    with metered() as meter:
        pass
    assert meter == Meter()


def test_replies_to_repeated_attempts_count() -> None:
    replies = (counted(7, 93, status=503), counted(8, 92))
    with metered() as meter:
        RecordingClient(recording_of(*replies)).orgs.list()
    assert read(meter) == (8, 92, 2)


def test_a_refusal_is_read_too() -> None:
    client = RecordingClient(recording_of(counted(9, 91, status=404)))
    with metered() as meter, pytest.raises(NotFoundError):
        client.orgs.get("o1")
    assert read(meter) == (9, 91, 1)


def test_what_came_before_and_after_the_block_is_not_read() -> None:
    client = RecordingClient(recording_of(counted(1, 99), counted(2, 98), counted(3, 97)))
    client.orgs.list()
    with metered() as meter:
        client.orgs.list()
    client.orgs.list()
    assert read(meter) == (2, 98, 1)


def test_an_outer_meter_reads_what_an_inner_one_does() -> None:
    client = RecordingClient(recording_of(counted(1, 99), counted(2, 98), counted(3, 97)))
    with metered() as outer:
        client.orgs.list()
        with metered() as inner:
            client.orgs.list()
        client.orgs.list()
    assert (read(outer), read(inner)) == ((3, 97, 3), (2, 98, 1))


def test_calls_of_other_threads_are_not_read() -> None:
    client = RecordingClient(recording_of(counted(1, 99)))
    with metered() as meter:
        thread = threading.Thread(target=client.orgs.list)
        thread.start()
        thread.join()
    assert meter == Meter()


async def test_calls_of_tasks_started_within_are_read() -> None:
    client = AsyncRecordingClient(recording_of(counted(1, 99)))
    with metered() as meter:
        await asyncio.gather(*(client.orgs.list() for _ in range(5)))
    assert read(meter) == (1, 99, 5)


async def test_tasks_side_by_side_have_each_their_own_meter() -> None:
    async def metered_calls(count: int) -> Meter:
        client = AsyncControlRecordingClient(recording_of(counted(count, 100 - count)))
        with metered() as meter:
            for _ in range(count):
                await asyncio.sleep(0)
                await client.connectors.list()
        return meter

    meters = await asyncio.gather(*map(metered_calls, range(1, 4)))
    assert list(map(read, meters)) == [(1, 99, 1), (2, 98, 2), (3, 97, 3)]


def test_each_look_of_a_wait_is_read() -> None:
    not_yet = HTTPResponse(409, {"X-RateLimit-Limit": "100"}, b'{"detail": "pending"}')
    client = ControlRecordingClient(recording_of(not_yet, not_yet, {}))
    with metered() as meter:
        client.connectors.wait_until_authorized("c1")
    assert meter == Meter(None, RateLimitInfo(limit=100), 3)
