"""One caller at work: makes a client, calls, and tells what it saw."""

from __future__ import annotations

import asyncio
import inspect
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from memsy import MemsyError
from memsy._core.timeout import Timeout
from memsy.testing import LocalService
from tests.matrix.calls import Call
from tests.matrix.clients import Colour, Witness, awaiting, blocking
from tests.matrix.outcome import Outcome, Raised

_PATIENCE = 30.0
"""What a client has, if it is told nothing else."""


@frozen
class Part:
    """What a caller is to do."""

    calls: Sequence[Call]
    options: dict[str, Any]
    """Of the client that it makes."""
    luck: str
    """Where there is chance, as in pauses, this decides: two with equal luck have equal pauses."""

    @property
    def patience(self) -> float:
        """Seconds that a call may take."""
        timeout: float | Timeout = self.options.get("timeout", _PATIENCE)
        return Timeout.of(timeout).total


def act(
    part: Part,
    colour: Colour,
    witness: Witness,
    *,
    service: LocalService | None = None,
    between: Callable[[], object] = lambda: None,
) -> Outcome:
    """
    Do *part* with a client of that *colour*, and say what came of it, as far as a caller knows.

    *between* is done between two calls; *service* is the one that a fake talks to.
    """
    notes = _Notes(witness, part.patience)
    peak = _peak()
    try:
        with _dice(part.luck):
            if colour in (Colour.BLOCKING, Colour.FAKE):
                _block(
                    part, lambda: blocking(colour, witness, part.options, service), notes, between
                )
            else:
                asyncio.run(
                    _await(
                        part,
                        lambda: awaiting(colour, witness, part.options, service),
                        notes,
                        between,
                    )
                )
    except MemsyError as error:
        notes.error = Raised.of(error)
    return notes.outcome(_peak() - peak)


def _block(
    part: Part, make: Callable[[], Any], notes: _Notes, between: Callable[[], object]
) -> None:
    with make() as memsy:
        notes.is_made = True
        for call in part.calls:
            if notes.attempts:
                between()
            with notes.of_call():
                notes.answers.append(call(memsy))


async def _await(
    part: Part, make: Callable[[], Any], notes: _Notes, between: Callable[[], object]
) -> None:
    async with make() as memsy:
        notes.is_made = True
        for call in part.calls:
            if notes.attempts:
                between()
            with notes.of_call():
                answer = call(memsy)
                assert inspect.isawaitable(answer)
                notes.answers.append(await answer)


@define
class _Notes:
    witness: Witness
    patience: float
    is_made: bool = False
    answers: list[object] = field(factory=list)
    error: Raised | None = None
    attempts: list[int] = field(factory=list)
    took: list[float] = field(factory=list)
    late: list[float] = field(factory=list)

    @contextmanager
    def of_call(self) -> Iterator[None]:
        """Notes what a call within takes, whatever its end."""
        before = self.witness.attempts
        deadline = self.witness.clock.monotonic() + self.patience
        began = time.monotonic()
        try:
            yield
        finally:
            self.took.append(time.monotonic() - began)
            self.late.append(self.witness.clock.monotonic() - deadline)
            self.attempts.append(self.witness.attempts - before)

    def outcome(self, grew: int) -> Outcome:
        return Outcome(
            is_made=self.is_made,
            answers=tuple(self.answers),
            error=self.error,
            attempts=tuple(self.attempts),
            pauses=tuple(self.witness.clock.pauses),
            late=max(self.late, default=-self.patience),
            took=max(self.took, default=0.0),
            grew=grew,
        )


@contextmanager
def _dice(luck: str) -> Iterator[None]:
    """Let chance go by *luck* for a while."""
    state = random.getstate()
    random.seed(luck)
    try:
        yield
    finally:
        random.setstate(state)


def _peak() -> int:
    """The most memory that this process has ever had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux: what rusage says there begins with what the parent once had.
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
