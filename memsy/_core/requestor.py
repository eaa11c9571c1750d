"""Requestors, one per client: run operations with its settings, retry budget and hooks."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Generator, Sequence
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from attrs import evolve
from typing_extensions import Never, Self

from memsy._core.batch import Batch, send_batches
from memsy._core.call_headers import CallHeaders
from memsy._core.call_log import CALL_LOG, LOGGER, log_failure
from memsy._core.driver import drive, drive_async
from memsy._core.exchange import Attempt, Flow, exchange
from memsy._core.hooks import CallObserver, ObservedCall, installed_observers
from memsy._core.http import HTTPResponse
from memsy._core.operation import Operation
from memsy._core.plane import Plane
from memsy._core.poll import Polling, poll
from memsy._core.redaction import Redactor
from memsy._core.retry import RetryBudget, RetryState
from memsy._core.settings import Settings
from memsy._core.shared_transport import AsyncSharedTransport, SharedTransport
from memsy._core.text import MAX_MESSAGE, excerpt
from memsy._core.time_source import TimeSource
from memsy._core.timeout import Deadline
from memsy._core.tracing import automatic_tracing
from memsy._core.transport import AsyncTransport, Transport, loader_of
from memsy.exceptions import NotFoundError

T = TypeVar("T")

RandomSource: TypeAlias = Callable[[], float]
"""Returns a random number from 0.0 up to, not including, 1.0, for the jitter of the pauses."""


class FlowFactory:
    """Factory of the flows of one client, with its timeouts, retries and hooks."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport | AsyncTransport,
        observers: Sequence[CallObserver],
        random_source: RandomSource,
        budget: RetryBudget | None,
        *,
        is_async: bool,
    ) -> None:
        self.random_source = random_source
        self.budget = budget or RetryBudget()
        self._settings = settings
        self._plane = settings.plane
        self._timeout = settings.timeout
        self._policy = settings.retry
        self._transport = transport
        self.load = loader_of(transport)
        """Loads the HTTP library: on the first call, before its deadline starts."""
        self._clock = transport.clock
        self.observers = observers
        is_traced_already = any(observer.is_tracing for observer in observers)
        self._is_traced = settings.is_traced and not is_traced_already
        self._server = settings.server
        self._is_async = is_async
        self._headers = CallHeaders(settings)
        self._lacks_path = urlsplit(settings.base_url).path in ("", "/")

    def exchange(self, operation: Operation[T]) -> Flow[T]:
        """Return the flow of a call with one request."""
        self.load()
        headers, retries = self._call_headers(), self._retries()
        flow = exchange(operation, retries, self._deadline(), redactor=headers.redactor)
        return headers.add_to(self._observed([operation], flow, retries, headers.redactor))

    def send_batches(self, batch: Batch[T]) -> Flow[T]:
        """Return the flow of a call that is split into several requests."""
        self.load()
        headers, retries = self._call_headers(), self._retries()
        flow = send_batches(batch, retries, self._deadline(), headers.redactor)
        return headers.add_to(self._observed(batch.operations, flow, retries, headers.redactor))

    def poll(self, polling: Polling[T]) -> Flow[T]:
        """Return the flow of a call that polls until the service has finished."""
        self.load()
        end = Deadline.start(self._clock, evolve(self._timeout, total=polling.timeout.total))
        headers, retries = self._call_headers(), self._retries()
        flow = poll(polling, retries, self._deadline, end, headers.redactor)
        if not polling.is_finished():
            flow = self._observed(polling.operations(), flow, retries, headers.redactor)
        return headers.add_to(flow)

    def __reduce__(self) -> Never:
        # Resources, such as `client.roles`, and their methods refer to this object.
        raise TypeError("a resource of a client does not pickle: make one client in each process")

    def _observed(
        self,
        operations: Sequence[Operation[T]],
        flow: Flow[T],
        retries: RetryState,
        redactor: Redactor,
    ) -> Flow[T]:
        if self._lacks_path:
            flow = _with_base_url_hint(flow, self._plane)
        observers = installed_observers(self.observers)
        tracing = automatic_tracing() if self._is_traced else None
        if tracing is not None:
            observers = (tracing, *observers)
        if LOGGER.isEnabledFor(logging.INFO):
            observers = (*observers, CALL_LOG)
        else:
            flow = log_failure(flow, operations[0], retries, self._clock)
        if not observers:
            return flow
        return ObservedCall(
            operations,
            self._plane,
            self._transport,
            observers,
            self._server,
            redactor,
            is_async=self._is_async,
        ).run(flow)

    def _call_headers(self) -> CallHeaders:
        return self._headers if self._headers.is_shareable else CallHeaders(self._settings)

    def _retries(self) -> RetryState:
        return RetryState(self._policy, self.budget, self.random_source)

    def _deadline(self, pause: float = 0.0) -> Deadline:
        return Deadline.start(self._clock, self._timeout, pause)


def _with_base_url_hint(flow: Flow[T], plane: Plane) -> Generator[Attempt, HTTPResponse, T]:
    """Return a flow that adds to a 404 that the base URL of the client has no path."""
    try:
        return (yield from flow)
    except NotFoundError as error:
        hint = f" (the base URL has no path; it usually ends with {plane.prefix})"
        error.args = (excerpt(str(error), MAX_MESSAGE - len(hint)) + hint,)
        raise


class Requestor:
    """Requestor of a sync client."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        observers: Sequence[CallObserver] = (),
        random_source: RandomSource = random.random,
        budget: RetryBudget | None = None,
    ) -> None:
        self._flows = FlowFactory(
            settings, transport, observers, random_source, budget, is_async=False
        )
        self._transport = transport
        self.clock: TimeSource = transport.clock

    def with_settings(self, settings: Settings) -> Self:
        """Return a requestor that shares transport, hooks and retry budget with this one."""
        flows, transport = self._flows, SharedTransport(self._transport)
        return type(self)(settings, transport, flows.observers, flows.random_source, flows.budget)

    def load(self) -> None:
        """Load the HTTP library, which the first call does otherwise."""
        self._flows.load()

    def __call__(self, operation: Operation[T]) -> T:
        return drive(self._flows.exchange(operation), self._transport)

    def send_batches(self, batch: Batch[T]) -> T:
        return drive(self._flows.send_batches(batch), self._transport)

    def poll(self, polling: Polling[T]) -> T:
        return drive(self._flows.poll(polling), self._transport)

    def close(self) -> None:
        self._transport.close()


class AsyncRequestor:
    """Requestor of an async client."""

    def __init__(
        self,
        settings: Settings,
        transport: AsyncTransport,
        observers: Sequence[CallObserver] = (),
        random_source: RandomSource = random.random,
        budget: RetryBudget | None = None,
    ) -> None:
        self._flows = FlowFactory(
            settings, transport, observers, random_source, budget, is_async=True
        )
        self._transport = transport
        self.clock: TimeSource = transport.clock

    def with_settings(self, settings: Settings) -> Self:
        """Return a requestor that shares transport, hooks and retry budget with this one."""
        flows, transport = self._flows, AsyncSharedTransport(self._transport)
        return type(self)(settings, transport, flows.observers, flows.random_source, flows.budget)

    def load(self) -> None:
        """Load the HTTP library, which the first call does otherwise."""
        self._flows.load()

    async def __call__(self, operation: Operation[T]) -> T:
        return await drive_async(self._flows.exchange(operation), self._transport)

    async def send_batches(self, batch: Batch[T]) -> T:
        return await drive_async(self._flows.send_batches(batch), self._transport)

    async def poll(self, polling: Polling[T]) -> T:
        return await drive_async(self._flows.poll(polling), self._transport)

    async def close(self) -> None:
        await self._transport.close()
