"""`memsy status`, for any number of events."""

from __future__ import annotations

from memsy import EventPayload, MemsyClient
from memsy.cli.status import whole_status
from memsy.testing import FakeMemsyClient
from tests.cli.conftest import Shell

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(501)]


def test_every_event_is_listed_with_what_became_of_it(shell: Shell, memsy: MemsyClient) -> None:
    [event_id] = memsy.ingest(EVENTS[:1]).event_ids
    shown = shell("status", event_id, "nobody").stdout.splitlines()
    assert [line.split() for line in shown[:2]] == [[event_id, "completed"], ["nobody", "unknown"]]
    assert shown[2] == "1 completed, 0 failed, 0 pending, of 2"


def test_ids_can_come_from_stdin(shell: Shell, memsy: MemsyClient) -> None:
    event_ids = memsy.ingest(EVENTS[:2]).event_ids
    shown = shell("status", "-", stdin="\n".join(event_ids)).stdout
    assert "2 completed" in shown


def test_no_ids_on_stdin_is_the_service_s_refusal(shell: Shell) -> None:
    result = shell("status", "-")
    assert result.exit_code == 1
    assert "ValidationError" in result.stderr


def test_json_has_the_fields_of_the_model(shell: Shell) -> None:
    answer = shell.json("status", "nobody")
    assert isinstance(answer, dict)
    assert (answer["total"], answer["statuses"]) == (1, {"nobody": "unknown"})


def test_more_events_than_one_call_takes_are_asked_after_in_several() -> None:
    with FakeMemsyClient() as memsy:
        event_ids = [*memsy.ingest(EVENTS[:500]).event_ids, *memsy.ingest(EVENTS[500:]).event_ids]
        answer = whole_status(memsy, event_ids)
    assert (answer.total, answer.completed_ids) == (501, event_ids)
