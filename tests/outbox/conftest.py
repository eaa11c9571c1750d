"""Outboxes without a background sender, over fakes on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from memsy.testing import Clock, LocalService
from tests.outbox.outboxes import AsyncOutboxes, Outboxes, SyncOutboxes


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> LocalService:
    return LocalService(clock=clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture(params=["sync", "async"])
def outboxes(
    request: pytest.FixtureRequest, service: LocalService, path: Path
) -> Iterator[Outboxes]:
    if request.param == "sync":
        yield SyncOutboxes(service, path)
        return
    loop = asyncio.new_event_loop()
    yield AsyncOutboxes(service, path, loop)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
