"""Request fuzz targets, on a few hundred inputs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.requests import ServerRequests, ServiceRequests

NO_SHRINKING = [Phase.explicit, Phase.generate]
"""Phases for inputs that are random seeds, which cannot shrink."""


@pytest.fixture(scope="module")
def server_requests() -> Iterator[ServerRequests]:
    target = ServerRequests()
    yield target
    target.close()


@pytest.fixture(scope="module")
def service_requests() -> Iterator[ServiceRequests]:
    target = ServiceRequests()
    yield target
    target.close()


@settings(max_examples=100, phases=NO_SHRINKING)
@given(seed=st.integers(0, 2**32))
def test_server_responds_in_time_and_rejected_requests_change_nothing(
    server_requests: ServerRequests, seed: int
) -> None:
    server_requests.check(server_requests.random_input(Random(seed)))


@settings(max_examples=250, phases=NO_SHRINKING)
@given(seed=st.integers(0, 2**32))
def test_service_never_fails_and_rejected_requests_change_nothing(
    service_requests: ServiceRequests, seed: int
) -> None:
    service_requests.check(service_requests.random_input(Random(seed)))
