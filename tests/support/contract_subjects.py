"""Subjects of the contract tests: clients, each over a service of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timezone

from attrs import frozen

from memsy import AsyncMemsyClient, AsyncMemsyControlClient, MemsyClient, MemsyControlClient
from memsy.testing import (
    Clock,
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalServer,
    LocalService,
)
from memsy.testing.contract import Clients, as_sync

WRONG_KEY = "msy_nobody_knows"


@frozen
class Subject:
    """Service, and a factory of clients with a given key or the key of the service."""

    clients_with_key: Callable[[str | None], Clients]
    service: LocalService | None = None
    """None for a remote service."""


def _service() -> LocalService:
    # All subjects start at the same time, so that their responses are equal.
    return LocalService(clock=Clock(datetime(2026, 4, 14, 3, 8, tzinfo=timezone.utc)))


@contextmanager
def fake() -> Iterator[Subject]:
    def clients_with_key(key: str | None) -> Clients:
        return (
            FakeMemsyClient(api_key=key, service=service),
            FakeMemsyControlClient(api_key=key, service=service),
        )

    with _service() as service:
        yield Subject(clients_with_key, service)


@contextmanager
def async_fake() -> Iterator[Subject]:
    def clients_with_key(key: str | None) -> Clients:
        return (
            as_sync(FakeAsyncMemsyClient(api_key=key, service=service), loop),
            as_sync(FakeAsyncMemsyControlClient(api_key=key, service=service), loop),
        )

    with _service() as service, closing(asyncio.new_event_loop()) as loop:
        yield Subject(clients_with_key, service)


@contextmanager
def client() -> Iterator[Subject]:
    def clients_with_key(key: str | None) -> Clients:
        return (
            stack.enter_context(MemsyClient(server.base_url, key or service.api_key)),
            stack.enter_context(MemsyControlClient(server.control_url, key or service.api_key)),
        )

    with _service() as service, LocalServer(service) as server, ExitStack() as stack:
        yield Subject(clients_with_key, service)


@contextmanager
def async_client() -> Iterator[Subject]:
    def clients_with_key(key: str | None) -> Clients:
        text = key or service.api_key
        memsy = as_sync(AsyncMemsyClient(server.base_url, text), loop)
        control = as_sync(AsyncMemsyControlClient(server.control_url, text), loop)
        return stack.enter_context(closing(memsy)), stack.enter_context(closing(control))

    with (
        _service() as service,
        LocalServer(service) as server,
        closing(asyncio.new_event_loop()) as loop,
        ExitStack() as stack,
    ):
        yield Subject(clients_with_key, service)


@contextmanager
def live() -> Iterator[Subject]:
    """Clients of the service that MEMSY_BASE_URL names."""

    def clients_with_key(key: str | None) -> Clients:
        return (
            stack.enter_context(MemsyClient(api_key=key)),
            stack.enter_context(MemsyControlClient(api_key=key)),
        )

    with ExitStack() as stack:
        yield Subject(clients_with_key)


LOCAL = (fake, async_fake, client, async_client)
SUBJECTS = (*LOCAL, live) if {"MEMSY_BASE_URL", "MEMSY_API_KEY"} <= os.environ.keys() else LOCAL
