"""Asks a service as a client would, and says what it answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import frozen

from memsy._core.http import HTTPRequest
from memsy.local import LocalService


@frozen
class Answer:
    """A reply, its JSON read."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def refusal(self) -> tuple[int, str]:
        """The status and the code of a refusal of the control plane."""
        return self.status, self.body["detail"]["error"]

    @property
    def faults(self) -> list[tuple[list[str | int], str]]:
        """The place and the type of each fault of a 422."""
        assert self.status == 422, self
        return [(fault["loc"], fault["type"]) for fault in self.body["detail"]]


class Asking:
    """A caller of *service*, with the service's own key or another one."""

    def __init__(self, service: LocalService, api_key: str | None = None) -> None:
        self.service = service
        self.api_key = service.api_key if api_key is None else api_key

    def raw(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send just this, and a key; *headers* have underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"authorization": f"Bearer {self.api_key}", **named}
        response = self.service.handle(HTTPRequest(method, target, body, sent))
        said = json.loads(response.content) if response.content else None
        return Answer(response.status, response.headers, said)

    def get(self, path: str, **query: object) -> Answer:
        return self.raw("GET", f"{path}?{urlencode(query)}" if query else path)

    def delete(self, path: str, **query: object) -> Answer:
        return self.raw("DELETE", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: object = None, **query: object) -> Answer:
        return self._write("POST", path, body, query)

    def patch(self, path: str, body: object, **query: object) -> Answer:
        return self._write("PATCH", path, body, query)

    def put(self, path: str, body: object) -> Answer:
        return self._write("PUT", path, body, {})

    def ingest(self, *contents: str, **fields: object) -> list[str]:
        """Store an event for each of *contents*, alike but for that; give their ids."""
        answer = self.post("/v1/ingest", {"events": [event(c, **fields) for c in contents]})
        assert answer.status == 200, answer
        event_ids: list[str] = answer.body["event_ids"]
        return event_ids

    def search(self, query: str, **fields: object) -> list[dict[str, Any]]:
        answer = self.post("/v1/search", {"query": query, **fields})
        assert answer.status == 200, answer
        results: list[dict[str, Any]] = answer.body["results"]
        return results

    def found(self, query: str, **fields: object) -> list[str]:
        """The texts that a search finds, best first."""
        return [result["content"] for result in self.search(query, **fields)]

    def _write(self, method: str, path: str, body: object, query: Mapping[str, object]) -> Answer:
        target = f"{path}?{urlencode(query)}" if query else path
        if body is None:
            return self.raw(method, target)
        return self.raw(method, target, json.dumps(body).encode(), content_type="application/json")


def event(content: str = "hello", /, **fields: object) -> dict[str, object]:
    """An event as it is sent."""
    common = {"actor_id": "lovell", "session_id": "tape-1", "kind": "user_message"}
    return {**common, "content": content, **fields}
