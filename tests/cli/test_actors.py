"""Command `memsy actors`."""

from __future__ import annotations

import pytest

from memsy import ActorListResponse, EventPayload, MemsyClient
from memsy.cli.actors import view
from memsy.cli.output import emit
from tests.cli.conftest import CommandLine


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    for actor in ("ann", "bob"):
        memsy.ingest([EventPayload(actor, "s-1", "user_message", "Tea, please")])


def list_actor_ids(cli: CommandLine, *options: str) -> list[str]:
    response = cli.json("actors", "--sort", "actor_id_asc", *options)
    assert isinstance(response, dict)
    return [item["actor_id"] for item in response["items"]]


def test_actors_are_listed_with_their_counts(cli: CommandLine) -> None:
    header, _, first, *_ = cli("actors", "--sort", "actor_id_asc").stdout.splitlines()
    assert header.split()[:3] == ["actor", "memories", "active"]
    assert first.split()[:3] == ["ann", "1", "1"]


def test_options_filter_the_list(cli: CommandLine) -> None:
    assert list_actor_ids(cli) == ["ann", "bob"]
    assert list_actor_ids(cli, "-q", "BO") == ["bob"]
    assert list_actor_ids(cli, "--limit", "1", "--offset", "1") == ["bob"]


def test_unknown_order_is_a_usage_error(cli: CommandLine) -> None:
    assert cli("actors", "--sort", "size").exit_code == 2


def test_truncated_response_prints_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    emit(ActorListResponse([], 0, 100, 0, truncated=True), view, as_json=False)
    assert "did not scan all memories" in capsys.readouterr().out
