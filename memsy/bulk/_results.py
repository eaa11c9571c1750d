"""Results of a bulk load: one for each batch, the summary, and the error with the summary."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from memsy._core.text import MAX_MESSAGE, excerpt
from memsy.exceptions import MemsyError

MAX_FAILURES = 100
"""Maximum number of results in `BulkSummary.failures`."""

_MAX_RANGES = 5


@frozen
class BatchResult:
    """
    Result of the events of one batch: stored, skipped or failed.

    Each event that a load has sent or skipped is in exactly one result.
    """

    positions: Sequence[int]
    """Position of each event in the source, from 0, in ascending order within a session."""
    event_ids: Sequence[str] = ()
    """Id of each event, in the order of `positions`. Empty if the events failed or were skipped."""
    error: MemsyError | None = None
    """Reason of the failure. None if the events are stored."""
    attempts: int = 0
    """Number of calls of `client.ingest` with these events. 0 means that nothing was sent."""
    skipped: bool = False
    """True if the ledger has the events of an earlier load. Nothing was sent."""


@frozen
class BulkSummary:
    """Numbers of a load, and its failures."""

    stored: int = 0
    """Number of events that the service acknowledged in this load."""
    skipped: int = 0
    """Number of events that the ledger had from an earlier load."""
    failed: int = 0
    """Number of events of failed batches."""
    unsent: int = 0
    """Number of events that were read from the source, and not sent because the load stopped."""
    attempts: int = 0
    """
    Number of calls of `client.ingest`.

    A call with a body of more than 8 MiB takes several requests.
    """
    retries: int = 0
    """Number of these calls that repeated events of an earlier call."""
    failures: Sequence[BatchResult] = ()
    """The first 100 failed results."""
    error: MemsyError | None = None
    """Reason why the load stopped before the end of the source. None if it read all events."""


class BulkIngestError(MemsyError):
    """
    Failure of a batch, which stopped a load with `raise_on_error=True`.

    The requests that were in flight are finished, and `summary` includes them. `__cause__` is the
    error of the batch. Correct its reason and repeat the load: with a `Ledger`, the new load sends
    only the events that are not acknowledged.

    Args:
        summary: Numbers of the load.
        result: The result of the failed batch.
        refused: Positions of the events that the service named as invalid.

    Attributes:
        summary: Numbers of the load.
        result: The result of the failed batch, with the positions of its events. A stream does not
            yield this result.
    """

    def __init__(
        self, summary: BulkSummary, result: BatchResult, refused: Sequence[int] = ()
    ) -> None:
        numbers = describe_numbers(summary)
        named = f"; the service refused {_describe_positions(refused)}" if refused else ""
        start = f"the load stopped: {numbers}; failed: {_describe_positions(result.positions)}"
        text = f"{start}{named}; reason: {result.error}"
        super().__init__(excerpt(text, MAX_MESSAGE))
        self.summary = summary
        self.result = result
        if result.error is not None:
            self.attempts: int = result.attempts
            self.maybe_processed: bool = result.error.maybe_processed
            self.route: str | None = result.error.route
            self.request_id: str | None = result.error.request_id


def describe_numbers(summary: BulkSummary) -> str:
    """Return the numbers of stored, skipped and failed events as text."""
    return f"{summary.stored} events stored, {summary.skipped} skipped, {summary.failed} failed"


def _describe_positions(positions: Sequence[int]) -> str:
    """Return positions as text: `positions 3-502, 504`. A long list is cut."""
    ranges: list[tuple[int, int]] = []
    for position in sorted(positions):
        if ranges and ranges[-1][1] == position - 1:
            ranges[-1] = (ranges[-1][0], position)
        else:
            ranges.append((position, position))
    texts = [f"{first}-{last}" if first < last else f"{first}" for first, last in ranges]
    more = [f"and {len(texts) - _MAX_RANGES} more"] if len(texts) > _MAX_RANGES else []
    label = "position" if len(positions) == 1 else "positions"
    return f"{label} {', '.join(texts[:_MAX_RANGES] + more)}"
