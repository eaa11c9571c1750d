"""Context managers that open each of the four clients on a given service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Protocol

import pytest

from memsy import AsyncMemsyClient, MemsyClient, MemsyClientProtocol, RetryPolicy, Timeout
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalServer, LocalService
from memsy.testing.contract import as_sync

DEFAULT_RETRY = RetryPolicy()


class OpenClient(Protocol):
    """Open one kind of client behind the sync interface."""

    def __call__(
        self, service: LocalService, *, retry: RetryPolicy = ..., timeout: float | Timeout = ...
    ) -> AbstractContextManager[MemsyClientProtocol]: ...


@contextmanager
def fake(
    service: LocalService, *, retry: RetryPolicy = DEFAULT_RETRY, timeout: float | Timeout = 30.0
) -> Iterator[MemsyClientProtocol]:
    with FakeMemsyClient(service=service, retry=retry, timeout=timeout) as memsy:
        yield memsy


@contextmanager
def async_fake(
    service: LocalService, *, retry: RetryPolicy = DEFAULT_RETRY, timeout: float | Timeout = 30.0
) -> Iterator[MemsyClientProtocol]:
    with closing(asyncio.new_event_loop()) as loop:
        yield as_sync(FakeAsyncMemsyClient(service=service, retry=retry, timeout=timeout), loop)


@contextmanager
def client(
    service: LocalService, *, retry: RetryPolicy = DEFAULT_RETRY, timeout: float | Timeout = 30.0
) -> Iterator[MemsyClientProtocol]:
    with LocalServer(service) as server:
        yield from _closing(MemsyClient(server.base_url, service.api_key, timeout, retry=retry))


@contextmanager
def async_client(
    service: LocalService, *, retry: RetryPolicy = DEFAULT_RETRY, timeout: float | Timeout = 30.0
) -> Iterator[MemsyClientProtocol]:
    with LocalServer(service) as server, closing(asyncio.new_event_loop()) as loop:
        memsy = AsyncMemsyClient(server.base_url, service.api_key, timeout, retry=retry)
        yield from _closing(as_sync(memsy, loop))


def _closing(memsy: MemsyClientProtocol) -> Iterator[MemsyClientProtocol]:
    with closing(memsy):
        yield memsy


FAKES = (fake, async_fake)
REAL = (client, async_client)

with_each_client = pytest.mark.parametrize(
    "open_client", [*FAKES, *REAL], ids=lambda open_client: open_client.__name__
)
with_both_fakes = pytest.mark.parametrize(
    "open_client", FAKES, ids=lambda open_client: open_client.__name__
)
