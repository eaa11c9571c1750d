"""Console events endpoint: fields, filters, sort and pages."""

from __future__ import annotations

import pytest

from memsy.local import ServiceConfig
from tests.support.service_requests import ServiceClient

PATH = "/api/console/events"


def contents(api: ServiceClient, **query: object) -> list[str]:
    response = api.get(PATH, **query)
    assert response.status == 200, response
    return [item["content"] for item in response.body["items"]]


@pytest.fixture
def conversation(api: ServiceClient) -> ServiceClient:
    """Four events, the last two with the same time."""
    api.ingest("one", ts="2026-04-13T01:00:00Z", session_id="tape-2")
    api.ingest("two", ts="2026-04-13T00:00:00Z", actor_id="swigert")
    api.ingest("three", "four", kind="app_event")
    return api


def test_ingested_event_is_listed(api: ServiceClient) -> None:
    (event_id,) = api.ingest("hello", ts="2026-04-13T02:00:00+02:00", metadata='{"page": 7}')
    assert api.get(PATH).body == {
        "items": [
            {
                "event_id": event_id,
                "org_id": "org_local",
                "actor_id": "lovell",
                "session_id": "tape-1",
                "kind": "user_message",
                "content": "hello",
                "ts": "2026-04-13T00:00:00Z",
                "metadata": {"page": 7},
                "ingested_at": "2026-04-14T03:08:00Z",
            }
        ],
        "total": 1,
        "limit": 50,
        "offset": 0,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, None), ("plain", {"raw": "plain"}), ("[1]", {"raw": "[1]"}), ("{}", {})],
)
def test_metadata_is_an_object_or_null(
    api: ServiceClient, text: str | None, expected: object
) -> None:
    api.ingest("hello", metadata=text)
    assert api.get(PATH).body["items"][0]["metadata"] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["four", "three", "one", "two"]),
        ({"sort": "ts_desc"}, ["four", "three", "one", "two"]),
        ({"sort": "ts_asc"}, ["two", "one", "three", "four"]),
        ({"actor_id": "swigert"}, ["two"]),
        ({"session_id": "tape-2"}, ["one"]),
        ({"kind": "app_event"}, ["four", "three"]),
        ({"kind": "note"}, []),
        ({"kind": "user_message", "session_id": "tape-1"}, ["two"]),
    ],
)
def test_events_are_filtered_and_sorted(
    conversation: ServiceClient, query: dict[str, object], expected: list[str]
) -> None:
    assert contents(conversation, **query) == expected
    assert conversation.get(PATH, **query).body["total"] == len(expected)


@pytest.mark.parametrize("sort", ["ts_desc", "ts_asc"])
def test_pages_contain_each_event_once(api: ServiceClient, sort: str) -> None:
    """The order is stable although all events have the same time."""
    api.ingest(*(f"event {n}" for n in range(10)))
    pages = [contents(api, sort=sort, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert [content for page in pages for content in page] == contents(api, sort=sort)


@pytest.mark.parametrize(
    ("query", "error_type"),
    [
        ({"limit": 0}, "greater_than_equal"),
        ({"limit": 201}, "less_than_equal"),
        ({"offset": -1}, "greater_than_equal"),
        ({"sort": "newest"}, "enum"),
        ({"actor_id": ""}, "string_too_short"),
    ],
)
def test_invalid_query_is_rejected(
    api: ServiceClient, query: dict[str, object], error_type: str
) -> None:
    ((name, _),) = query.items()
    assert api.get(PATH, **query).validation_errors == [(["query", name], error_type)]


def test_other_organisation_sees_no_events(conversation: ServiceClient) -> None:
    other_org = ServiceClient(
        conversation.service, conversation.service.issue_key(org_id="org_other")
    )
    assert other_org.get(PATH).body["total"] == 0


def test_pending_events_are_listed(api: ServiceClient) -> None:
    api.service.config = ServiceConfig(processing="manual")
    api.ingest("hello")
    assert contents(api) == ["hello"]
