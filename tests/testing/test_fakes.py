"""Tests of the fakes: construction, service, copies, clock."""

from __future__ import annotations

import copy
import pickle
import time

import pytest

from memsy import (
    AuthenticationError,
    EventPayload,
    MemsyClient,
    MemsyConfigurationError,
    MemsyControlClient,
    RateLimitExceeded,
)
from memsy.testing import (
    Clock,
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalService,
)

FAKES = (
    FakeMemsyClient,
    FakeAsyncMemsyClient,
    FakeMemsyControlClient,
    FakeAsyncMemsyControlClient,
)

with_each_fake = pytest.mark.parametrize("fake", FAKES)


def test_fake_is_an_instance_of_the_client() -> None:
    assert isinstance(FakeMemsyClient(), MemsyClient)
    assert isinstance(FakeMemsyControlClient(), MemsyControlClient)


@with_each_fake
def test_fake_rejects_invalid_arguments(fake: type[FakeMemsyClient]) -> None:
    for options in ({"api_key": ""}, {"base_url": ""}, {"timeout": 0}, {"ca_file": "/no/such"}):
        with pytest.raises(MemsyConfigurationError):
            fake(**options)


@with_each_fake
def test_fake_accepts_the_arguments_of_the_client(fake: type[FakeMemsyClient]) -> None:
    memsy = fake("https://api.memsy.io/v1", "msy_x", proxy="http://127.0.0.1:1", max_retries=0)
    assert "https://api.memsy.io/v1" in repr(memsy)


@with_each_fake
def test_fake_ignores_the_environment(
    fake: type[FakeMemsyClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMSY_BASE_URL", "https://api.memsy.io/elsewhere")
    monkeypatch.setenv("MEMSY_API_KEY", "msy_real")
    assert "memsy.test" in repr(fake(None, None))


def test_fake_uses_the_key_of_its_service() -> None:
    service = LocalService(api_key="msy_own")
    assert FakeMemsyClient(service=service).health().status == "ok"
    with pytest.raises(AuthenticationError):
        FakeMemsyClient(service=service, api_key="msy_local").health()


def test_fakes_on_one_service_share_its_data() -> None:
    memsy = FakeMemsyClient()
    control = FakeMemsyControlClient(service=memsy.service)
    memsy.ingest([EventPayload("ann", "chat-1", "user_message", "I like tea")])
    assert control.events.list(actor_id="ann").total == 1
    assert [event.content for event in memsy.service.events] == ["I like tea"]


def test_fake_has_its_own_service_by_default() -> None:
    first, second = FakeMemsyClient(), FakeMemsyClient()
    first.ingest([EventPayload("ann", "chat-1", "user_message", "I like tea")])
    assert second.search("tea").results == []


@with_each_fake
def test_pickling_a_fake_raises_a_type_error_with_the_fix(fake: type[FakeMemsyClient]) -> None:
    with pytest.raises(
        TypeError, match=f"^{fake.__name__} does not pickle: .* Serve the service with LocalServer"
    ):
        pickle.dumps(fake())


@with_each_fake
def test_copy_of_a_fake_shares_its_service(fake: type[FakeMemsyClient]) -> None:
    memsy = fake()
    assert copy.copy(memsy).service is memsy.service
    assert copy.deepcopy(memsy).service is memsy.service


def test_retry_pauses_are_equal_in_every_fake() -> None:
    """A test may compare the time of the clock after retries."""

    def elapsed() -> float:
        clock = Clock()
        service = LocalService(clock=clock)
        service.faults.fail_next("search", 503, times=3)
        FakeMemsyClient(service=service).search("tea")
        return clock.monotonic()

    assert elapsed() == elapsed() > 0


def test_default_clock_shows_the_present_time_and_skips_pauses() -> None:
    """Code under test may compare the date of the service with the date of the machine."""
    memsy = FakeMemsyClient()
    before = memsy.service.clock.time()
    assert abs(before - time.time()) < 60
    memsy.service.faults.fail_next("search", RateLimitExceeded, retry_after=20)
    memsy.search("tea")
    assert memsy.service.clock.time() >= before + 20
