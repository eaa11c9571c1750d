"""Metadata, as search shows it."""

from __future__ import annotations

import pytest

from tests.support.service_requests import ServiceClient

RAW = [
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


def shown(ask: ServiceClient, text: str) -> object:
    """What is shown of an event's metadata beside the memory of it."""
    (event_id,) = ask.ingest("tea", metadata=text)
    (result,) = ask.search("tea")
    (entry,) = result["metadata"]["source_metadata"]
    assert entry.pop("event_id") == event_id
    return entry


def test_a_json_object_is_shown_as_one(ask: ServiceClient) -> None:
    text = '{"page": 7, "tags": ["é", null, {"deep": [1.5, true]}], "face": "\\ud83d\\ude00"}'
    assert shown(ask, text) == {
        "metadata": {
            "page": 7,
            "tags": ["é", None, {"deep": [1.5, True]}],
            "face": "\N{GRINNING FACE}",
        }
    }


@pytest.mark.parametrize("text", RAW)
def test_what_no_reply_could_carry_as_an_object_is_shown_raw(ask: ServiceClient, text: str) -> None:
    assert shown(ask, text) == {"raw": text}


def test_without_metadata_nothing_is_shown(ask: ServiceClient) -> None:
    ask.ingest("tea", metadata="")
    (result,) = ask.search("tea")
    assert result["metadata"]["source_metadata"] == []
