"""Promises about organisations, roles and teams. They need the key of an admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from memsy.exceptions import AuthorizationError, ConflictError, NotFoundError
from memsy.models import OrgResource
from memsy.testing.contract.scene import Scene, refused, same


@contextmanager
def _described(scene: Scene, focus: str) -> Iterator[OrgResource]:
    """A description that is gone afterwards, and never one that somebody else has made."""
    org = scene.memsy.orgs.create(scene.org_id, "Mission Control", focus)
    try:
        yield org
    finally:
        scene.memsy.orgs.delete(org.org_id)


def an_organisation_is_described_once(scene: Scene) -> None:
    org_id = scene.org_id
    with _described(scene, "getting them home") as org:
        assert (org.org_id, org.name, org.focus) == (org_id, "Mission Control", "getting them home")
        assert org.promotion_prompt
        assert scene.memsy.orgs.get(org_id) == org
        assert scene.memsy.orgs.list() == [org]
        refused(ConflictError, lambda: scene.memsy.orgs.create(org_id, "Again", "the same"))
    refused(NotFoundError, lambda: scene.memsy.orgs.get(org_id))
    assert scene.memsy.orgs.list() == []


def an_organisation_can_be_changed(scene: Scene) -> None:
    orgs, org_id = scene.memsy.orgs, scene.org_id
    with _described(scene, "landing"):
        changed = orgs.update(org_id, focus="getting them home")
        assert (changed.name, changed.focus) == ("Mission Control", "getting them home")
        edited = orgs.update(org_id, promotion_prompt="Keep procedures.")
        assert edited.promotion_prompt == "Keep procedures."
        assert orgs.update(org_id).promotion_prompt == "Keep procedures."
        assert "getting them home" in orgs.regenerate_prompt(org_id).promotion_prompt


def the_organisation_of_others_is_out_of_reach(scene: Scene) -> None:
    error = refused(
        AuthorizationError, lambda: scene.memsy.orgs.create("org_of_others", "Theirs", "theirs")
    )
    assert error.status_code == 403
    refused(AuthorizationError, lambda: scene.memsy.roles.list("org_of_others"))
    refused(AuthorizationError, lambda: scene.memsy.teams.list("org_of_others"))


def a_role_lives_from_create_to_delete(scene: Scene) -> None:
    org_id, roles = scene.org_id, scene.memsy.roles
    role = roles.create(org_id, "Capcom", "talking to the crew")
    assert (role.org_id, role.name, role.focus) == (org_id, "Capcom", "talking to the crew")
    assert roles.get(role.role_id, org_id) == role
    renamed = roles.update(role.role_id, org_id, name="Capsule communicator")
    assert (renamed.name, renamed.focus) == ("Capsule communicator", "talking to the crew")
    prompt = roles.regenerate_prompt(role.role_id, org_id).promotion_prompt
    assert "Capsule communicator" in prompt
    roles.delete(role.role_id, org_id)
    refused(NotFoundError, lambda: roles.get(role.role_id, org_id))
    refused(NotFoundError, lambda: roles.delete(role.role_id, org_id))


def a_team_lives_from_create_to_delete(scene: Scene) -> None:
    org_id, teams = scene.org_id, scene.memsy.teams
    team = teams.create(org_id, "White team", "the second shift")
    assert (team.org_id, team.name, team.focus) == (org_id, "White team", "the second shift")
    assert teams.get(team.team_id, org_id) == team
    renamed = teams.update(team.team_id, org_id, focus="the third shift")
    assert (renamed.name, renamed.focus) == ("White team", "the third shift")
    prompt = teams.regenerate_prompt(team.team_id, org_id).promotion_prompt
    assert "White team" in prompt
    teams.delete(team.team_id, org_id)
    refused(NotFoundError, lambda: teams.get(team.team_id, org_id))
    refused(NotFoundError, lambda: teams.delete(team.team_id, org_id))


def roles_and_teams_come_in_pages(scene: Scene) -> None:
    org_id = scene.org_id
    names = [scene.fresh("role") for _ in range(3)]
    made = [scene.memsy.roles.create(org_id, name, "paging") for name in names]
    listed = [
        role.name
        for offset in range(0, 200, 2)
        for role in scene.memsy.roles.list(org_id, limit=2, offset=offset)
    ]
    assert same([name for name in listed if name in names], *names)
    for role in made:
        scene.memsy.roles.delete(role.role_id, org_id)


def deleting_a_role_keeps_its_memories(scene: Scene) -> None:
    org_id = scene.org_id
    role = scene.memsy.roles.create(org_id, "Flight", "deciding")
    scene.remember(scene.event("We go around the moon", role=role.role_id))
    scene.memsy.roles.delete(role.role_id, org_id)
    found = scene.memsy.search("moon", actor_id=scene.fresh("actor"), role_ids=[role.role_id])
    assert [result.content for result in found.results] == ["We go around the moon"]
