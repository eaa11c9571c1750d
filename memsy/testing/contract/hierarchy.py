"""Contract tests of organisations, roles and teams. They need the key of an admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from memsy.exceptions import AuthorizationError, ConflictError, NotFoundError
from memsy.models import OrgResource
from memsy.testing.contract.context import ContractContext, expect_error, same_items


@contextmanager
def _organisation_record(context: ContractContext, focus: str) -> Iterator[OrgResource]:
    """Create the organisation record, and delete it after the block."""
    org = context.memsy.orgs.create(context.org_id, "Mission Control", focus)
    try:
        yield org
    finally:
        context.memsy.orgs.delete(org.org_id)


def organisation_record_is_created_once(context: ContractContext) -> None:
    """An organisation has at most one record; a second gets a 409 (wire contract 5.5)."""
    org_id = context.org_id
    with _organisation_record(context, "getting them home") as org:
        assert (org.org_id, org.name, org.focus) == (org_id, "Mission Control", "getting them home")
        assert org.promotion_prompt
        assert context.memsy.orgs.get(org_id) == org
        assert context.memsy.orgs.list() == [org]
        expect_error(ConflictError, lambda: context.memsy.orgs.create(org_id, "Again", "the same"))
    expect_error(NotFoundError, lambda: context.memsy.orgs.get(org_id))
    assert context.memsy.orgs.list() == []


def organisation_record_can_be_updated(context: ContractContext) -> None:
    """`orgs.update()` changes the given fields only (wire contract 5.5)."""
    orgs, org_id = context.memsy.orgs, context.org_id
    with _organisation_record(context, "landing"):
        changed = orgs.update(org_id, focus="getting them home")
        assert (changed.name, changed.focus) == ("Mission Control", "getting them home")
        edited = orgs.update(org_id, promotion_prompt="Keep procedures.")
        assert edited.promotion_prompt == "Keep procedures."
        assert orgs.update(org_id).promotion_prompt == "Keep procedures."
        assert "getting them home" in orgs.regenerate_prompt(org_id).promotion_prompt


def other_organisation_is_forbidden(context: ContractContext) -> None:
    """The id of another organisation gets a 403 (wire contract 5.5, 7.4)."""
    error = expect_error(
        AuthorizationError, lambda: context.memsy.orgs.create("another_org", "Theirs", "theirs")
    )
    assert error.status_code == 403
    expect_error(AuthorizationError, lambda: context.memsy.roles.list("another_org"))
    expect_error(AuthorizationError, lambda: context.memsy.teams.list("another_org"))


def role_can_be_created_updated_and_deleted(context: ContractContext) -> None:
    """A role can be created, fetched, updated and deleted (wire contract 5.5)."""
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


def team_can_be_created_updated_and_deleted(context: ContractContext) -> None:
    """A team can be created, fetched, updated and deleted (wire contract 5.5)."""
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


def roles_are_listed_in_pages(context: ContractContext) -> None:
    """`roles.list()` has pages, and `roles.iterate()` joins them (wire contract 5.5, 7.12)."""
    org_id = context.org_id
    names = [context.unique_id("role") for _ in range(3)]
    created = [context.memsy.roles.create(org_id, name, "paging") for name in names]
    listed = [
        role.name
        for offset in range(0, 200, 2)
        for role in context.memsy.roles.list(org_id, limit=2, offset=offset)
    ]
    assert same_items([name for name in listed if name in names], *names)
    iterated = [role.name for role in context.memsy.roles.iterate(org_id, page_size=2)]
    assert iterated == [role.name for role in context.memsy.roles.list(org_id)]
    assert same_items([name for name in iterated if name in names], *names)
    for role in created:
        context.memsy.roles.delete(role.role_id, org_id)


def deleting_a_role_keeps_its_memories(context: ContractContext) -> None:
    """Deleting a role keeps the memories with its id (wire contract 5.5)."""
    org_id = context.org_id
    role = context.memsy.roles.create(org_id, "Flight", "deciding")
    context.ingest_and_wait(context.event("We go around the moon", role=role.role_id))
    context.memsy.roles.delete(role.role_id, org_id)
    response = context.memsy.search(
        "moon", actor_id=context.unique_id("actor"), role_ids=[role.role_id]
    )
    assert [result.content for result in response.results] == ["We go around the moon"]
