"""
Hooks: observers see every call, guards can refuse an attempt; per client, context or process.

A call emits four events, the same for sync and async clients: call start, attempt start, attempt
end and call end. The hooks of a call are collected when the call starts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from attrs import define, field, frozen

from memsy._core.exchange import Attempt, Flow
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.operation import Operation
from memsy._core.plane import Plane
from memsy._core.timeout import Deadline
from memsy._core.transport import AsyncTransport, Transport

T = TypeVar("T")


def _names(operations: Sequence[Operation[Any]]) -> str:
    return repr([operation.name for operation in operations])


def _type_name(error: BaseException | None) -> str:
    return "None" if error is None else type(error).__name__


@frozen(kw_only=True, eq=False)
class CallStart:
    """A call of a client's method. All events of one call hold the same object."""

    operations: Sequence[Operation[Any]] = field(repr=_names)
    """The operations of the call: one, or one for each request of an `ingest` or a `status`."""
    plane: Plane
    is_async: bool

    @property
    def name(self) -> str:
        """The method of the client: `search`, `roles.create`."""
        return self.operations[0].name


@frozen(kw_only=True, eq=False)
class AttemptStart:
    """One attempt of a call. The pause before the attempt is over and nothing is sent yet."""

    call: CallStart
    number: int
    """The position of the attempt in the call, from 1, counted across batches and polls."""
    request: HTTPRequest
    """The request without the headers that the transport adds, such as the API key."""
    pause: float
    """Seconds that the client waited before the attempt."""
    peer: tuple[str, int] | None
    """Host and port to connect to; None for a transport that opens no connection."""


@frozen(kw_only=True, eq=False)
class AttemptEnd:
    """
    The end of an attempt: a response of any status, or an error.

    A `CancelledError` or a `KeyboardInterrupt` is an error, too. After a `MemsyClientClosedError`
    nothing was sent.
    """

    attempt: AttemptStart
    response: HTTPResponse | None = None
    error: BaseException | None = field(default=None, repr=_type_name)
    elapsed: float
    """Seconds since the start of the attempt."""


@frozen(kw_only=True, eq=False)
class CallEnd:
    """The end of a call: a result if `error` is None, or the error that the caller receives."""

    call: CallStart
    attempts: int
    """The number of attempts that started."""
    result: Any = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=_type_name)
    elapsed: float
    """Seconds since the start of the call, pauses included."""


class Hook:
    """
    Base class of hooks. Override the methods of interest. The defaults do nothing.

    The `on_` methods only observe. If such a method raises an `Exception`, the client writes it to
    the logger `memsy` and continues the call. Other exceptions, such as a `KeyboardInterrupt`, end
    the call after the other hooks have observed the event.
    """

    def on_call_start(self, event: CallStart) -> None:
        """Observe the start of a call."""

    def guard_attempt(self, event: AttemptStart) -> None:
        """
        Refuse an attempt by raising. The exception passes through unchanged.

        A refused attempt does not start: nothing is sent, and the next event is the call end. Do
        not raise a `MemsyError`: the client takes it for an error of the attempt and may retry.
        """

    def on_attempt_start(self, event: AttemptStart) -> None:
        """Observe the start of an attempt, after all guards have accepted it."""

    def on_attempt_end(self, event: AttemptEnd) -> None:
        """Observe the end of an attempt that started."""

    def on_call_end(self, event: CallEnd) -> None:
        """Observe the end of a call: result, error, cancellation or interrupt."""


_process_hooks: dict[object, Hook] = {}


@define(eq=False)
class _Installation:
    hook: Hook
    is_open: bool = True


_context_hooks: ContextVar[tuple[_Installation, ...]] = ContextVar("memsy_hooks", default=())
_logger = logging.getLogger("memsy")


@contextmanager
def install_in_process(hook: Hook) -> Iterator[None]:
    """Install `hook` for all calls that start within the block, in every thread."""
    key = object()  # two hooks may compare equal
    _process_hooks[key] = hook
    try:
        yield
    finally:
        del _process_hooks[key]


@contextmanager
def install_in_context(hook: Hook) -> Iterator[None]:
    """
    Install `hook` for the calls that start within the block, also in tasks started there.

    A generator with such a block may be closed in another context. Then the hook sees no further
    call in either context.
    """
    installation = _Installation(hook)
    _context_hooks.set((*_open_installations(), installation))
    try:
        yield
    finally:
        # ContextVar.reset() would raise a ValueError in another context.
        installation.is_open = False
        _context_hooks.set(_open_installations())


def _open_installations() -> tuple[_Installation, ...]:
    return tuple(entry for entry in _context_hooks.get() if entry.is_open)


def installed_hooks(client_hooks: Sequence[Hook]) -> Sequence[Hook]:
    """Return the hooks of a call that starts now: process, context, client."""
    context_hooks: list[Hook] = []
    for entry in _context_hooks.get():
        # An equal hook: a block within another block of the same meter.
        if entry.is_open and entry.hook not in context_hooks:
            context_hooks.append(entry.hook)
    return (*_process_hooks.values(), *context_hooks, *client_hooks)


def observe(
    flow: Flow[T], call: CallStart, hooks: Sequence[Hook], transport: Transport | AsyncTransport
) -> Flow[T]:
    """Return a flow that behaves as `flow` and emits the events of `call` to `hooks`."""
    return _ObservedCall(call, hooks, transport).run(flow)


class _ObservedCall:
    def __init__(
        self, call: CallStart, hooks: Sequence[Hook], transport: Transport | AsyncTransport
    ) -> None:
        self._call = call
        self._hooks = hooks
        self._transport = transport
        self._now = transport.clock.monotonic
        self._attempts = 0
        self._attempt: AttemptStart | None = None
        self._attempt_started_at = 0.0

    def run(self, flow: Flow[T]) -> Generator[Attempt, HTTPResponse, T]:
        started_at = self._now()
        try:
            self._emit(lambda hook: hook.on_call_start(self._call))
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
                except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                    self._end_attempt(error=error)
                    attempt = flow.throw(error)
                else:
                    self._end_attempt(response=response)
                    attempt = flow.send(response)
        except StopIteration as stop:
            result: T = stop.value
            self._end_call(started_at, result=result)
            return result
        except BaseException as error:
            self._end_call(started_at, error=error)
            raise

    def start_attempt(self, attempt: Attempt) -> HTTPRequest:
        """Emit the start of `attempt` and return the request to send."""
        event = AttemptStart(
            call=self._call,
            number=self._attempts + 1,
            request=attempt.request,
            pause=attempt.pause,
            peer=self._transport.peer,
        )
        for hook in self._hooks:
            hook.guard_attempt(event)
        self._attempts += 1
        self._attempt, self._attempt_started_at = event, self._now()
        self._emit(lambda hook: hook.on_attempt_start(event))
        return attempt.request  # headers from hooks would be added here

    def _end_attempt(
        self, *, response: HTTPResponse | None = None, error: BaseException | None = None
    ) -> None:
        attempt, self._attempt = self._attempt, None
        # No attempt has started if the call ended in a pause, or if a guard refused the attempt.
        if attempt is not None:
            event = AttemptEnd(
                attempt=attempt,
                response=response,
                error=error,
                elapsed=self._now() - self._attempt_started_at,
            )
            self._emit(lambda hook: hook.on_attempt_end(event))

    def _end_call(
        self, started_at: float, *, result: object = None, error: BaseException | None = None
    ) -> None:
        event = CallEnd(
            call=self._call,
            attempts=self._attempts,
            result=result,
            error=error,
            elapsed=self._now() - started_at,
        )
        self._emit(lambda hook: hook.on_call_end(event))

    def _emit(self, notify: Callable[[Hook], None]) -> None:
        """Notify every hook, then raise the first interrupt of a hook."""
        interrupts: list[BaseException] = []
        for hook in self._hooks:
            try:
                notify(hook)
            except Exception as error:  # noqa: PERF203 - each hook is called
                if is_interrupt(error):
                    raise
                _logger.exception("hook %s raised an exception", type(hook).__name__)
            except BaseException as error:  # noqa: BLE001 - raised below
                interrupts.append(error)
        if interrupts:
            try:
                raise interrupts[0]
            finally:
                interrupts.clear()  # its traceback refers to this frame


@frozen(kw_only=True)
class _ObservedAttempt(Attempt):
    """An attempt that emits its start once the pause before it is over."""

    deadline: Deadline  # again, so that tools can evaluate the annotations of `__init__` here
    call: _ObservedCall

    def begin(self) -> HTTPRequest:
        return self.call.start_attempt(self)
