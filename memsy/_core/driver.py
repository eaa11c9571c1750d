"""Sync and async drivers: they carry out the attempts of a flow on a transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from memsy._core.exchange import Flow
    from memsy._core.transport import AsyncTransport, Transport

T = TypeVar("T")


def drive(flow: Flow[T], transport: Transport) -> T:
    """Carry out the attempts of *flow*, blocking this thread, and return the result."""
    try:
        attempt = next(flow)
        while True:
            try:
                if attempt.after:
                    transport.clock.sleep(attempt.after)
                response = transport.send(attempt.begin(), attempt.deadline)
            except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                attempt = flow.throw(error)
            else:
                attempt = flow.send(response)
    except StopIteration as stop:
        result: T = stop.value
        return result


async def drive_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Carry out the attempts of *flow*, letting other tasks run, and return the result."""
    try:
        attempt = next(flow)
        while True:
            try:
                if attempt.after:
                    await transport.clock.sleep_async(attempt.after)
                response = await transport.send(attempt.begin(), attempt.deadline)
            except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                attempt = flow.throw(error)
            else:
                attempt = flow.send(response)
    except StopIteration as stop:
        result: T = stop.value
        return result
