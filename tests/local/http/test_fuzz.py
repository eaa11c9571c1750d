"""Fuzzing of the local service: no 5xx but the 501 of clear, and no change after an error."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from memsy._core.http import HTTPRequest
from memsy._endpoints import endpoints
from memsy.local import LocalService
from memsy.local.clock import Clock
from memsy.local.http.routing_table import ROUTES
from tests.support.endpoints import full_path
from tests.support.service_requests import ServiceClient, event

SERVICE = LocalService(clock=Clock())
"""Shared by all examples, so a corrupted state shows up in later examples."""

VALID_HEADERS = {
    "authorization": "Bearer msy_local",
    "content-type": "application/json",
}
METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"]) | st.text(max_size=8)
PATHS = [
    "/" + "/".join("x%2Fy" if segment[:1] == "{" else segment for segment in route.pattern)
    for route in ROUTES
]
ANY_TEXT = st.text(st.characters())  # lone surrogates too
TARGETS = (
    ANY_TEXT
    | st.builds("{}?{}".format, st.sampled_from(PATHS), ANY_TEXT)
    | st.builds("/{}/{}".format, st.sampled_from(["v1", "api", "api/connectors"]), ANY_TEXT)
    | st.builds("/v1/actors/{}?org_id={}&limit={}".format, ANY_TEXT, ANY_TEXT, ANY_TEXT)
)
BODY_ENDPOINTS = [endpoint for endpoint in endpoints() if endpoint.body]
NAMES = st.sampled_from(
    sorted({*event(), *(name for entry in BODY_ENDPOINTS for name in entry.body)})
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.just(event()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=12,
)
POST_PATHS = [
    full_path(entry) for entry in BODY_ENDPOINTS if entry.method == "POST" and "{" not in entry.path
]
BODIES = st.none() | st.binary() | JSON.map(lambda value: json.dumps(value).encode())


def state() -> object:
    return SERVICE.events, SERVICE.memories


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    METHODS,
    TARGETS,
    BODIES,
    st.just(VALID_HEADERS) | st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3),
)
@example("GET", "/v1/actors/\ud800?org_id=\ud800", None, VALID_HEADERS)
@example("\ud800", "/v1/\ud800", b"\xff", VALID_HEADERS)
@example(
    "POST", "/v1/search", b'{"query": "\\u0000"}', {**VALID_HEADERS, "authorization": "\ud800"}
)
def test_any_request_gets_a_valid_response(
    method: str, target: str, body: bytes | None, headers: dict[str, str]
) -> None:
    before = state()
    response = SERVICE.handle(HTTPRequest(method, target, body, headers))
    assert 200 <= response.status < 500 or target.startswith("/v1/clear/")
    if response.status != 204:
        json.loads(response.content)
    if response.status >= 300:
        assert state() == before


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(POST_PATHS), BODIES)
def test_any_body_gets_a_valid_response(path: str, body: bytes | None) -> None:
    before = state()
    response = SERVICE.handle(HTTPRequest("POST", path, body, VALID_HEADERS))
    assert 200 <= response.status < 500
    if response.status >= 300:
        assert state() == before


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_can_be_stored_and_searched(text: str) -> None:
    with LocalService(clock=Clock()) as service:
        api = ServiceClient(service)
        response = api.post("/v1/ingest", {"events": [event(text)]})
        if text.replace("\0", "").strip():
            assert response.status == 200
            assert service.events[0].content == text.replace("\0", "")
        else:
            assert response.status == 422
        assert api.post("/v1/search", {"query": text}).status in (200, 422)
