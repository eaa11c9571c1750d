"""Request ids in models, errors, meters and the text of an error."""

from __future__ import annotations

import asyncio
import copy
import pickle

import pytest

from memsy import (
    AsyncMemsyClient,
    EventPayload,
    HTTPResponse,
    MemsyAPIError,
    MemsyClient,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    NotFoundError,
    RateLimitExceeded,
    RetryPolicy,
    SearchResponse,
    ServerError,
    UsageInfo,
    ValidationError,
    metered,
)
from memsy._core.text import MAX_MESSAGE
from memsy.local import LocalServer
from memsy.testing import FakeMemsyClient, FakeMemsyControlClient, LocalService
from tests.support.recording_clients import KEY, MakeClient, in_both_modes, result

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")


def failed_search(make_client: MakeClient, *responses: HTTPResponse) -> MemsyError:
    with pytest.raises(MemsyError) as excinfo:
        result(make_client, lambda client: client.search("tea"), *responses)
    return excinfo.value


def test_response_has_the_id_of_its_request() -> None:
    fake = FakeMemsyClient()
    ids = [
        fake.ingest([TEA]).request_id,
        fake.search("tea").request_id,
        fake.status(["e1"]).request_id,
        fake.health().request_id,
    ]
    assert ids == ["req_1", "req_2", "req_3", "req_4"]
    assert [request.request_id for request in fake.service.requests] == ids


def test_response_of_several_requests_has_the_last_id() -> None:
    fake = FakeMemsyClient()
    assert fake.ingest([TEA] * 1001).request_id == "req_3"
    assert fake.status([f"e{n}" for n in range(501)]).request_id == "req_5"


def test_equal_responses_may_have_different_request_ids() -> None:
    first = SearchResponse([], request_id="a")
    second = SearchResponse([], request_id="b")
    assert first == second
    assert first == SearchResponse([], UsageInfo(plan="pro"), request_id="a")


def test_meter_has_the_id_of_the_last_request() -> None:
    fake = FakeMemsyClient()
    with metered() as meter:
        fake.memories.stats()
        fake.memories.stats()
    assert (meter.request_id, meter.responses) == ("req_2", 2)
    assert pickle.loads(pickle.dumps(meter)).request_id == "req_2"


@in_both_modes
@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({"X-Request-Id": "a"}, "a"),
        ({"Apigw-Requestid": "b"}, "b"),
        ({"X-Request-Id": "a", "Apigw-Requestid": "b"}, "a"),
        ({"X-Request-Id": ""}, None),
        ({}, None),
    ],
)
def test_request_id_comes_from_the_headers(
    make_client: MakeClient, headers: dict[str, str], request_id: str | None
) -> None:
    error = failed_search(make_client, HTTPResponse(404, headers))
    assert error.request_id == request_id
    response = HTTPResponse(200, headers, b"{}")
    found = result(make_client, lambda client: client.search("tea"), response)
    assert isinstance(found, SearchResponse)
    assert found.request_id == request_id


@in_both_modes
def test_error_text_names_endpoint_attempts_and_request_id(make_client: MakeClient) -> None:
    unavailable = HTTPResponse(503, {"Apigw-Requestid": "req_1"})
    error = failed_search(make_client, *[unavailable] * 4)
    assert isinstance(error, ServerError)
    assert str(error) == (
        "Memsy API error 503: Service Unavailable (POST /search, 4 attempts, request id req_1)"
    )
    assert error.message == "Memsy API error 503: Service Unavailable"
    assert (error.route, error.attempts) == ("POST /search", 4)


@in_both_modes
def test_rate_limit_names_the_time_to_wait(make_client: MakeClient) -> None:
    refused = HTTPResponse(429, {"Retry-After": "120"}, b'{"detail": "slow down"}')
    error = failed_search(make_client, refused)
    assert isinstance(error, RateLimitExceeded)
    assert str(error) == (
        "Rate limit exceeded: slow down (POST /search, 1 attempt, retry after 120 s)"
    )


@in_both_modes
def test_unusable_response_has_a_request_id(make_client: MakeClient) -> None:
    error = failed_search(make_client, HTTPResponse(200, {"x-request-id": "r1"}, b'{"results": 1}'))
    assert isinstance(error, MemsyResponseError)
    assert error.request_id == "r1"
    assert str(error).endswith("(1 attempt, request id r1)")
    assert error.message == "$.results: expected an array, got a number"


def test_truncated_body_has_a_request_id() -> None:
    """The headers have arrived, in contrast to the response."""
    with LocalService() as service, LocalServer(service) as server:
        service.faults.truncate_next("search", times=None)
        for run in (truncated_search, truncated_async_search):
            error = run(server)
            assert error.request_id == service.requests[-1].request_id
            assert str(error).endswith(f"(1 attempt, request id {error.request_id})")


def truncated_search(server: LocalServer) -> MemsyError:
    with (
        MemsyClient(server.base_url, server.api_key, max_retries=0) as memsy,
        pytest.raises(MemsyError) as excinfo,
    ):
        memsy.search("tea")
    return excinfo.value


def truncated_async_search(server: LocalServer) -> MemsyError:
    async def search() -> MemsyError:
        async with AsyncMemsyClient(server.base_url, server.api_key, max_retries=0) as memsy:
            with pytest.raises(MemsyError) as excinfo:
                await memsy.search("tea")
        return excinfo.value

    return asyncio.run(search())


def test_error_without_a_response_has_no_request_id() -> None:
    fake = FakeMemsyClient(retry=RetryPolicy(max_retries=0))
    fake.service.faults.delay_next("search", 60)
    with pytest.raises(MemsyTimeoutError) as excinfo:
        fake.search("tea")
    assert excinfo.value.request_id is None
    assert str(excinfo.value).endswith("(1 attempt)")


def test_timeout_of_a_wait_has_the_id_and_the_number_of_all_requests() -> None:
    fake = FakeMemsyClient()
    fake.service.faults.fail_next("status", 503)
    with pytest.raises(MemsyTimeoutError) as excinfo:
        fake.wait_until_processed(["e1"], timeout=10, poll_interval=6)
    assert excinfo.value.attempts == 4
    assert str(excinfo.value) == (
        "POST /status: 1 of 1 events are still pending after 10 s (4 attempts, request id req_4)"
    )
    assert excinfo.value.message == "1 of 1 events are still pending after 10 s"


def test_timeout_of_an_authorization_has_the_id_of_the_last_request() -> None:
    fake = FakeMemsyControlClient()
    connector_id = fake.connectors.create("slack").connector_id
    with pytest.raises(MemsyTimeoutError) as excinfo:
        fake.connectors.wait_until_authorized(connector_id, timeout=10, poll_interval=6)
    assert excinfo.value.request_id == fake.service.requests[-1].request_id


def test_timeout_of_a_last_request_without_a_response_has_no_id() -> None:
    fake = FakeMemsyClient(timeout=1)
    fake.service.faults.delay_next("status", 60, after=1)
    with pytest.raises(MemsyTimeoutError) as excinfo:
        fake.wait_until_processed(["e1"], timeout=2, poll_interval=2)
    assert (excinfo.value.attempts, excinfo.value.request_id) == (2, None)
    assert "still pending" in str(excinfo.value)


@in_both_modes
def test_request_id_with_the_key_is_masked_and_cut(make_client: MakeClient) -> None:
    text = f"{KEY}\x1b[2J{'x' * 5_000}"
    for status, body in ((404, b""), (200, b"[]")):
        error = failed_search(make_client, HTTPResponse(status, {"x-request-id": text}, body))
        assert KEY not in f"{error!s}{error!r}{error.request_id}"
        assert str(error).isprintable()
        assert len(str(error)) <= MAX_MESSAGE
        assert len(error.request_id or "") <= 100


@in_both_modes
def test_long_message_leaves_room_for_the_request_id(make_client: MakeClient) -> None:
    response = HTTPResponse(404, {"x-request-id": "r1"}, b"x" * 10_000)
    text = str(failed_search(make_client, response))
    assert text.endswith("xxx ... (POST /search, 1 attempt, request id r1)")
    assert len(text) == MAX_MESSAGE


@in_both_modes
def test_error_keeps_its_request_id_in_a_pickle_and_a_copy(make_client: MakeClient) -> None:
    error = failed_search(make_client, HTTPResponse(404, {"x-request-id": "r1"}))
    for clone in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(clone) is NotFoundError
        assert (clone.request_id, clone.route, clone.message) == (
            "r1",
            "POST /search",
            error.message,
        )
        assert str(clone) == str(error)


def test_error_of_the_official_constructor_has_a_message() -> None:
    error = MemsyAPIError("no", 400, "detail")
    assert (str(error), error.message, error.route, error.request_id) == ("no", "no", None, None)


@in_both_modes
def test_validation_error_of_a_later_request_keeps_its_details(make_client: MakeClient) -> None:
    body = b'{"detail": [{"loc": ["body", "event_ids", 3], "msg": "too long"}]}'
    ok = HTTPResponse(200, {}, b'{"total": 500}')
    rejected = HTTPResponse(422, {"x-request-id": "r2"}, body)
    ids = [f"e{n}" for n in range(501)]
    with pytest.raises(ValidationError) as excinfo:
        result(make_client, lambda client: client.status(ids), ok, rejected)
    assert str(excinfo.value) == (
        "Memsy API error 422: event_ids.503: too long (POST /status, 1 attempt, request id r2)"
    )
