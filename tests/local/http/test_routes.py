"""404 of the local service for a path below a wrong prefix, and the hint for the base URL."""

from __future__ import annotations

import pytest

from memsy import MemsyClient, MemsyControlClient, NotFoundError, RetryPolicy
from memsy.local import LocalServer
from tests.support.service_requests import ServiceClient

HINTS = {
    "/ingest": "; did you mean /v1/ingest? The base URL of the data plane ends with /v1",
    "/health": "; did you mean /v1/health? The base URL of the data plane ends with /v1",
    "/v1/v1/actors/x%2Fy": "; did you mean /v1/actors/x%2Fy? "
    "The base URL of the data plane ends with /v1",
    "/api/search": "; did you mean /v1/search? The base URL of the data plane ends with /v1",
    "/v1/keys": "; did you mean /api/keys? The base URL of the control plane ends with /api",
    "/usage/summary": "; did you mean /api/usage/summary? "
    "The base URL of the control plane ends with /api",
    "/v2/ingest": "",
    "/v1/nothing": "",
    "/": "",
    "/v1": "",
    "/v1/": "",
    "//v1/ingest": "",
}


@pytest.mark.parametrize("path", HINTS)
def test_path_without_a_route_gets_a_hint_for_the_base_url(api: ServiceClient, path: str) -> None:
    response = api.get(path)
    body = response.body.get("detail", response.body)
    assert response.status == 404
    assert body["message"] == f"the local service has no route GET {path}{HINTS[path]}"


def test_client_without_the_path_of_the_base_url_gets_both_hints() -> None:
    with LocalServer() as server:
        root = server.base_url.removesuffix("/v1")
        retry = RetryPolicy(max_retries=0)
        with (
            MemsyClient(root, server.api_key, retry=retry) as memsy,
            pytest.raises(NotFoundError) as excinfo,
        ):
            memsy.search("tea")
        assert str(excinfo.value) == (
            "Memsy API error 404: the local service has no route POST /search; "
            "did you mean /v1/search? The base URL of the data plane ends with /v1 "
            "(POST /search, 1 attempt, request id req_1) "
            "(the base URL has no path; it usually ends with /v1)"
        )
        with (
            MemsyControlClient(f"{root}/", server.api_key, retry=retry) as control,
            pytest.raises(NotFoundError, match=r"no path; it usually ends with /api\)$"),
        ):
            control.usage.summary()
        with (
            MemsyClient(server.base_url, server.api_key, retry=retry) as memsy,
            pytest.raises(NotFoundError) as excinfo,
        ):
            memsy.actors.get("ada")
        assert "base URL" not in str(excinfo.value)
