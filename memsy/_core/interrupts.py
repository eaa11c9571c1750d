"""
Exceptions that signal handlers of the caller raise in the middle of a call.

Such an exception passes through the client unchanged, like `KeyboardInterrupt`. It can have any
type, for example `TimeoutError`, so an `except` clause checks the error before it takes the error
for one of its own.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


def is_interrupt(error: BaseException) -> bool:
    """Return True if a signal handler raised `error`, or called the function that did."""
    running = set(_running_frames())
    traceback, caller = error.__traceback__, None
    while traceback is not None:
        frame = traceback.tb_frame
        # The locals of a frame that still runs would be copied, and the copy keeps them alive.
        if caller is not None and frame not in running and _receives(frame, caller):
            return True
        traceback, caller = traceback.tb_next, frame
    return False


def raise_interrupt_behind(error: BaseException, handled: BaseException | None) -> None:
    """
    Raise the exception of a signal handler that led to `error`, if there is one, unchanged.

    Args:
        error: The error of a library, which may have replaced the exception.
        handled: The exception that the caller handled before the call, which is no cause.
    """
    for cause in _causes(error, handled):
        if is_interrupt(cause):
            context = cause.__context__
            try:
                raise cause
            finally:
                cause.__context__ = context
                del cause, context, error, handled  # the traceback refers to this frame


def _running_frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe()
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


def _causes(error: BaseException, handled: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all errors that it wraps or replaces."""
    pending, seen = [error], {id(handled)}  # an exception may not be hashable
    while pending:
        cause = pending.pop()
        if id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            inner = (cause.__cause__, cause.__context__, *cause.args)
            pending += [error for error in inner if isinstance(error, BaseException)]
