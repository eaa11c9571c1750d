"""
Observers of calls: the four events, guards that refuse an attempt, and the scopes of observers.

A call emits four events, the same for sync and async clients: call start, attempt start, attempt
end and call end. The observers of a call are collected when the call starts.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from attrs import define, evolve, frozen

from memsy._core.events import AttemptEnd, AttemptStart, CallEnd, CallStart
from memsy._core.exchange import Attempt, Flow
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.operation import Operation
from memsy._core.plane import Plane
from memsy._core.redaction import NO_SECRETS, Redactor
from memsy._core.text import MAX_REQUEST_ID
from memsy._core.timeout import Deadline
from memsy._core.transport import AsyncTransport, Transport
from memsy.exceptions import MemsyClientClosedError, MemsyError

T = TypeVar("T")


class CallObserver:
    """
    Base class of observers. Override the methods of interest. The defaults do nothing.

    Besides the event, each method receives the call with its request and its response, which may
    hold secrets and contents.

    The `on_` methods only observe. If such a method raises an `Exception`, the client writes it to
    the logger `memsy` and continues the call. Other exceptions, such as a `KeyboardInterrupt`, end
    the call after the other observers have received the event.
    """

    is_tracing = False
    """True if the observer creates spans, so that the client adds no tracing of its own."""

    @property
    def name(self) -> str:
        """The name of the observer in the log."""
        return type(self).__name__

    def on_call_start(self, event: CallStart, call: ObservedCall) -> None:
        """Observe the start of a call."""

    def guard_attempt(self, event: AttemptStart, call: ObservedCall) -> None:
        """
        Refuse an attempt by raising. The exception passes through unchanged.

        A refused attempt does not start: nothing is sent, and the next event is the call end. Do
        not raise a `MemsyError`: the client takes it for an error of the attempt and may retry.
        """

    def on_attempt_start(self, event: AttemptStart, call: ObservedCall) -> None:
        """Observe the start of an attempt, after all guards have accepted it."""

    def on_attempt_end(self, event: AttemptEnd, call: ObservedCall) -> None:
        """Observe the end of an attempt that started."""

    def on_call_end(self, event: CallEnd, call: ObservedCall) -> None:
        """Observe the end of a call: result, error, cancellation or interrupt."""

    def __deepcopy__(self, memo: object) -> CallObserver:
        return self  # a copy of a client has the same observers


_process_observers: dict[object, CallObserver] = {}


@define(eq=False)
class _Installation:
    observer: CallObserver
    is_open: bool = True


_context_observers: ContextVar[tuple[_Installation, ...]] = ContextVar("memsy_hooks", default=())
_logger = logging.getLogger("memsy")


@contextmanager
def install_in_process(observer: CallObserver) -> Iterator[None]:
    """Install `observer` for all calls that start within the block, in every thread."""
    key = object()  # two observers may compare equal
    _process_observers[key] = observer
    try:
        yield
    finally:
        del _process_observers[key]


@contextmanager
def install_in_context(observer: CallObserver) -> Iterator[None]:
    """
    Install `observer` for the calls that start within the block, also in tasks started there.

    A generator with such a block may be closed in another context. Then the observer sees no
    further call in either context.
    """
    installation = _Installation(observer)
    _context_observers.set((*_open_installations(), installation))
    try:
        yield
    finally:
        # ContextVar.reset() would raise a ValueError in another context.
        installation.is_open = False
        _context_observers.set(_open_installations())


@contextmanager
def receive_responses(receive: Callable[[HTTPResponse], object]) -> Iterator[None]:
    """
    Pass the response of every attempt to `receive`, for calls that start within the block.

    Several blocks with an equal `receive` count as one.
    """
    with install_in_context(_ResponseObserver(receive)):
        yield


@frozen
class _ResponseObserver(CallObserver):
    receive: Callable[[HTTPResponse], object]

    def on_attempt_end(self, event: AttemptEnd, call: ObservedCall) -> None:
        if call.response is not None:
            self.receive(call.response)


def _open_installations() -> tuple[_Installation, ...]:
    return tuple(entry for entry in _context_observers.get() if entry.is_open)


def installed_observers(client_observers: Sequence[CallObserver]) -> Sequence[CallObserver]:
    """Return the observers of a call that starts now: process, context, client."""
    context_observers: list[CallObserver] = []
    for entry in _context_observers.get():
        # An equal observer: a block within another block of the same meter.
        if entry.is_open and entry.observer not in context_observers:
            context_observers.append(entry.observer)
    return (*_process_observers.values(), *context_observers, *client_observers)


class ObservedCall:
    """
    A call in progress, as observers see it besides its events. It may hold secrets and contents.

    Attributes:
        operations: The operations of the call: one, or one for each request of a batch.
        plane: The plane of the client.
        is_async: True for a call of an async client.
        server: Host and port of the service.
        headers: Headers that observers add to the requests of the call.
        request: The request of the current attempt, or of the first one. It lacks the headers of
            the transport, such as the API key.
        response: The response to the last attempt that ended; None if it has none.
        result: The result of the call at its end.
    """

    def __init__(
        self,
        operations: Sequence[Operation[Any]],
        plane: Plane,
        transport: Transport | AsyncTransport,
        observers: Sequence[CallObserver],
        server: tuple[str, int],
        redactor: Redactor = NO_SECRETS,
        *,
        is_async: bool = False,
    ) -> None:
        self.operations = operations
        self.plane = plane
        self.is_async = is_async
        self.server = server
        self.headers: dict[str, str] = {}
        self.request: HTTPRequest = operations[0].request
        self.response: HTTPResponse | None = None
        self.result: Any = None
        self._event = CallStart(operation=operations[0].name, route=operations[0].route)
        self._transport = transport
        self._observers = observers
        self._redactor = redactor
        self._now = transport.clock.monotonic
        self._attempts = self._retries = 0
        self._request_id: str | None = None
        self._attempt: AttemptStart | None = None
        """The attempt whose end was not emitted yet."""
        self._attempt_started_at = self._elapsed = 0.0

    @property
    def peer(self) -> tuple[str, int] | None:
        """Host and port to connect to; None for a transport that opens no connection."""
        return self._transport.peer

    def run(self, flow: Flow[T]) -> Generator[Attempt, HTTPResponse, T]:
        """Return a flow that behaves as `flow` and emits the events of the call."""
        started_at = self._now()
        try:
            self._emit(lambda observer: observer.on_call_start(self._event, self))
            result: T = yield from self._run_attempts(flow)
        except BaseException as error:
            self._end_call(started_at, error)
            raise
        self.result = result
        self._end_call(started_at, None)
        return result

    def start_attempt(self, attempt: Attempt) -> HTTPRequest:
        """Emit the start of `attempt` and return the request to send."""
        self.request = attempt.request
        event = AttemptStart(
            call=self._event,
            attempt=attempt.number,
            max_attempts=attempt.max_attempts,
            pause=attempt.pause,
        )
        for observer in self._observers:
            observer.guard_attempt(event, self)
        self._attempts += 1
        self._retries += attempt.number > 1
        self._attempt, self._attempt_started_at = event, self._now()
        self._emit(lambda observer: observer.on_attempt_start(event, self))
        if not self.headers:
            return attempt.request
        return evolve(attempt.request, headers={**attempt.request.headers, **self.headers})

    def _run_attempts(self, flow: Flow[T]) -> Generator[Attempt, HTTPResponse, T]:
        try:
            result: T = yield from self._forward(flow)
        except BaseException as error:
            self._end_attempt(error)
            raise
        self._end_attempt(None)
        return result

    def _forward(self, flow: Flow[T]) -> Generator[Attempt, HTTPResponse, T]:
        """Yield the attempts of `flow`, and end all but the last one."""
        try:
            attempt = next(flow)
            while True:
                try:
                    response = yield _ObservedAttempt(
                        attempt.request,
                        attempt.pause,
                        deadline=attempt.deadline,
                        number=attempt.number,
                        max_attempts=attempt.max_attempts,
                        call=self,
                    )
                except BaseException as error:  # noqa: BLE001 - the flow decides
                    self._record_end(None)
                    attempt = flow.throw(error)
                else:
                    self._record_end(response)
                    attempt = flow.send(response)
                retry_in = None if attempt.cause is None else attempt.pause
                self._end_attempt(attempt.cause, retry_in)
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _record_end(self, response: HTTPResponse | None) -> None:
        # No attempt has started if the call ended in a pause, or if a guard refused the attempt.
        if self._attempt is not None:
            self.response = response
            self._elapsed = self._now() - self._attempt_started_at

    def _end_attempt(self, error: BaseException | None, retry_in: float | None = None) -> None:
        """Emit the end of the attempt that started, with the decision of the flow."""
        attempt, self._attempt = self._attempt, None
        if attempt is None:
            return
        if isinstance(error, MemsyClientClosedError):
            self._attempts -= 1  # nothing was sent
            self._retries -= attempt.attempt > 1
        self._request_id = self._shown_request_id(error)
        event = AttemptEnd(
            call=self._event,
            attempt=attempt.attempt,
            max_attempts=attempt.max_attempts,
            elapsed=self._elapsed,
            status=self._status,
            request_id=self._request_id,
            error=error,
            retry_in=retry_in,
        )
        self._emit(lambda observer: observer.on_attempt_end(event, self))

    def _end_call(self, started_at: float, error: BaseException | None) -> None:
        event = CallEnd(
            call=self._event,
            attempts=self._attempts,
            retries=self._retries,
            elapsed=self._now() - started_at,
            status=self._status,
            request_id=self._request_id,
            error=error,
        )
        self._emit(lambda observer: observer.on_call_end(event, self))

    @property
    def _status(self) -> int | None:
        return None if self.response is None else self.response.status

    def _shown_request_id(self, error: BaseException | None) -> str | None:
        """Return the request id of the last attempt, printable and without secrets."""
        request_id = None if self.response is None else self.response.request_id
        if request_id is None:
            return error.request_id if isinstance(error, MemsyError) else None
        return self._redactor.clean(request_id, MAX_REQUEST_ID)

    def _emit(self, notify: Callable[[CallObserver], None]) -> None:
        """Notify every observer, then raise the first interrupt of an observer."""
        handled = sys.exc_info()[1]
        interrupts: list[BaseException] = []
        for observer in self._observers:
            try:
                notify(observer)
            except Exception as error:  # noqa: PERF203 - each observer is called
                if is_interrupt(error):
                    raise
                _cut_context(error, handled)
                _logger.exception(
                    "hook %s raised an exception",
                    observer.name,
                    extra={
                        "memsy_operation": self._event.operation,
                        "memsy_route": self._event.route,
                    },
                )
            except BaseException as error:  # noqa: BLE001 - raised below
                interrupts.append(error)
        if interrupts:
            try:
                raise interrupts[0]
            finally:
                interrupts.clear()  # its traceback refers to this frame


def _cut_context(error: BaseException, handled: BaseException | None) -> None:
    """
    Remove the exception that the call was handling from the context of a hook's exception.

    The traceback in the log would show its text, which may quote the response.
    """
    seen: set[int] = set()
    while handled is not None and id(error) not in seen:
        seen.add(id(error))
        if error.__context__ is None or error.__context__ is handled:
            error.__context__ = None
            return
        error = error.__context__


@frozen(kw_only=True, eq=False, repr=False)
class _ObservedAttempt(Attempt):
    """An attempt that emits its start once the pause before it is over."""

    deadline: Deadline  # again, so that tools can evaluate the annotations of `__init__` here
    call: ObservedCall

    def begin(self) -> HTTPRequest:
        return self.call.start_attempt(self)
