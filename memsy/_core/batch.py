"""Batches: one call that is split into several requests, sent in order under one deadline."""

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
class Batch(Generic[T]):
    """The operations of one call, in order."""

    parts: Sequence[Operation[T]]
    """At least one operation."""
    merge: Callable[[Sequence[T]], T]
    """Combines the results of all parts into the result of the call."""
    on_error: Callable[[MemsyError, Sequence[T]], None]
    """Adds the results of the completed parts, at least one, to the error that ends the call."""


def send_batches(batch: Batch[T], retries: Callable[[], RetryState], deadline: Deadline) -> Flow[T]:
    """
    Send the parts in order. The first error ends the call, and later parts are not sent.

    Args:
        batch: The parts of the call.
        retries: Creates the retry state of one part.
        deadline: The deadline of all parts together.
    """
    results: list[T] = []
    try:
        for part in batch.parts:
            results.append((yield from exchange(part, retries(), deadline)))  # noqa: PERF401 - yields
    except MemsyError as error:
        if results:
            batch.on_error(error, results)
        raise
    return batch.merge(results)
