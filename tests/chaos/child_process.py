"""Child processes that report to their parent, and that the parent kills."""

from __future__ import annotations

import logging
import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from attrs import frozen

from memsy import MemsyError

_MODULES = ("tests.chaos.crash_recovery", "tests.chaos.outbox", "tests.chaos.bulk")
"""Modules that the process has loaded from which all children are forked."""
_TIMEOUT = 180.0


@frozen
class Raised:
    """Message of a child about an exception."""

    text: str
    is_typed: bool
    """True for a `MemsyError`."""

    @classmethod
    def of(cls, error: BaseException) -> Raised:
        return cls(f"{type(error).__name__}: {error}", isinstance(error, MemsyError))


@frozen
class Child:
    """Running child process."""

    _process: BaseProcess
    _receiver: Connection

    def receive(self) -> Any:  # noqa: ANN401 - the message is any value
        """Wait for the next message of the child."""
        assert self._receiver.poll(_TIMEOUT), f"no message within {_TIMEOUT:g} s"
        return self._receiver.recv()

    def kill(self) -> None:
        """Send SIGKILL, and wait until the process has ended."""
        self._process.kill()
        self._process.join()

    def messages(self) -> Iterator[Any]:
        """Yield the messages until the process ends. Those of a killed child are complete."""
        with suppress(EOFError, ConnectionError):
            while True:
                yield self.receive()


@contextmanager
def forked(target: Callable[..., None], *arguments: object) -> Iterator[Child]:
    """
    Call `target` with a connection for its messages, in a process forked from a small one.

    The small process has loaded the modules and has no threads. The child is killed at the end.
    """
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", *_MODULES])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(sender, *arguments), daemon=True)
    process.start()
    sender.close()
    try:
        yield Child(process, receiver)
    finally:
        process.kill()
        process.join()
        process.close()
        receiver.close()


def report_background_errors(report: Callable[[Raised], None]) -> None:
    """Report exceptions of threads, of destructors and of callbacks of an event loop."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            report(Raised(record.getMessage(), is_typed=False))

    logging.getLogger("memsy").addHandler(logging.NullHandler())
    logging.getLogger("asyncio").addHandler(Handler(logging.ERROR))
    threading.excepthook = lambda hook: report(Raised(f"thread: {hook.exc_value!r}", False))
    sys.unraisablehook = lambda hook: report(Raised(f"unraisable: {hook.exc_value!r}", False))
