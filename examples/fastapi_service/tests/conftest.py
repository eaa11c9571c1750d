"""Fixtures: the concierge and its HTTP application on the fake client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from memsy.testing import FakeAsyncMemsyClient

from concierge.app import create_app
from concierge.concierge import Concierge


@pytest.fixture
def concierge(async_memsy_client: FakeAsyncMemsyClient) -> Concierge:
    return Concierge(async_memsy_client)


@pytest.fixture
def http_client(async_memsy_client: FakeAsyncMemsyClient) -> Iterator[TestClient]:
    with TestClient(create_app(async_memsy_client)) as http_client:
        yield http_client
