"""Fixtures: a service on a fixed clock, and an HTTP client for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from memsy.local import LocalService
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 4, 14, 3, 8, tzinfo=timezone.utc))


@pytest.fixture
def service(clock: Clock) -> Iterator[LocalService]:
    with LocalService(clock=clock) as service:
        yield service


@pytest.fixture
def api(service: LocalService) -> ServiceClient:
    return ServiceClient(service)
