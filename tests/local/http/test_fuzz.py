"""Whatever is sent: no failure of the service's own, and no change but by what is granted."""

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
"""One service for all examples, so that what one of them breaks, others meet."""

KNOWN = {
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
BODIES_OF = [endpoint for endpoint in endpoints() if endpoint.body]
NAMES = st.sampled_from(sorted({*event(), *(name for one in BODIES_OF for name in one.body)}))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.just(event()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=12,
)
READERS = [full_path(one) for one in BODIES_OF if one.method == "POST" and "{" not in one.path]
BODIES = st.none() | st.binary() | JSON.map(lambda value: json.dumps(value).encode())


def state() -> object:
    return SERVICE.events, SERVICE.memories


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(METHODS, TARGETS, BODIES, st.just(KNOWN) | st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3))
@example("GET", "/v1/actors/\ud800?org_id=\ud800", None, KNOWN)
@example("\ud800", "/v1/\ud800", b"\xff", KNOWN)
@example("POST", "/v1/search", b'{"query": "\\u0000"}', {**KNOWN, "authorization": "\ud800"})
def test_any_request_is_granted_or_refused(
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
@given(st.sampled_from(READERS), BODIES)
def test_any_body_is_granted_or_refused(path: str, body: bytes | None) -> None:
    before = state()
    response = SERVICE.handle(HTTPRequest("POST", path, body, KNOWN))
    assert 200 <= response.status < 500
    if response.status >= 300:
        assert state() == before


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_can_be_stored_and_searched_for(text: str) -> None:
    with LocalService(clock=Clock()) as service:
        ask = ServiceClient(service)
        answer = ask.post("/v1/ingest", {"events": [event(text)]})
        if text.replace("\0", "").strip():
            assert answer.status == 200
            assert service.events[0].content == text.replace("\0", "")
        else:
            assert answer.status == 422
        assert ask.post("/v1/search", {"query": text}).status in (200, 422)
