"""Sync and async drivers, which run the flow of a call, with its pauses, on a transport."""

from __future__ import annotations

from typing import TypeVar

from memsy._core.exchange import Flow
from memsy._core.transport import AsyncTransport, Transport

T = TypeVar("T")


def drive(flow: Flow[T], transport: Transport) -> T:
    """Run the attempts of `flow` in this thread and return the result."""
    try:
        attempt = next(flow)
        while True:
            try:
                if attempt.pause:
                    transport.clock.sleep(attempt.pause)
                response = transport.send(attempt.begin(), attempt.deadline)
            except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                attempt = flow.throw(error)
            else:
                attempt = flow.send(response)
    except StopIteration as stop:
        result: T = stop.value
        return result


async def drive_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Run the attempts of `flow` in this task and return the result."""
    try:
        attempt = next(flow)
        while True:
            try:
                if attempt.pause:
                    await transport.clock.sleep_async(attempt.pause)
                response = await transport.send(attempt.begin(), attempt.deadline)
            except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                attempt = flow.throw(error)
            else:
                attempt = flow.send(response)
    except StopIteration as stop:
        result: T = stop.value
        return result
