"""Fakes are made as the real clients are, and refuse what those refuse."""

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

every_fake = pytest.mark.parametrize("fake", FAKES)


def test_a_fake_is_a_client() -> None:
    assert isinstance(FakeMemsyClient(), MemsyClient)
    assert isinstance(FakeMemsyControlClient(), MemsyControlClient)


@every_fake
def test_what_the_real_client_refuses_the_fake_refuses(fake: type[FakeMemsyClient]) -> None:
    for options in ({"api_key": ""}, {"base_url": ""}, {"timeout": 0}, {"ca_file": "/no/such"}):
        with pytest.raises(MemsyConfigurationError):
            fake(**options)


@every_fake
def test_whatever_makes_the_real_client_makes_the_fake(fake: type[FakeMemsyClient]) -> None:
    made = fake("https://api.memsy.io/v1", "msy_x", proxy="http://127.0.0.1:1", max_retries=0)
    assert "https://api.memsy.io/v1" in repr(made)


@every_fake
def test_no_environment_leads_a_fake_astray(
    fake: type[FakeMemsyClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMSY_BASE_URL", "https://api.memsy.io/elsewhere")
    monkeypatch.setenv("MEMSY_API_KEY", "msy_of_the_real_service")
    assert "memsy.test" in repr(fake(None, None))


def test_a_fake_knows_its_key() -> None:
    service = LocalService(api_key="msy_of_my_own")
    assert FakeMemsyClient(service=service).health().status == "ok"
    with pytest.raises(AuthenticationError):
        FakeMemsyClient(service=service, api_key="msy_local").health()


def test_fakes_of_one_service_see_the_same() -> None:
    hot = FakeMemsyClient()
    control = FakeMemsyControlClient(service=hot.service)
    hot.ingest([EventPayload("ann", "chat-1", "user_message", "I like tea")])
    assert control.events.list(actor_id="ann").total == 1
    assert [event.content for event in hot.service.events] == ["I like tea"]


def test_every_fake_has_a_service_of_its_own_unless_told() -> None:
    one, other = FakeMemsyClient(), FakeMemsyClient()
    one.ingest([EventPayload("ann", "chat-1", "user_message", "I like tea")])
    assert other.search("tea").results == []


@every_fake
def test_a_fake_does_not_pickle_and_says_what_to_do(fake: type[FakeMemsyClient]) -> None:
    with pytest.raises(
        TypeError, match=f"^{fake.__name__} does not pickle: .* Serve that with LocalServer"
    ):
        pickle.dumps(fake())


@every_fake
def test_a_copy_of_a_fake_has_its_service(fake: type[FakeMemsyClient]) -> None:
    memsy = fake()
    assert copy.copy(memsy).service is memsy.service
    assert copy.deepcopy(memsy).service is memsy.service


def test_a_fake_pauses_for_as_long_as_the_last_one() -> None:
    """So what a clock says after retries can be compared, also with yesterday."""

    def passed() -> float:
        clock = Clock()
        service = LocalService(clock=clock)
        service.faults.fail_next("search", 503, times=3)
        FakeMemsyClient(service=service).search("tea")
        return clock.monotonic()

    assert passed() == passed() > 0


def test_on_the_clock_of_a_fake_nobody_waits() -> None:
    """Its date is today's, for what compares it with the machine's."""
    memsy = FakeMemsyClient()
    before = memsy.service.clock.time()
    assert abs(before - time.time()) < 60
    memsy.service.faults.fail_next("search", RateLimitExceeded, retry_after=20)
    memsy.search("tea")
    assert memsy.service.clock.time() >= before + 20
