"""Requests to a `LocalService`, as a client would send them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import frozen

from memsy._core.http import HTTPRequest
from memsy.local import LocalService


@frozen
class ServiceResponse:
    """Response of the service, with its JSON decoded."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def error(self) -> tuple[int, str]:
        """Status and error code of an error response of the control plane."""
        return self.status, self.body["detail"]["error"]

    @property
    def validation_errors(self) -> list[tuple[list[str | int], str]]:
        """Location and type of each item of a 422."""
        assert self.status == 422, self
        return [(item["loc"], item["type"]) for item in self.body["detail"]]


class ServiceClient:
    """Client of `service`, with the key of the service or another one."""

    def __init__(self, service: LocalService, api_key: str | None = None) -> None:
        self.service = service
        self.api_key = service.api_key if api_key is None else api_key

    def request(
        self, method: str, target: str, body: bytes | None = None, **headers: str
    ) -> ServiceResponse:
        """Send a request with the key; the names of `headers` have underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"authorization": f"Bearer {self.api_key}", **named}
        response = self.service.handle(HTTPRequest(method, target, body, sent))
        decoded = json.loads(response.content) if response.content else None
        return ServiceResponse(response.status, response.headers, decoded)

    def get(self, path: str, **query: object) -> ServiceResponse:
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path)

    def delete(self, path: str, **query: object) -> ServiceResponse:
        return self.request("DELETE", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: object = None, **query: object) -> ServiceResponse:
        return self._write("POST", path, body, query)

    def patch(self, path: str, body: object, **query: object) -> ServiceResponse:
        return self._write("PATCH", path, body, query)

    def put(self, path: str, body: object) -> ServiceResponse:
        return self._write("PUT", path, body, {})

    def ingest(self, *contents: str, **fields: object) -> list[str]:
        """Store an event for each of `contents`, with the same other `fields`; return the ids."""
        response = self.post("/v1/ingest", {"events": [event(c, **fields) for c in contents]})
        assert response.status == 200, response
        event_ids: list[str] = response.body["event_ids"]
        return event_ids

    def search(self, query: str, **fields: object) -> list[dict[str, Any]]:
        response = self.post("/v1/search", {"query": query, **fields})
        assert response.status == 200, response
        results: list[dict[str, Any]] = response.body["results"]
        return results

    def search_texts(self, query: str, **fields: object) -> list[str]:
        """Return the texts that a search finds, best match first."""
        return [result["content"] for result in self.search(query, **fields)]

    def _write(
        self, method: str, path: str, body: object, query: Mapping[str, object]
    ) -> ServiceResponse:
        target = f"{path}?{urlencode(query)}" if query else path
        if body is None:
            return self.request(method, target)
        return self.request(
            method, target, json.dumps(body).encode(), content_type="application/json"
        )


def event(content: str = "hello", /, **fields: object) -> dict[str, object]:
    """Return an event in the JSON of a request."""
    common = {"actor_id": "lovell", "session_id": "tape-1", "kind": "user_message"}
    return {**common, "content": content, **fields}
