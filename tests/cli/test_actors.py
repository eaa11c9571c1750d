"""`memsy actors`."""

from __future__ import annotations

import pytest

from memsy import ActorListResponse, EventPayload, MemsyClient
from memsy.cli.actors import view
from memsy.cli.output import emit
from tests.cli.conftest import Shell


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    for actor in ("ann", "bob"):
        memsy.ingest([EventPayload(actor, "s-1", "user_message", "Tea, please")])


def listed(shell: Shell, *options: str) -> list[str]:
    answer = shell.json("actors", "--sort", "actor_id_asc", *options)
    assert isinstance(answer, dict)
    return [item["actor_id"] for item in answer["items"]]


def test_actors_are_listed_with_their_counts(shell: Shell) -> None:
    header, _, first, *_ = shell("actors", "--sort", "actor_id_asc").stdout.splitlines()
    assert header.split()[:3] == ["actor", "memories", "active"]
    assert first.split()[:3] == ["ann", "1", "1"]


def test_all_options_narrow_the_list(shell: Shell) -> None:
    assert listed(shell) == ["ann", "bob"]
    assert listed(shell, "-q", "BO") == ["bob"]
    assert listed(shell, "--limit", "1", "--offset", "1") == ["bob"]


def test_an_unknown_order_is_a_usage_error(shell: Shell) -> None:
    assert shell("actors", "--sort", "size").exit_code == 2


def test_an_incomplete_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    emit(ActorListResponse([], 0, 100, 0, truncated=True), view, as_json=False)
    assert "did not look at every memory" in capsys.readouterr().out
