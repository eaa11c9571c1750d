"""Calls that are split into batches: several requests, sent in order under one deadline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import frozen

from memsy._core.exchange import Flow, exchange
from memsy.exceptions import MemsyError

if TYPE_CHECKING:
    from memsy._core.operation import Operation
    from memsy._core.retry import RetryState
    from memsy._core.timeout import Deadline

T = TypeVar("T")


@frozen
class BatchedCall(Generic[T]):
    """A call that is split into batches, with one request for each batch."""

    batches: Sequence[Operation[T]]
    """The operations to send, in order; at least one."""
    merge: Callable[[Sequence[T]], T]
    """Combines the results of all batches into the result of the call."""
    on_error: Callable[[MemsyError, Sequence[T]], None]
    """Adds the results of the completed batches, at least one, to the error that ends the call."""


def send_batches(
    call: BatchedCall[T], retries: Callable[[], RetryState], deadline: Deadline
) -> Flow[T]:
    """
    Send the batches in order. The first error ends the call, and later batches are not sent.

    Args:
        call: The batches of the call.
        retries: Creates the retry state of one batch.
        deadline: The deadline of all batches together.
    """
    results: list[T] = []
    try:
        for batch in call.batches:
            results.append((yield from exchange(batch, retries(), deadline)))  # noqa: PERF401 - yields
    except MemsyError as error:
        if results:
            call.on_error(error, results)
        raise
    return call.merge(results)
