"""What guests get over HTTP, on good days and bad ones."""

from __future__ import annotations

import asyncio

import pytest
from fastapi.testclient import TestClient
from memsy import (
    MemsyClientClosedError,
    MemsyConnectionError,
    RateLimitExceeded,
    ServerError,
    UsageLimitExceeded,
)
from memsy.testing import Clock, FakeAsyncMemsyClient, LocalServer, LocalService

from concierge.app import create_app

TEA = {"guest": "ann", "stay": "stay-1", "words": "I take my tea without sugar"}
ASKED = {"guest": "ann", "stay": "stay-2", "words": "How do I take my tea?"}


def test_what_a_guest_has_said_is_answered_with_later(browser: TestClient) -> None:
    assert browser.post("/chat", json=TEA).json() == []
    assert browser.post("/chat", json=ASKED).json() == ["I take my tea without sugar"]


def test_what_another_guest_has_said_is_nobodys_business(browser: TestClient) -> None:
    browser.post("/chat", json=TEA)
    assert browser.post("/chat", json={**ASKED, "guest": "bob"}).json() == []
    assert browser.get("/guests/bob").json() == ["How do I take my tea?"]


@pytest.mark.memsy(processing="manual")
def test_what_is_still_pending_is_not_known_yet(
    browser: TestClient, memsy_service: LocalService
) -> None:
    browser.post("/chat", json=TEA)
    assert browser.post("/chat", json=ASKED).json() == []
    memsy_service.process()
    assert "I take my tea without sugar" in browser.post("/chat", json=ASKED).json()


def test_a_rate_limit_that_passes_is_not_the_guests_concern(
    browser: TestClient, memsy_service: LocalService, memsy_clock: Clock
) -> None:
    memsy_service.faults.fail_next("ingest", RateLimitExceeded, retry_after=9)
    assert browser.post("/chat", json=TEA).status_code == 200
    assert memsy_clock.monotonic() >= 9


def test_a_rate_limit_that_does_not_pass_is_handed_on(
    browser: TestClient, memsy_service: LocalService
) -> None:
    memsy_service.faults.fail_next("ingest", RateLimitExceeded, retry_after=6.5, times=None)
    refused = browser.post("/chat", json=TEA)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "7")
    assert refused.json() == {"detail": "The concierge is busy. Please come back in 7 s."}
    assert memsy_service.events == ()


@pytest.mark.memsy(limits={"events_ingested": 1})
def test_a_used_up_quota_is_said_in_words(
    browser: TestClient, async_memsy_client: FakeAsyncMemsyClient
) -> None:
    assert browser.post("/chat", json=TEA).status_code == 200
    refused = browser.post("/chat", json=ASKED)
    assert refused.status_code == 402
    assert "events_ingested is used up, 1 a month" in refused.json()["detail"]
    assert isinstance(async_memsy_client.calls[-1].error, UsageLimitExceeded)
    assert async_memsy_client.calls[-1].attempts == 1


@pytest.mark.memsy(limits={"events_ingested": 2})
def test_of_a_long_letter_the_rest_comes_back(browser: TestClient) -> None:
    letter = {"guest": "ann", "stay": "stay-1", "lines": ["Dear all", "Tea at 5", "Yours"]}
    assert browser.post("/letters", json=letter).json() == {"left": ["Yours"]}
    assert sorted(browser.get("/guests/ann").json()) == ["Dear all", "Tea at 5"]


def test_a_guest_is_answered_even_if_nothing_can_be_recalled(
    browser: TestClient, memsy_service: LocalService
) -> None:
    browser.post("/chat", json=TEA)
    memsy_service.faults.fail_next("search", MemsyConnectionError, times=None)
    answer = browser.post("/chat", json=ASKED)
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_failing_service_is_no_riddle_to_guests(
    browser: TestClient, memsy_service: LocalService
) -> None:
    memsy_service.faults.fail_next("memories.list", ServerError, times=None)
    refused = browser.get("/guests/ann")
    assert refused.status_code == 503
    assert refused.json() == {"detail": "The concierge has left the desk."}


def test_a_lost_answer_stores_nothing_twice(
    browser: TestClient, memsy_service: LocalService
) -> None:
    memsy_service.faults.fail_next("ingest", MemsyConnectionError, stored=True)
    browser.post("/chat", json=TEA)
    assert [event.content for event in memsy_service.events] == [TEA["words"]]


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_whatever_happens_a_guest_is_answered_in_words(
    browser: TestClient, memsy_service: LocalService, rate: float
) -> None:
    memsy_service.faults.chaos(rate, seed=1)
    for _ in range(50):
        assert browser.post("/chat", json=TEA).status_code in (200, 503)


def test_it_is_ready_when_its_memory_is(browser: TestClient, memsy_service: LocalService) -> None:
    assert browser.get("/ready").status_code == 200
    memsy_service.faults.fail_next("health", 503, times=None)
    refused = browser.get("/ready")
    assert refused.status_code == 503
    assert refused.json() == {"detail": "the memory does not answer: ServerError"}


def test_a_wrong_key_is_told_to_those_who_can_mend_it(memsy_service: LocalService) -> None:
    stranger = FakeAsyncMemsyClient(api_key="msy_revoked", service=memsy_service)
    with TestClient(create_app(stranger)) as browser:
        assert browser.get("/ready").json() == {"detail": "the memory does not know our key"}
        assert "key" not in browser.post("/chat", json=TEA).text


def test_at_its_end_it_closes_its_memory(async_memsy_client: FakeAsyncMemsyClient) -> None:
    with TestClient(create_app(async_memsy_client)) as browser:
        assert browser.get("/ready").status_code == 200
    with pytest.raises(MemsyClientClosedError):
        asyncio.run(async_memsy_client.health())


def test_without_a_memory_of_its_own_it_takes_that_of_the_environment(
    memsy_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real client, over a socket: the guard lets it talk to a local server."""
    monkeypatch.setenv("MEMSY_BASE_URL", memsy_server.base_url)
    monkeypatch.setenv("MEMSY_API_KEY", memsy_server.api_key)
    with TestClient(create_app()) as browser:
        browser.post("/chat", json=TEA)
        assert browser.post("/chat", json=ASKED).json() == ["I take my tea without sugar"]
