"""Batches: the requests of one call, sent in order under one deadline, with merged results."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Generic, TypeVar

from attrs import frozen

from memsy._core.exchange import Attempt, exchange
from memsy._core.http import HTTPResponse
from memsy._core.operation import Operation
from memsy._core.redaction import NO_SECRETS, Redactor
from memsy._core.retry import RetryState
from memsy._core.timeout import Deadline
from memsy.exceptions import MemsyError

T = TypeVar("T")


@frozen(eq=False, repr=False)
class Batch(Generic[T]):
    """A call that takes several requests: its operations, and the merge of their results."""

    operations: Sequence[Operation[T]]
    """The operations to send, in order; at least one."""
    merge: Callable[[Sequence[T]], T]
    """Combines the results of two or more operations into the result of the call."""
    on_error: Callable[[MemsyError, Sequence[T]], None]
    """Adds the results of the completed operations, at least one, to the error of the call."""


def send_batches(
    batch: Batch[T],
    retries: RetryState,
    deadline: Deadline,
    redactor: Redactor = NO_SECRETS,
) -> Generator[Attempt, HTTPResponse, T]:
    """
    Send the operations in order. The first error ends the call, and later operations are not sent.

    Args:
        batch: The operations of the call.
        retries: The retry state of the call.
        deadline: The deadline of all operations together.
        redactor: Masks the secrets of the client in the message of an error.
    """
    results: list[T] = []
    try:
        for operation in batch.operations:
            retries.start_request()
            flow = exchange(operation, retries, deadline, redactor=redactor)
            results.append((yield from flow))
    except MemsyError as error:
        if results:
            batch.on_error(error, results)
        raise
    return results[0] if len(results) == 1 else batch.merge(results)
