"""
Exceptions that signal handlers of the caller raise in the middle of a call.

Such an exception passes through the client unchanged, like `KeyboardInterrupt`. It can have any
type, for example `TimeoutError`, so an `except` clause checks the error before it takes the error
for one of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FrameType


def is_interrupt(error: BaseException) -> bool:
    """Return True if a signal handler raised `error`, or called the function that did."""
    return _handler_frame(error) is not None


def raise_interrupt_behind(error: BaseException, handled: BaseException | None) -> None:
    """
    Raise the exception of a signal handler that led to `error`, if there is one, unchanged.

    Args:
        error: The error of a library, which may wrap or replace the exception.
        handled: The exception that the caller handled before the call, which is no cause.
    """
    interrupt = _interrupt_behind(error, handled)
    if interrupt is not None:
        context = interrupt.__context__
        try:
            raise interrupt
        finally:
            interrupt.__context__ = context
            del interrupt, context, error, handled  # the traceback refers to this frame


def _interrupt_behind(error: BaseException, handled: BaseException | None) -> BaseException | None:
    interrupt: BaseException | None = None
    handler: FrameType | None = None
    for cause in reversed(_causes(error, {id(handled)})):
        frame = _handler_frame(cause)
        if frame is not None and handler in (None, frame):
            # urllib3 gives the traceback of an error to the error that wraps it.
            interrupt, handler = cause, frame
    return interrupt


def _handler_frame(error: BaseException) -> FrameType | None:
    """Return the frame of the signal handler in the traceback of `error`, if there is one."""
    running = set(map(id, _running_frames()))
    traceback, caller = error.__traceback__, None
    while traceback is not None:
        frame = traceback.tb_frame
        # The locals of a frame that still runs would be copied, and the copy keeps them alive.
        if caller is not None and id(frame) not in running and _receives(frame, caller):
            return frame
        traceback, caller = traceback.tb_next, frame
    return None


def _running_frames() -> Iterator[FrameType]:
    frame = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


def _receives(frame: FrameType, caller: FrameType) -> bool:
    """Return True if `frame` has its caller as an argument, as only signal handlers have."""
    for value in frame.f_locals.values():
        arguments = value if isinstance(value, tuple) else (value,)
        if any(argument is caller for argument in arguments):
            return True
    return False


def _causes(error: BaseException, seen: set[int]) -> list[BaseException]:
    """Return an error and all errors that it wraps or replaces, causes first."""
    seen.add(id(error))  # an exception may not be hashable
    causes = []
    for inner in (error.__cause__, error.__context__, *error.args):
        if isinstance(inner, BaseException) and id(inner) not in seen:
            causes += _causes(inner, seen)
    return [*causes, error]
