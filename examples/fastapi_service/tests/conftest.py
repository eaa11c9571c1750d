"""The application, on a memory that behaves as the service does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from memsy.testing import Clock, FakeAsyncMemsyClient

from concierge.agent import Concierge
from concierge.app import create_app


@pytest.fixture
def concierge(async_memsy_client: FakeAsyncMemsyClient, memsy_clock: Clock) -> Concierge:
    return Concierge(async_memsy_client, pause=memsy_clock.sleep_async)


@pytest.fixture
def browser(async_memsy_client: FakeAsyncMemsyClient) -> Iterator[TestClient]:
    with TestClient(create_app(async_memsy_client)) as browser:
        yield browser
