"""HTTP application: responses in normal operation, on errors and under faults."""

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

STATEMENT = {"guest": "ann", "stay": "stay-1", "text": "I take my tea without sugar"}
QUESTION = {"guest": "ann", "stay": "stay-2", "text": "How do I take my tea?"}


def texts_of_memories(http_client: TestClient, guest: str) -> list[str]:
    return [memory["text"] for memory in http_client.get(f"/guests/{guest}").json()]


def test_chat_recalls_an_earlier_message(http_client: TestClient) -> None:
    assert http_client.post("/chat", json=STATEMENT).json() == []
    assert http_client.post("/chat", json=QUESTION).json() == ["I take my tea without sugar"]


def test_chat_does_not_recall_messages_of_other_guests(http_client: TestClient) -> None:
    http_client.post("/chat", json=STATEMENT)
    assert http_client.post("/chat", json={**QUESTION, "guest": "bob"}).json() == []
    assert texts_of_memories(http_client, "bob") == ["How do I take my tea?"]


@pytest.mark.memsy(processing="manual")
def test_chat_does_not_recall_pending_messages(
    http_client: TestClient, memsy_service: LocalService
) -> None:
    http_client.post("/chat", json=STATEMENT)
    assert http_client.post("/chat", json=QUESTION).json() == []
    memsy_service.process()
    assert "I take my tea without sugar" in http_client.post("/chat", json=QUESTION).json()


def test_short_rate_limit_is_retried(
    http_client: TestClient, memsy_service: LocalService, memsy_clock: Clock
) -> None:
    memsy_service.faults.fail_next("ingest", RateLimitExceeded, retry_after=9)
    assert http_client.post("/chat", json=STATEMENT).status_code == 200
    assert memsy_clock.monotonic() >= 9


def test_lasting_rate_limit_returns_503_with_retry_after(
    http_client: TestClient, memsy_service: LocalService
) -> None:
    memsy_service.faults.fail_next("ingest", RateLimitExceeded, retry_after=6.5, times=None)
    response = http_client.post("/chat", json=STATEMENT)
    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    assert response.json() == {"detail": "The concierge is busy. Please try again in 7 s."}
    assert memsy_service.events == ()


@pytest.mark.memsy(limits={"events_ingested": 1})
def test_exhausted_quota_returns_402_without_a_retry(
    http_client: TestClient, async_memsy_client: FakeAsyncMemsyClient
) -> None:
    assert http_client.post("/chat", json=STATEMENT).status_code == 200
    response = http_client.post("/chat", json=QUESTION)
    assert response.status_code == 402
    assert "quota is exhausted: events_ingested, 1 a month" in response.json()["detail"]
    assert isinstance(async_memsy_client.calls[-1].error, UsageLimitExceeded)
    assert async_memsy_client.calls[-1].attempts == 1


@pytest.mark.memsy(limits={"events_ingested": 2})
def test_lines_of_a_letter_beyond_the_quota_are_returned(http_client: TestClient) -> None:
    letter = {"guest": "ann", "stay": "stay-1", "lines": ["Dear all", "Tea at 5", "Yours"]}
    assert http_client.post("/letters", json=letter).json() == {"not_stored": ["Yours"]}
    assert sorted(texts_of_memories(http_client, "ann")) == ["Dear all", "Tea at 5"]


def test_chat_without_a_working_search_returns_no_memories(
    http_client: TestClient, memsy_service: LocalService
) -> None:
    http_client.post("/chat", json=STATEMENT)
    memsy_service.faults.fail_next("search", MemsyConnectionError, times=None)
    response = http_client.post("/chat", json=QUESTION)
    assert (response.status_code, response.json()) == (200, [])


def test_server_error_returns_503_without_the_cause(
    http_client: TestClient, memsy_service: LocalService
) -> None:
    memsy_service.faults.fail_next("memories.list", ServerError, times=None)
    response = http_client.get("/guests/ann")
    assert response.status_code == 503
    assert response.json() == {"detail": "The concierge is unavailable."}


def test_lost_response_does_not_store_an_event_twice(
    http_client: TestClient, memsy_service: LocalService
) -> None:
    memsy_service.faults.fail_next("ingest", MemsyConnectionError, stored=True)
    http_client.post("/chat", json=STATEMENT)
    assert [event.content for event in memsy_service.events] == [STATEMENT["text"]]


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_random_faults_return_200_or_503(
    http_client: TestClient, memsy_service: LocalService, rate: float
) -> None:
    memsy_service.faults.chaos(rate, seed=1)
    for _ in range(50):
        assert http_client.post("/chat", json=STATEMENT).status_code in (200, 503)


def test_ready_reports_an_unavailable_service(
    http_client: TestClient, memsy_service: LocalService
) -> None:
    assert http_client.get("/ready").status_code == 200
    memsy_service.faults.fail_next("health", 503, times=None)
    response = http_client.get("/ready")
    assert response.status_code == 503
    assert response.json() == {"detail": "the memory service is unavailable: ServerError"}


def test_wrong_key_is_reported_by_ready_and_not_by_chat(memsy_service: LocalService) -> None:
    memory = FakeAsyncMemsyClient(api_key="msy_revoked", service=memsy_service)
    with TestClient(create_app(memory)) as http_client:
        detail = "the memory service rejected the API key"
        assert http_client.get("/ready").json() == {"detail": detail}
        assert "key" not in http_client.post("/chat", json=STATEMENT).text


def test_shutdown_closes_the_memory_client(async_memsy_client: FakeAsyncMemsyClient) -> None:
    with TestClient(create_app(async_memsy_client)) as http_client:
        assert http_client.get("/ready").status_code == 200
    with pytest.raises(MemsyClientClosedError):
        asyncio.run(async_memsy_client.health())


def test_create_app_uses_the_service_of_the_environment_by_default(
    memsy_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real client connects over a socket: the network guard allows local servers."""
    monkeypatch.setenv("MEMSY_BASE_URL", memsy_server.base_url)
    monkeypatch.setenv("MEMSY_API_KEY", memsy_server.api_key)
    with TestClient(create_app()) as http_client:
        http_client.post("/chat", json=STATEMENT)
        assert http_client.post("/chat", json=QUESTION).json() == ["I take my tea without sugar"]
