"""The only two functions that know whether we block or await."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from memsy.exceptions import MemsyError

if TYPE_CHECKING:
    from memsy._core.exchange import Flow
    from memsy._core.transport import AsyncTransport, Transport

T = TypeVar("T")


def drive(flow: Flow[T], transport: Transport) -> T:
    """Carry out the attempts of *flow*, blocking this thread, and return its answer."""
    try:
        attempt = next(flow)
        while True:
            if attempt.after:
                transport.clock.sleep(attempt.after)
            try:
                reply = transport.send(attempt.request, attempt.deadline)
            except MemsyError as error:
                attempt = flow.throw(error)
            else:
                attempt = flow.send(reply)
    except StopIteration as answered:
        answer: T = answered.value
        return answer


async def drive_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Carry out the attempts of *flow*, letting other tasks run, and return its answer."""
    try:
        attempt = next(flow)
        while True:
            if attempt.after:
                await transport.clock.sleep_async(attempt.after)
            try:
                reply = await transport.send(attempt.request, attempt.deadline)
            except MemsyError as error:
                attempt = flow.throw(error)
            else:
                attempt = flow.send(reply)
    except StopIteration as answered:
        answer: T = answered.value
        return answer
