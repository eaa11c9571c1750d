"""`memsy demo`, from the title to the refusal."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from memsy import EventPayload
from memsy.cli.demo import steps
from memsy.cli.demo.output import DemoOutput
from memsy.cli.demo.queries import QUERIES
from memsy.cli.error_reporting import CommandError
from memsy.local import ServiceConfig
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalService
from tests.cli.conftest import Shell


def test_it_needs_no_service_but_its_own(shell: Shell) -> None:
    result = shell("demo", MEMSY_BASE_URL="", MEMSY_API_KEY="")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "a local service that has just started, at http://127.0.0.1:" in result.stdout
    assert re.search(r"\d polls", result.stdout)
    assert "Houston, we've had a problem" in result.stdout


def test_it_plays_on_the_service_that_the_environment_names(
    shell: Shell, service: LocalService
) -> None:
    result = shell("demo")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"the service at {shell.server.base_url}" in result.stdout
    assert any("Houston, we've had a problem" in event.content for event in service.events)


def test_every_question_finds_something(shell: Shell) -> None:
    shown = shell("demo").stdout
    assert "Nothing found" not in shown
    assert shown.count(" ms\n") == len(QUERIES) + 1


def test_it_shows_the_refusal_of_clear_as_the_typed_error_that_it_is(shell: Shell) -> None:
    _, _, refusal = shell("demo").stdout.partition("A refusal")
    said = dict(line.split(maxsplit=1) for line in refusal.splitlines() if "  " in line.strip())
    assert said["raised"].strip() == "ServerError"
    assert said["status_code"].strip() == "501"


@pytest.mark.parametrize("missing", ["MEMSY_BASE_URL", "MEMSY_API_KEY"])
def test_half_a_service_is_none(shell: Shell, missing: str) -> None:
    result = shell("demo", **{missing: ""})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"memsy demo: {missing} is missing")


def test_both_clients_send_their_half() -> None:
    events = [EventPayload("ann", "s", "user_message", f"tea {n % 30}") for n in range(45)]
    stage = DemoOutput(Console(quiet=True))
    with LocalService() as service, FakeMemsyClient(service=service) as memsy:
        event_ids = steps.ingestion(
            stage, memsy, lambda: FakeAsyncMemsyClient(service=service), events
        )
        assert [event.event_id for event in service.events] == event_ids
    assert len(event_ids) == 30


def test_events_that_never_get_done_are_not_waited_for_forever() -> None:
    event = EventPayload("ann", "s", "user_message", "tea")
    with FakeMemsyClient(service=LocalService(config=ServiceConfig(processing="manual"))) as memsy:
        event_ids = memsy.ingest([event]).event_ids
        with pytest.raises(CommandError, match="1 events still pend"):
            steps.processing(DemoOutput(Console(quiet=True)), memsy, event_ids, patience=0.0)
