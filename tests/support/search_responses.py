"""Search responses as values, as JSON and as bytes on the wire."""

from __future__ import annotations

import json

from memsy.models import SearchResponse, SearchResult
from tests.support.raw_server import response

FOUND = SearchResponse([SearchResult("m1", "Likes green tea.", 0.5)])
FOUND_JSON = b'{"results":[{"id":"m1","content":"Likes green tea.","score":0.5}]}'
"""FOUND, as the service writes it."""
FOUND_BYTES = response(FOUND_JSON, "Content-Type: application/json")
"""FOUND, as it stands on the wire."""


def found(content: str) -> SearchResponse:
    """Return the search response that has `content` as its only result."""
    return SearchResponse([SearchResult("m1", content, 0.5)])


def echo_query(request: bytes) -> bytes:
    """Return the response to a search, with the query as its only result."""
    query = json.loads(request.partition(b"\r\n\r\n")[2])["query"]
    result = {"id": "m1", "content": query, "score": 0.5}
    return response(json.dumps({"results": [result]}).encode())
