"""Organisations, roles and teams, from create to delete."""

from __future__ import annotations

from typing import Any

import pytest

from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

NEW = {"org_id": "org_local", "name": "Capcom", "focus": "talking to the crew"}
NOUNS = pytest.mark.parametrize("noun", ["role", "team"])
ANY_NOUN = pytest.mark.parametrize("noun", ["org", "role", "team"])


def created(ask: ServiceClient, noun: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """A new record: its path, the query that goes with the path, and itself."""
    answer = ask.post(f"/v1/{noun}s", NEW)
    assert answer.status == 200, answer
    record: dict[str, Any] = answer.body
    query = {} if noun == "org" else {"org_id": "org_local"}
    return f"/v1/{noun}s/{record[f'{noun}_id']}", query, record


@ANY_NOUN
def test_a_record_says_what_it_was_created_with(ask: ServiceClient, noun: str) -> None:
    path, query, record = created(ask, noun)
    assert record.items() >= NEW.items()
    assert record["created_at"] == record["updated_at"] == "2026-04-14T03:08:00Z"
    assert "talking to the crew" in record["promotion_prompt"]
    assert isinstance(record["prompt_meta"], dict)
    assert ask.get(path, **query).body == record


@ANY_NOUN
def test_records_are_a_bare_list(ask: ServiceClient, noun: str) -> None:
    assert ask.get(f"/v1/{noun}s", **({} if noun == "org" else {"org_id": "org_local"})).body == []
    _, query, record = created(ask, noun)
    assert ask.get(f"/v1/{noun}s", **query).body == [record]


@NOUNS
def test_lists_come_in_pages_in_the_order_of_creation(ask: ServiceClient, noun: str) -> None:
    made = [created(ask, noun)[2] for _ in range(5)]
    pages = [
        ask.get(f"/v1/{noun}s", org_id="org_local", limit=2, offset=offset).body
        for offset in (0, 2, 4, 6)
    ]
    assert pages == [made[:2], made[2:4], made[4:], []]


@ANY_NOUN
def test_only_what_is_named_changes(ask: ServiceClient, clock: Clock, noun: str) -> None:
    path, query, record = created(ask, noun)
    clock.advance(60)
    changed = ask.patch(path, {"focus": "listening", "name": None}, **query).body
    assert changed == {**record, "focus": "listening", "updated_at": "2026-04-14T03:09:00Z"}


@ANY_NOUN
def test_a_change_of_nothing_is_no_error(ask: ServiceClient, noun: str) -> None:
    path, query, record = created(ask, noun)
    assert ask.patch(path, {}, **query).body == record


@ANY_NOUN
def test_a_prompt_can_be_edited_and_written_anew(ask: ServiceClient, noun: str) -> None:
    path, query, record = created(ask, noun)
    edited = ask.patch(path, {"promotion_prompt": "Keep all.", "focus": "less"}, **query).body
    assert (edited["promotion_prompt"], edited["focus"]) == ("Keep all.", "less")
    assert edited["prompt_meta"] != record["prompt_meta"]
    anew = ask.post(f"{path}/regenerate-prompt", **query).body
    assert "less" in anew["promotion_prompt"]


@ANY_NOUN
def test_what_is_deleted_is_gone(ask: ServiceClient, noun: str) -> None:
    path, query, _ = created(ask, noun)
    answer = ask.delete(path, **query)
    assert (answer.status, answer.body) == (204, None)
    assert ask.get(path, **query).status == 404
    assert ask.delete(path, **query).status == 404
    assert ask.patch(path, {}, **query).status == 404
    assert ask.post(f"{path}/regenerate-prompt", **query).status == 404


@NOUNS
def test_an_id_is_never_given_twice(ask: ServiceClient, noun: str) -> None:
    path, query, record = created(ask, noun)
    ask.delete(path, **query)
    assert created(ask, noun)[2][f"{noun}_id"] != record[f"{noun}_id"]


def test_the_key_s_organisation_is_created_once(ask: ServiceClient) -> None:
    created(ask, "org")
    answer = ask.post("/v1/orgs", NEW)
    assert (answer.status, answer.body["error"]) == (409, "already_exists")


@ANY_NOUN
def test_another_organisation_is_out_of_reach(ask: ServiceClient, noun: str) -> None:
    path, query, _ = created(ask, noun)
    assert ask.post(f"/v1/{noun}s", {**NEW, "org_id": "org_other"}).status == 403
    if noun == "org":
        path = "/v1/orgs/org_other"
    else:
        query = {"org_id": "org_other"}
        assert ask.get(f"/v1/{noun}s", **query).status == 403
    for answer in (
        ask.get(path, **query),
        ask.patch(path, {"name": "x"}, **query),
        ask.post(f"{path}/regenerate-prompt", **query),
        ask.delete(path, **query),
    ):
        assert (answer.status, answer.body["error"]) == (403, "wrong_org")


@NOUNS
def test_the_organisation_must_be_named(ask: ServiceClient, noun: str) -> None:
    path, _, _ = created(ask, noun)
    missing = [(["query", "org_id"], "missing")]
    assert ask.get(f"/v1/{noun}s").validation_errors == missing
    assert ask.get(path).validation_errors == missing
    assert ask.patch(path, {}).validation_errors == missing
    assert ask.delete(path).validation_errors == missing
    assert ask.post(f"{path}/regenerate-prompt").validation_errors == missing


@ANY_NOUN
def test_all_of_a_new_record_must_be_there(ask: ServiceClient, noun: str) -> None:
    assert ask.post(f"/v1/{noun}s", {"name": "x" * 101, "focus": " "}).validation_errors == [
        (["body", "org_id"], "missing"),
        (["body", "name"], "string_too_long"),
        (["body", "focus"], "string_too_short"),
    ]


@ANY_NOUN
def test_nothing_can_be_made_blank(ask: ServiceClient, noun: str) -> None:
    path, query, _ = created(ask, noun)
    assert ask.patch(path, {"name": "", "promotion_prompt": 7}, **query).validation_errors == [
        (["body", "name"], "string_too_short"),
        (["body", "promotion_prompt"], "string_type"),
    ]


def test_a_role_is_no_team(ask: ServiceClient) -> None:
    _, query, role = created(ask, "role")
    assert ask.get(f"/v1/teams/{role['role_id']}", **query).status == 404


def test_deleting_a_role_keeps_its_memories(ask: ServiceClient) -> None:
    path, query, role = created(ask, "role")
    ask.ingest("hello", role_id=role["role_id"])
    ask.delete(path, **query)
    assert ask.found("hello", actor_id="haise", role_ids=[role["role_id"]]) == ["hello"]
