"""Steps of a load and of its batches: the operations that the drivers execute."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from memsy._core.timeout import Timeout
from memsy.bulk._ledger_errors import LedgerError
from memsy.bulk._results import BatchResult
from memsy.models import EventPayload


@frozen
class Run:
    """Run a function that blocks, such as a write to the ledger."""

    function: Callable[[], object]


@frozen
class Send:
    """Call `client.ingest`."""

    events: Sequence[EventPayload]
    timeout: Timeout | float | None
    """Timeout in place of the one of the client, for a retry within the deduplication window."""


@frozen
class Sleep:
    """Wait on the clock of the load."""

    seconds: float


@frozen
class WaitForTurn:
    """Wait until `request` calls its argument."""

    request: Callable[[Callable[[], object]], None]


BatchStep: TypeAlias = Run | Send | Sleep | WaitForTurn


@frozen
class Outcome:
    """End of the flow of a batch."""

    results: Sequence[BatchResult] = ()
    unsent: int = 0
    """Number of events without a result: the load stopped before they were sent."""
    attempts: int = 0
    retries: int = 0
    refused_positions: Sequence[int] = ()
    """Positions of the events that the service named as invalid."""
    ledger_error: LedgerError | None = None
    """Reason why acknowledged events are not in the ledger."""


BatchFlow: TypeAlias = Generator[BatchStep, Any, Outcome]


@frozen
class Read:
    """Read the next event of the source. The reply is `END` after the last one."""


@frozen
class Start:
    """Start the flow of a batch. At its end, pass the outcome or the exception to `on_end`."""

    flow: BatchFlow
    on_end: Callable[[Outcome | BaseException], None]


@frozen
class WaitForBatch:
    """Wait until a started batch ends."""


@frozen
class Yield:
    """Yield a result to the caller."""

    result: BatchResult


END = object()
READ = Read()
WAIT_FOR_BATCH = WaitForBatch()

LoadStep: TypeAlias = Run | Read | Start | WaitForBatch | Yield
LoadFlow: TypeAlias = Generator[LoadStep, Any, None]
