"""Who may look at the replies of the calls made in this context, beside the one who called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from memsy._core.wire import Reply

Witness = Callable[[Reply], None]

_witnesses: ContextVar[tuple[Witness, ...]] = ContextVar("memsy_witnesses", default=())


@contextmanager
def witnessed_by(witness: Witness) -> Iterator[None]:
    """Show *witness* every reply to a call that is made within, also in tasks started there."""
    token = _witnesses.set((*_witnesses.get(), witness))
    try:
        yield
    finally:
        _witnesses.reset(token)


def show(reply: Reply) -> None:
    """Let all witnesses see *reply*."""
    for witness in _witnesses.get():
        witness(reply)
