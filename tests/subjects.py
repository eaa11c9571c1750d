"""The clients that the contract is tried on, each over a service of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from typing import TypeAlias

from memsy import AsyncMemsyClient, MemsyClient, MemsyClientProtocol
from memsy.testing import (
    Clock,
    FakeAsyncMemsyClient,
    FakeMemsyClient,
    LocalServer,
    LocalService,
)
from memsy.testing.contract import blocking

Pair: TypeAlias = "tuple[MemsyClientProtocol, MemsyClientProtocol]"
"""A client, and one whose key nobody knows."""

WRONG_KEY = "msy_nobody_knows"


def _service() -> LocalService:
    # The same moment for all of them: so their answers are the same, to the letter.
    return LocalService(clock=Clock(datetime(2026, 4, 14, 3, 8, tzinfo=timezone.utc)))


@contextmanager
def fake() -> Iterator[Pair]:
    with _service() as service:
        yield (
            FakeMemsyClient(service=service),
            FakeMemsyClient(service=service, api_key=WRONG_KEY),
        )


@contextmanager
def async_fake() -> Iterator[Pair]:
    with _service() as service, closing(asyncio.new_event_loop()) as loop:
        yield (
            blocking(FakeAsyncMemsyClient(service=service), loop),
            blocking(FakeAsyncMemsyClient(service=service, api_key=WRONG_KEY), loop),
        )


@contextmanager
def client() -> Iterator[Pair]:
    with (
        _service() as service,
        LocalServer(service) as server,
        MemsyClient(server.base_url, service.api_key) as memsy,
        MemsyClient(server.base_url, WRONG_KEY) as stranger,
    ):
        yield memsy, stranger


@contextmanager
def async_client() -> Iterator[Pair]:
    with (
        _service() as service,
        LocalServer(service) as server,
        closing(asyncio.new_event_loop()) as loop,
    ):
        memsy = blocking(AsyncMemsyClient(server.base_url, service.api_key), loop)
        stranger = blocking(AsyncMemsyClient(server.base_url, WRONG_KEY), loop)
        with closing(memsy), closing(stranger):
            yield memsy, stranger


@contextmanager
def live() -> Iterator[Pair]:
    """The service that the environment names, with the organisation of its key."""
    with MemsyClient() as memsy, MemsyClient(api_key=WRONG_KEY) as stranger:
        yield memsy, stranger


LOCAL = (fake, async_fake, client, async_client)
SUBJECTS = (*LOCAL, live) if {"MEMSY_BASE_URL", "MEMSY_API_KEY"} <= os.environ.keys() else LOCAL
