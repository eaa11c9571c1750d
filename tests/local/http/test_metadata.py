"""Event metadata in search results: JSON object or raw text."""

from __future__ import annotations

import pytest

from tests.support.service_requests import ServiceClient

RAW_TEXTS = [
    "plain",
    "[1]",
    "null",
    "7",
    '"x"',
    "{",
    " ",
    "[" * 4000,
    '{"a":' * 600 + "1" + "}" * 600,
    '{"a": NaN}',
    '{"a": [-Infinity]}',
    '{"a": 1e999}',
    '{"a": "\\ud800"}',
    '{"\\udc00": 1}',
]


def search_metadata(api: ServiceClient, text: str) -> object:
    """Return the source metadata in the search result for an event with metadata `text`."""
    (event_id,) = api.ingest("tea", metadata=text)
    (result,) = api.search("tea")
    (entry,) = result["metadata"]["source_metadata"]
    assert entry.pop("event_id") == event_id
    return entry


def test_metadata_json_object_is_returned_as_object(api: ServiceClient) -> None:
    text = '{"page": 7, "tags": ["é", null, {"deep": [1.5, true]}], "face": "\\ud83d\\ude00"}'
    assert search_metadata(api, text) == {
        "metadata": {
            "page": 7,
            "tags": ["é", None, {"deep": [1.5, True]}],
            "face": "\N{GRINNING FACE}",
        }
    }


@pytest.mark.parametrize("text", RAW_TEXTS)
def test_metadata_that_is_not_a_json_object_is_returned_as_raw_text(
    api: ServiceClient, text: str
) -> None:
    assert search_metadata(api, text) == {"raw": text}


def test_metadata_list_is_empty_without_metadata(api: ServiceClient) -> None:
    api.ingest("tea", metadata="")
    (result,) = api.search("tea")
    assert result["metadata"]["source_metadata"] == []
