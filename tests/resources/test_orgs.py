"""`client.orgs`: every byte, both colours."""

from __future__ import annotations

import pytest

from memsy import HTTPResponse, MemsyConfigurationError, OrgResource
from tests.recording import Call, Case, Colour, in_both_colours, outcome, record_of

BODY = {
    "org_id": "o1",
    "name": "Acme",
    "focus": "tea",
    "promotion_prompt": "Keep what is about tea.",
    "created_at": "2026-09-20T10:00:00Z",
    "updated_at": "2026-09-21T10:00:00Z",
}
ORG = OrgResource.from_dict(BODY)

CASES = {
    "list": Case(lambda m: m.orgs.list(), "GET", "/orgs", None, [BODY, BODY], [ORG, ORG]),
    "list of none": Case(lambda m: m.orgs.list(), "GET", "/orgs", None, None, []),
    "create": Case(
        lambda m: m.orgs.create("o1", "Acme", "tea"),
        "POST",
        "/orgs",
        '{"org_id":"o1","name":"Acme","focus":"tea"}',
        BODY,
        ORG,
    ),
    "get": Case(lambda m: m.orgs.get("o/1"), "GET", "/orgs/o%2F1", None, BODY, ORG),
    "update": Case(
        lambda m: m.orgs.update("o1", name="Acmé", focus="", promotion_prompt="Keep."),
        "PATCH",
        "/orgs/o1",
        '{"name":"Acmé","focus":"","promotion_prompt":"Keep."}',
        BODY,
        ORG,
    ),
    "update nothing": Case(lambda m: m.orgs.update("o1"), "PATCH", "/orgs/o1", "{}", BODY, ORG),
    "regenerate_prompt": Case(
        lambda m: m.orgs.regenerate_prompt("o1"),
        "POST",
        "/orgs/o1/regenerate-prompt",
        None,
        BODY,
        ORG,
    ),
    "delete": Case(
        lambda m: m.orgs.delete("o1"), "DELETE", "/orgs/o1", None, HTTPResponse(204), None
    ),
    "delete with an answer": Case(
        lambda m: m.orgs.delete("o1"), "DELETE", "/orgs/o1", None, {"deleted": 1}, None
    ),
}

UNSENDABLE: dict[str, Call] = {
    "create": lambda m: m.orgs.create("", "Acme", "tea"),
    "get": lambda m: m.orgs.get(".."),
    "update": lambda m: m.orgs.update(""),
    "regenerate_prompt": lambda m: m.orgs.regenerate_prompt("a\nb"),
    "delete": lambda m: m.orgs.delete("."),
}


@in_both_colours
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_method_says_this_and_no_more(colour: Colour, case: Case) -> None:
    case.check(colour)


@in_both_colours
@pytest.mark.parametrize("call", UNSENDABLE.values(), ids=UNSENDABLE)
def test_an_id_that_would_mean_something_else_is_not_sent(colour: Colour, call: Call) -> None:
    record = record_of({})
    with pytest.raises(MemsyConfigurationError, match="org_id "):
        outcome(colour, call, record)
    assert record.requests == []
