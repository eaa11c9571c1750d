"""Log of calls on the logger `memsy`, and the variable `MEMSY_LOG` that shows it on stderr."""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator
from typing import TypeVar

from memsy._core.environment import Environment
from memsy._core.events import AttemptEnd, CallEnd
from memsy._core.exchange import Attempt, Flow
from memsy._core.hooks import CallObserver, ObservedCall
from memsy._core.http import HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.operation import Operation
from memsy._core.retry import RetryState
from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyAPIError, MemsyError

T = TypeVar("T")

LOGGER = logging.getLogger("memsy")

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class CallLog(CallObserver):
    """
    Logs each attempt with DEBUG, a call with retries with INFO, and with WARNING if it failed.

    A record shows neither keys nor ids of the path, queries and contents. It has the values of the
    message as attributes, such as `memsy_status`.
    """

    def on_attempt_end(self, event: AttemptEnd, call: ObservedCall) -> None:
        """Log `POST /search -> 503 in 34 ms, attempt 2 of 4, request id r1, retrying in 0.8 s`."""
        if not LOGGER.isEnabledFor(logging.DEBUG):
            return
        retry = "" if event.retry_in is None else f", retrying in {event.retry_in:.1f} s"
        LOGGER.debug(
            "%s -> %s in %.0f ms, attempt %d of %d%s%s",
            event.route,
            _outcome(event.status, event.error),
            event.elapsed * 1000,
            event.attempt,
            event.max_attempts,
            _request_id_text(event.request_id),
            retry,
            extra={
                "memsy_operation": event.operation,
                "memsy_route": event.route,
                "memsy_attempt": event.attempt,
                "memsy_max_attempts": event.max_attempts,
                "memsy_elapsed": event.elapsed,
                "memsy_status": event.status,
                "memsy_request_id": event.request_id,
                "memsy_error": _error_name(event.error),
                "memsy_retry_in": event.retry_in,
            },
        )

    def on_call_end(self, event: CallEnd, call: ObservedCall) -> None:
        """Log a call with retries: `POST /search -> 200 after 3 attempts in 1.3 s`."""
        if not event.retries:
            return
        if isinstance(event.error, MemsyError):
            _log_warning(event.error, event.operation, event.route, event.attempts, event.elapsed)
        else:
            self._log_retries(event)

    def _log_retries(self, event: CallEnd) -> None:
        LOGGER.info(
            "%s -> %s after %d attempts in %.1f s%s",
            event.route,
            _outcome(event.status, event.error),
            event.attempts,
            event.elapsed,
            _request_id_text(event.request_id),
            extra={
                "memsy_operation": event.operation,
                "memsy_route": event.route,
                "memsy_attempts": event.attempts,
                "memsy_elapsed": event.elapsed,
                "memsy_status": event.status,
                "memsy_request_id": event.request_id,
                "memsy_error": _error_name(event.error),
            },
        )


CALL_LOG = CallLog()


def log_failure(
    flow: Flow[T], operation: Operation[T], retries: RetryState, clock: TimeSource
) -> Generator[Attempt, HTTPResponse, T]:
    """
    Return a flow that logs its error with WARNING, if the error came after retries.

    This replaces a `CallLog` in programs that enable WARNING only, as most do: an observer costs
    time in each call.
    """
    started_at = clock.monotonic()
    try:
        return (yield from flow)
    except MemsyError as error:
        if retries.retries:
            elapsed = clock.monotonic() - started_at
            _log_warning(error, operation.name, operation.route, retries.attempts, elapsed)
        raise


def _log_warning(
    error: MemsyError, operation: str, route: str, attempts: int, elapsed: float
) -> None:
    """Log `POST /search failed after 4 attempts in 3.2 s: 503, request id r4`."""
    status = error.status_code if isinstance(error, MemsyAPIError) else None
    LOGGER.warning(
        "%s failed after %d attempts in %.1f s: %s%s",
        route,
        attempts,
        elapsed,
        _outcome(status, error),
        _request_id_text(error.request_id),
        extra={
            "memsy_operation": operation,
            "memsy_route": route,
            "memsy_attempts": attempts,
            "memsy_elapsed": elapsed,
            "memsy_status": status,
            "memsy_request_id": error.request_id,
            "memsy_error": _error_name(error),
        },
    )


def _outcome(status: int | None, error: BaseException | None) -> str:
    """Return the status, or the class of an error that the status does not explain."""
    if error is None or (status is not None and isinstance(error, MemsyAPIError)):
        return str(status)
    name = type(error).__name__
    return name if status is None else f"{status} {name}"


def _error_name(error: BaseException | None) -> str | None:
    return None if error is None else type(error).__name__


def _request_id_text(request_id: str | None) -> str:
    return f", request id {request_id}" if request_id else ""


class StderrHandler(logging.Handler):
    """
    Handler of `MEMSY_LOG`: writes records that no handler of the application receives to stderr.

    It looks for handlers and for stderr anew at each record. Without a usable stderr, as in a
    program without a console, it writes nothing.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        if sys.stderr is None or self._is_handled(record):
            return
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except (OSError, ValueError) as error:  # a closed stderr must not end the call
            if is_interrupt(error):
                raise

    def _is_handled(self, record: logging.LogRecord) -> bool:
        """Return True if a handler of the application receives the record, too."""
        logger: logging.Logger | None = LOGGER
        while logger is not None:
            for handler in logger.handlers:
                is_other = handler is not self and not isinstance(handler, logging.NullHandler)
                if is_other and record.levelno >= handler.level:
                    return True
            logger = logger.parent if logger.propagate else None
        return False


def configure_logging(environ: Environment) -> None:
    """
    Enable the log if `MEMSY_LOG` is `debug` or `info`. A second call has no effect.

    The handlers of the application receive the records. Without handlers, stderr shows them.

    Raises:
        MemsyConfigurationError: `MEMSY_LOG` is another word.
    """
    word = environ.word("MEMSY_LOG", _LEVELS)
    if word is None:
        return
    if not any(isinstance(handler, StderrHandler) for handler in LOGGER.handlers):
        handler = StderrHandler()
        handler.setFormatter(logging.Formatter(_FORMAT))
        LOGGER.addHandler(handler)
        LOGGER.setLevel(_LEVELS[word])
