"""What is too large for one request: its parts, asked one after the other, before one deadline."""

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
    """The *parts* of one call, in order; at least one."""

    parts: Sequence[Operation[T]]
    merge: Callable[[Sequence[T]], T]
    """Makes one answer of those to all parts."""
    on_error: Callable[[MemsyError, Sequence[T]], None]
    """Lets an error that ends the call say what was answered before it; at least one part was."""


def send_batches(
    series: Batch[T], retries: Callable[[], RetryState], deadline: Deadline
) -> Flow[T]:
    """
    Ask part after part until all are answered, or one fails: what follows it is not sent.

    Each part has *retries* of its own, and no more time than all of them.
    """
    answers: list[T] = []
    try:
        for part in series.parts:
            answers.append((yield from exchange(part, retries(), deadline)))  # noqa: PERF401 - yields
    except MemsyError as error:
        if answers:
            series.on_error(error, answers)
        raise
    return series.merge(answers)
