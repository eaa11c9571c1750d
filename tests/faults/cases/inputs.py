"""Invalid arguments, which every client rejects before it sends anything (I01 to I04)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from attrs import evolve

from memsy import MemsyConfigurationError
from memsy.models import EventPayload
from tests.faults.calls import Client, ClientCall, clearing, ingesting, searching
from tests.faults.case import Case
from tests.faults.cases.environment import through_proxy
from tests.faults.expectations import raises_before_sending, returns
from tests.faults.scenario import (
    FOUND_RESPONSE,
    Endpoint,
    http_response,
    raw_responses,
    responses,
)
from tests.support.search_responses import FOUND, FOUND_BYTES

BAD_KEYS: dict[str, Any] = {
    "empty": "",
    "line-break-at-end": "msy_hunter2\n",
    "header-after-it": "msy_hunter2\r\nX-Evil: hunter2",
    "carriage-return": "msy_\rhunter2",
    "leading-space": " msy_hunter2",
    "inner-space": "msy_ hunter2",
    "tab": "msy_hunter2\t",
    "nul": "msy_\0hunter2",
    "del": "msy_hunter2\x7f",
    "letter-not-ascii": "msy_hunter2ä",
    "symbol-not-ascii": "msy_hunter2\N{KEY}",
    "lone-surrogate": "msy_hunter2\ud800",
    "bytes": b"msy_hunter2",
    "list": ["msy_hunter2"],
}


class Word(str, Enum):
    """Texts of an application; `str()` of a member is `Word.TEA`."""

    TEA = "tea"


VALID_IDS: dict[str, tuple[str, str]] = {
    "plain": ("user_42", "user_42"),
    "tilde": ("~", "~"),
    "three-dots": ("...", "..."),
    "escaped-dots": ("%2e%2e", "%252e%252e"),
    "escaped-dot": ("%2E", "%252E"),
    "percent": ("%", "%25"),
    "slash": ("a/b", "a%2Fb"),
    "parent-folder": ("../roles", "..%2Froles"),
    "parent-folder-backslash": ("..\\roles", "..%5Croles"),
    "question-mark": ("a?b", "a%3Fb"),
    "hash": ("a#b", "a%23b"),
    "semicolon": ("a;b", "a%3Bb"),
    "space": ("a b", "a%20b"),
    "plus-and-ampersand": ("a+b&c=d", "a%2Bb%26c%3Dd"),
    "colon": ("slack:T1:U1", "slack%3AT1%3AU1"),
    "url": ("http://evil/", "http%3A%2F%2Fevil%2F"),
    "at-sign": ("@evil", "%40evil"),
    "umlaut": ("ä", "%C3%A4"),
    "combining-umlaut": ("a\u0308", "a%CC%88"),
    "emoji": ("\N{ROCKET}", "%F0%9F%9A%80"),
    "right-to-left-override": ("\N{RIGHT-TO-LEFT OVERRIDE}a", "%E2%80%AEa"),
    "256-characters": ("x" * 256, "x" * 256),
    "enum-member": (Word.TEA, "tea"),
}
"""Ids, with their path segments."""
INVALID_SEGMENTS: dict[str, object] = {
    "one-dot": ".",
    "two-dots": "..",
    "nul": "a\0b",
    "cr-lf": "a\r\nX-Evil: 1",
    "line-feed": "a\n",
    "del": "a\x7f",
}
"""Ids that are valid in a body, but not in a path."""
INVALID_IDS: dict[str, object] = {
    "empty": "",
    "blank": "  ",
    "lone-surrogate": "a\ud800",
    "20-kb": "x" * 20_000,
    "257-characters": "x" * 257,
    "bytes": b"a",
    "number": 7,
}
"""Ids that are valid nowhere."""

_NOON = datetime(2026, 4, 14, 12)  # noqa: DTZ001 - without a time zone on purpose

_CYCLE: dict[str, object] = {}
_CYCLE["itself"] = _CYCLE


def _nested(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


def _ingest(memsy: Client, events: object) -> object:
    return memsy.ingest(events)  # type: ignore[arg-type]  # invalid on purpose


def ingesting_events(events: object) -> ClientCall:
    return lambda memsy: _ingest(memsy, events)


INVALID_CALLS: dict[str, tuple[ClientCall, str]] = {
    "threshold-nan": (
        searching("tea", threshold=float("nan")),
        "threshold must be a finite number, 0 or more, got ",
    ),
    "threshold-infinity": (
        searching("tea", threshold=float("inf")),
        "threshold must be a finite number, 0 or more, got ",
    ),
    "metadata-nan": (ingesting("tea", metadata={"a": float("nan")}), "metadata.a cannot "),
    "query-lone-surrogate": (searching("\ud800"), "query must not contain a lone surrogate"),
    "content-lone-surrogate": (ingesting("tea", "\ud800"), "ingest: events[1].content cannot "),
    "metadata-lone-surrogate": (ingesting("tea", metadata={"a": "\ud800"}), "metadata.a cannot "),
    "metadata-text-lone-surrogate": (
        ingesting("tea", metadata="\ud800"),
        "ingest: events[0].metadata cannot ",
    ),
    "metadata-name-lone-surrogate": (
        ingesting("tea", metadata={"\ud800": 1}),
        "metadata cannot be encoded as JSON: the key '\\ud800' ",
    ),
    "query-bytes": (lambda memsy: memsy.search(b"tea"), "query must be a str"),  # type: ignore[arg-type]  # invalid on purpose
    "content-bytes": (ingesting("tea", b"tea"), "ingest: events[1].content cannot "),
    "content-of-event-1100-bytes": (
        ingesting(*["tea"] * 1100, b"tea"),
        "ingest: events[1100].content cannot ",
    ),
    "content-uuid": (ingesting(UUID(int=1)), "ingest: events[0].content cannot "),
    "content-datetime": (ingesting(_NOON), "ingest: events[0].content cannot "),
    "role-id-uuid": (ingesting("tea", role_id=UUID(int=1)), "ingest: events[0].role_id cannot "),
    "metadata-with-bytes": (ingesting("tea", metadata={"a": b"tea"}), "metadata.a cannot "),
    "metadata-with-datetime": (
        ingesting("tea", metadata={"tags": [{"at": _NOON}]}),
        "EventPayload: metadata.tags[0].at cannot ",
    ),
    "metadata-bytes": (ingesting("tea", metadata=b"{}"), "metadata must be JSON text"),
    "content-set": (ingesting({"tea"}), "ingest: events[0].content cannot "),
    "metadata-with-set": (ingesting("tea", metadata={"a": {1}}), "metadata.a cannot "),
    "metadata-cycle": (ingesting("tea", metadata=_CYCLE), "it contains itself"),
    "metadata-nested-100000-deep": (
        ingesting("tea", metadata={"a": _nested(100_000)}),
        "nested too deeply",
    ),
    "metadata-with-object": (ingesting("tea", metadata={"a": object()}), "metadata.a cannot "),
    "metadata-with-tuple-as-key": (
        ingesting("tea", metadata={"a": {(1, 2): 3}}),
        "metadata.a cannot be encoded as JSON: the key (1, 2) is not a str",
    ),
    "metadata-with-equal-keys": (
        ingesting("tea", metadata={1: "a", "1": "b"}),
        "the keys 1 and '1' become the same text",
    ),
    "ts-without-time-zone": (ingesting("tea", ts=_NOON), "EventPayload: ts must have a time zone"),
    "ts-number": (ingesting("tea", ts=1_776_124_800), "EventPayload: ts must be ISO 8601 text or"),
    "limit-of-64-bits": (searching("tea", limit=2**63), "limit must be from "),
    "limit-float": (searching("tea", limit=1.5), "limit must be a whole number"),
    "threshold-string": (searching("tea", threshold="0.5"), "threshold must be a number"),
    "role-ids-string": (searching("tea", role_ids="r1"), "role_ids must be a list"),
    "team-ids-with-none": (searching("tea", team_ids=["t1", None]), "team_ids[1] must be a str"),
    "query-none": (lambda memsy: memsy.search(None), "query must be a str"),  # type: ignore[arg-type]  # invalid on purpose
    "events-one-event": (
        ingesting_events(EventPayload("u1", "s1", "app_event", "tea")),
        "events must be a list",
    ),
    "events-string": (ingesting_events("tea"), "events must be a list"),
    "events-of-dicts": (
        ingesting_events([{"content": "tea"}]),
        "events[0] must be an EventPayload",
    ),
}
"""Calls that cannot be sent, with a part of the message, which names the culprit."""


@contextmanager
def base_url_with_escaped_line_break() -> Iterator[Endpoint]:
    with raw_responses(FOUND_BYTES)() as endpoint:
        yield evolve(endpoint, base_url=f"{endpoint.base_url}%0d%0a")


CASES = [
    *(
        Case(
            "I01",
            f"invalid-key-{variant}",
            responses(FOUND_RESPONSE),
            raises_before_sending(
                MemsyConfigurationError,
                "key",
                client_created=False,
                never_shows=["hunter2", "msy_", "Evil"],
            ),
            options={"api_key": key},
        )
        for variant, key in BAD_KEYS.items()
    ),
    *(
        Case(
            "I02",
            f"id-in-path-{variant}",
            responses(http_response(200, {})),
            returns(targets=[f"DELETE /v1/clear/{segment}"]),
            clearing(id),
        )
        for variant, (id, segment) in VALID_IDS.items()
    ),
    *(
        Case(
            "I02",
            f"invalid-id-in-path-{variant}",
            responses(FOUND_RESPONSE),
            raises_before_sending(MemsyConfigurationError, "container_tag "),
            clearing(id),
        )
        for variant, id in {**INVALID_IDS, **INVALID_SEGMENTS, "none": None}.items()
    ),
    *(
        Case(
            "I02",
            f"id-in-body-{variant}",
            responses(FOUND_RESPONSE),
            returns(FOUND, targets=["POST /v1/search"]),
            searching("tea", actor_id=id),
        )
        for variant, id in {
            **{variant: id for variant, (id, _) in VALID_IDS.items()},
            **INVALID_SEGMENTS,
        }.items()
    ),
    *(
        Case(
            "I02",
            f"invalid-id-in-body-{variant}",
            responses(FOUND_RESPONSE),
            raises_before_sending(MemsyConfigurationError, "actor_id "),
            searching("tea", actor_id=id),
        )
        for variant, id in INVALID_IDS.items()
    ),
    *(
        Case(
            "I03",
            f"invalid-argument-{variant}",
            responses(FOUND_RESPONSE),
            raises_before_sending(MemsyConfigurationError, message),
            call,
        )
        for variant, (call, message) in INVALID_CALLS.items()
    ),
    *(
        Case(
            "I04",
            f"header-injection-in-{option}-{variant}",
            responses(FOUND_RESPONSE),
            raises_before_sending(
                MemsyConfigurationError, option, client_created=False, never_shows=["hunter2"]
            ),
            options={option: value},
            reason="these options and the key of I01 are all that reaches the head of a request",
        )
        for option, variant, value in [
            ("base_url", "cr-lf", "http://127.0.0.1:1/v1\r\nX-Evil: 1"),
            ("base_url", "line-feed", "http://127.0.0.1:1\n/v1"),
            ("base_url", "carriage-return", "http://127.0.0.1\r:1/v1"),
            ("base_url", "http-version", "http://127.0.0.1:1/v1 HTTP/1.1"),
            ("proxy", "cr-lf", "http://127.0.0.1:1\r\nX-Evil: 1"),
            ("proxy", "cr-lf-in-password", "http://me:hunter2\r\n@127.0.0.1:1"),
        ]
    ),
    Case(
        "I04",
        "header-injection-in-base_url-escaped",
        base_url_with_escaped_line_break,
        returns(FOUND, targets=["POST /v1%0d%0a/search"]),
        reason="the line break stays escaped",
    ),
    Case(
        "I04",
        "header-injection-in-proxy-user-escaped",
        through_proxy(user="me%0d%0aX-Evil:%201@"),
        returns(FOUND),
        reason="the user is sent in base 64",
    ),
]
