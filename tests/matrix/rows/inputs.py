"""I: what callers say, and should not: refused before anything is sent, in every client alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import evolve

from memsy import MemsyConfigurationError
from memsy.models import EventPayload
from tests.matrix.calls import FOUND, Call, Client, clear, ingesting, searching
from tests.matrix.expecting import answers, refuses
from tests.matrix.row import Row
from tests.matrix.rows.environment import through_a_proxy
from tests.matrix.stage import FINE, GOOD, Place, replies, saying, says

BAD_KEYS: dict[str, Any] = {
    "empty": "",
    "a line break at its end": "msy_hunter2\n",
    "a header after it": "msy_hunter2\r\nX-Evil: hunter2",
    "a carriage return": "msy_\rhunter2",
    "a space at its head": " msy_hunter2",
    "a space within": "msy_ hunter2",
    "a tab": "msy_hunter2\t",
    "NUL": "msy_\0hunter2",
    "DEL": "msy_hunter2\x7f",
    "a letter that is not ASCII": "msy_hunter2ä",
    "a sign that is no letter": "msy_hunter2\N{KEY}",
    "a lone surrogate": "msy_hunter2\ud800",
    "bytes": b"msy_hunter2",
    "a list": ["msy_hunter2"],
}

SEGMENTS: dict[str, str] = {
    "user_42": "user_42",
    "~": "~",
    "...": "...",
    "%2e%2e": "%252e%252e",
    "%2E": "%252E",
    "%": "%25",
    "a/b": "a%2Fb",
    "../roles": "..%2Froles",
    "..\\roles": "..%5Croles",
    "a?b": "a%3Fb",
    "a#b": "a%23b",
    "a;b": "a%3Bb",
    "a b": "a%20b",
    "a+b&c=d": "a%2Bb%26c%3Dd",
    "slack:T1:U1": "slack%3AT1%3AU1",
    "http://evil/": "http%3A%2F%2Fevil%2F",
    "@evil": "%40evil",
    "ä": "%C3%A4",
    "a\u0308": "a%CC%88",
    "\N{ROCKET}": "%F0%9F%9A%80",
    "\N{RIGHT-TO-LEFT OVERRIDE}a": "%E2%80%AEa",
    "x" * 256: "x" * 256,
}
"""Ids, and what stands in the path for them."""
NO_SEGMENTS: dict[str, object] = {
    "empty": "",
    "blank": "  ",
    "one dot": ".",
    "two dots": "..",
    "NUL": "a\0b",
    "CR LF": "a\r\nX-Evil: 1",
    "a line feed": "a\n",
    "DEL": "a\x7f",
    "a lone surrogate": "a\ud800",
    "20 KB": "x" * 20_000,
    "257 characters": "x" * 257,
    "bytes": b"a",
    "a number": 7,
    "None": None,
}
NO_IDS = ("empty", "blank", "a lone surrogate", "20 KB", "257 characters", "bytes", "a number")

_CYCLE: dict[str, object] = {}
_CYCLE["itself"] = _CYCLE


def _nested(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


def _tell(memsy: Client, events: object) -> object:
    return memsy.ingest(events)  # type: ignore[arg-type]  # careless


def telling(events: object) -> Call:
    return lambda memsy: _tell(memsy, events)


UNSPEAKABLE: dict[str, Call] = {
    "NaN as threshold": searching("tea", threshold=float("nan")),
    "infinity as threshold": searching("tea", threshold=float("inf")),
    "NaN in metadata": ingesting("tea", metadata={"a": float("nan")}),
    "a lone surrogate as query": searching("\ud800"),
    "a lone surrogate as content": ingesting("\ud800"),
    "a lone surrogate in metadata": ingesting("tea", metadata={"a": "\ud800"}),
    "a lone surrogate as a name in metadata": ingesting("tea", metadata={"\ud800": 1}),
    "bytes as query": lambda memsy: memsy.search(b"tea"),  # type: ignore[arg-type]  # careless
    "bytes as content": ingesting(b"tea"),
    "bytes in metadata": ingesting("tea", metadata={"a": b"tea"}),
    "bytes as metadata": ingesting("tea", metadata=b"{}"),
    "a set as content": ingesting({"tea"}),
    "a set in metadata": ingesting("tea", metadata={"a": {1}}),
    "metadata that contain themselves": ingesting("tea", metadata=_CYCLE),
    "metadata nested deeply": ingesting("tea", metadata={"a": _nested(100_000)}),
    "an object of some kind in metadata": ingesting("tea", metadata={"a": object()}),
    "a limit of more than 64 bits": searching("tea", limit=2**63),
    "a limit that is no whole number": searching("tea", limit=1.5),
    "a text for a number": searching("tea", threshold="0.5"),
    "a text for a list of ids": searching("tea", role_ids="r1"),
    "None among ids": searching("tea", team_ids=["t1", None]),
    "None as query": lambda memsy: memsy.search(None),  # type: ignore[arg-type]  # careless
    "one event for a list of them": telling(EventPayload("u1", "s1", "app_event", "tea")),
    "a text for a list of events": telling("tea"),
    "an object of JSON for an event": telling([{"content": "tea"}]),
}


@contextmanager
def below_an_escaped_line_break() -> Iterator[Place]:
    with saying(FINE)() as place:
        yield evolve(place, base_url=f"{place.base_url}%0d%0a")


ROWS = [
    *(
        Row(
            "I01",
            f"a key: {what}",
            replies(GOOD),
            refuses(
                MemsyConfigurationError, "key", is_made=False, hides=["hunter2", "msy_", "Evil"]
            ),
            options={"api_key": key},
        )
        for what, key in BAD_KEYS.items()
    ),
    *(
        Row(
            "I02",
            f"an id: {ascii(id)[:40]}",
            replies(says(200, {})),
            answers(targets=[f"DELETE /v1/clear/{segment}"]),
            clear(id),
        )
        for id, segment in SEGMENTS.items()
    ),
    *(
        Row(
            "I02",
            f"no id: {what}",
            replies(GOOD),
            refuses(MemsyConfigurationError, "container_tag "),
            clear(id),
        )
        for what, id in NO_SEGMENTS.items()
    ),
    *(
        Row(
            "I02",
            f"an id to search for: {ascii(id)[:40]}",
            replies(GOOD),
            answers(FOUND, targets=["POST /v1/search"]),
            searching("tea", actor_id=id),
        )
        for id in (*SEGMENTS, ".", "..", "a\0b", "a\r\nX-Evil: 1", "a\x7f")
    ),
    *(
        Row(
            "I02",
            f"no id to search for: {what}",
            replies(GOOD),
            refuses(MemsyConfigurationError, "actor_id "),
            searching("tea", actor_id=NO_SEGMENTS[what]),
        )
        for what in NO_IDS
    ),
    *(
        Row("I03", what, replies(GOOD), refuses(MemsyConfigurationError), call)
        for what, call in UNSPEAKABLE.items()
    ),
    *(
        Row(
            "I04",
            f"a line break in {option}: {value!r}",
            replies(GOOD),
            refuses(MemsyConfigurationError, option, is_made=False, hides=["hunter2"]),
            options={option: value},
            why="no option sets a header or the user agent: of what does stand in a head, the key"
            " is in I01, and this is all else",
        )
        for option, value in [
            ("base_url", "http://127.0.0.1:1/v1\r\nX-Evil: 1"),
            ("base_url", "http://127.0.0.1:1\n/v1"),
            ("base_url", "http://127.0.0.1\r:1/v1"),
            ("base_url", "http://127.0.0.1:1/v1 HTTP/1.1"),
            ("proxy", "http://127.0.0.1:1\r\nX-Evil: 1"),
            ("proxy", "http://me:hunter2\r\n@127.0.0.1:1"),
        ]
    ),
    Row(
        "I04",
        "an escaped line break in base_url",
        below_an_escaped_line_break,
        answers(FOUND, targets=["POST /v1%0d%0a/search"]),
        why="it stays escaped",
    ),
    Row(
        "I04",
        "an escaped line break in the user of a proxy",
        through_a_proxy(user="me%0d%0aX-Evil:%201@"),
        answers(FOUND),
        why="it is sent in base 64",
    ),
]
