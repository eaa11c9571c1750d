"""Whatever is sent to the local server: the promises of `fuzz.requests`, on some of its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from fuzz.requests import Answers, Cellar, Requests
from memsy._core.http import HTTPRequest
from memsy.testing import FakeMemsyClient

SEEDS = [Phase.explicit, Phase.generate]
"""To shrink a seed would make nothing smaller."""


@pytest.fixture(scope="module")
def requests() -> Iterator[Requests]:
    target = Requests()
    yield target
    target.close()


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    target = Answers()
    yield target
    target.close()


@settings(max_examples=100, phases=SEEDS)
@given(seed=st.integers(0, 2**32))
def test_any_request_is_answered_in_time_and_changes_nothing_unless_granted(
    requests: Requests, seed: int
) -> None:
    requests.check(requests.drawn(Random(seed)))


@settings(max_examples=250, phases=SEEDS)
@given(seed=st.integers(0, 2**32))
def test_the_service_itself_grants_or_refuses_any_request(answers: Answers, seed: int) -> None:
    answers.check(answers.drawn(Random(seed)))


def test_a_change_can_be_seen() -> None:
    """And only a change: what refuses or only looks leaves every byte as it was."""
    cellar = Cellar()
    try:
        before = cellar.state
        assert cellar.service.handle(HTTPRequest("GET", "/v1/actors")).status == 401
        assert cellar.state == before
        FakeMemsyClient(service=cellar.service).roles.list("org_local")
        seen = cellar.state
        FakeMemsyClient(service=cellar.service).roles.delete("role", "org_local")
        assert cellar.state != seen
    finally:
        cellar.close()
