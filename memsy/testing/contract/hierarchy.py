"""Promises about organisations, roles and teams. They need the key of an admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from memsy.exceptions import AuthorizationError, ConflictError, NotFoundError
from memsy.models import OrgResource
from memsy.testing.contract.context import ContractContext, expect_error, same_items


@contextmanager
def _described(context: ContractContext, focus: str) -> Iterator[OrgResource]:
    """A description that is gone afterwards, and never one that somebody else has made."""
    org = context.memsy.orgs.create(context.org_id, "Mission Control", focus)
    try:
        yield org
    finally:
        context.memsy.orgs.delete(org.org_id)


def an_organisation_is_described_once(context: ContractContext) -> None:
    org_id = context.org_id
    with _described(context, "getting them home") as org:
        assert (org.org_id, org.name, org.focus) == (org_id, "Mission Control", "getting them home")
        assert org.promotion_prompt
        assert context.memsy.orgs.get(org_id) == org
        assert context.memsy.orgs.list() == [org]
        expect_error(ConflictError, lambda: context.memsy.orgs.create(org_id, "Again", "the same"))
    expect_error(NotFoundError, lambda: context.memsy.orgs.get(org_id))
    assert context.memsy.orgs.list() == []


def an_organisation_can_be_changed(context: ContractContext) -> None:
    orgs, org_id = context.memsy.orgs, context.org_id
    with _described(context, "landing"):
        changed = orgs.update(org_id, focus="getting them home")
        assert (changed.name, changed.focus) == ("Mission Control", "getting them home")
        edited = orgs.update(org_id, promotion_prompt="Keep procedures.")
        assert edited.promotion_prompt == "Keep procedures."
        assert orgs.update(org_id).promotion_prompt == "Keep procedures."
        assert "getting them home" in orgs.regenerate_prompt(org_id).promotion_prompt


def the_organisation_of_others_is_out_of_reach(context: ContractContext) -> None:
    error = expect_error(
        AuthorizationError, lambda: context.memsy.orgs.create("org_of_others", "Theirs", "theirs")
    )
    assert error.status_code == 403
    expect_error(AuthorizationError, lambda: context.memsy.roles.list("org_of_others"))
    expect_error(AuthorizationError, lambda: context.memsy.teams.list("org_of_others"))


def a_role_lives_from_create_to_delete(context: ContractContext) -> None:
    org_id, roles = context.org_id, context.memsy.roles
    role = roles.create(org_id, "Capcom", "talking to the crew")
    assert (role.org_id, role.name, role.focus) == (org_id, "Capcom", "talking to the crew")
    assert roles.get(role.role_id, org_id) == role
    renamed = roles.update(role.role_id, org_id, name="Capsule communicator")
    assert (renamed.name, renamed.focus) == ("Capsule communicator", "talking to the crew")
    prompt = roles.regenerate_prompt(role.role_id, org_id).promotion_prompt
    assert "Capsule communicator" in prompt
    roles.delete(role.role_id, org_id)
    expect_error(NotFoundError, lambda: roles.get(role.role_id, org_id))
    expect_error(NotFoundError, lambda: roles.delete(role.role_id, org_id))


def a_team_lives_from_create_to_delete(context: ContractContext) -> None:
    org_id, teams = context.org_id, context.memsy.teams
    team = teams.create(org_id, "White team", "the second shift")
    assert (team.org_id, team.name, team.focus) == (org_id, "White team", "the second shift")
    assert teams.get(team.team_id, org_id) == team
    renamed = teams.update(team.team_id, org_id, focus="the third shift")
    assert (renamed.name, renamed.focus) == ("White team", "the third shift")
    prompt = teams.regenerate_prompt(team.team_id, org_id).promotion_prompt
    assert "White team" in prompt
    teams.delete(team.team_id, org_id)
    expect_error(NotFoundError, lambda: teams.get(team.team_id, org_id))
    expect_error(NotFoundError, lambda: teams.delete(team.team_id, org_id))


def roles_and_teams_come_in_pages(context: ContractContext) -> None:
    org_id = context.org_id
    names = [context.unique_id("role") for _ in range(3)]
    made = [context.memsy.roles.create(org_id, name, "paging") for name in names]
    listed = [
        role.name
        for offset in range(0, 200, 2)
        for role in context.memsy.roles.list(org_id, limit=2, offset=offset)
    ]
    assert same_items([name for name in listed if name in names], *names)
    for role in made:
        context.memsy.roles.delete(role.role_id, org_id)


def deleting_a_role_keeps_its_memories(context: ContractContext) -> None:
    org_id = context.org_id
    role = context.memsy.roles.create(org_id, "Flight", "deciding")
    context.ingest_and_wait(context.event("We go around the moon", role=role.role_id))
    context.memsy.roles.delete(role.role_id, org_id)
    found = context.memsy.search(
        "moon", actor_id=context.unique_id("actor"), role_ids=[role.role_id]
    )
    assert [result.content for result in found.results] == ["We go around the moon"]
