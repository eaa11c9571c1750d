"""Command `memsy demo` and its steps."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from memsy import EventPayload
from memsy.cli.demo import steps
from memsy.cli.demo.command import is_on_this_machine
from memsy.cli.demo.output import DemoOutput
from memsy.cli.demo.queries import QUERIES
from memsy.cli.errors import CommandError
from memsy.local import ServiceConfig
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalService
from tests.cli.conftest import CommandLine
from tests.support.platforms import needs_terminal


def test_demo_starts_a_local_service_by_default(cli: CommandLine) -> None:
    result = cli("demo", MEMSY_BASE_URL="", MEMSY_API_KEY="")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "a new local service at http://127.0.0.1:" in result.stdout
    assert re.search(r"\d polls", result.stdout)
    assert "Houston, we've had a problem" in result.stdout


def test_demo_uses_the_service_of_the_environment(cli: CommandLine, service: LocalService) -> None:
    result = cli("demo")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"the service at {cli.server.base_url}" in result.stdout
    assert any("Houston, we've had a problem" in event.content for event in service.events)


def test_every_search_of_the_demo_has_results(cli: CommandLine) -> None:
    stdout = cli("demo").stdout
    assert "Nothing found" not in stdout
    assert stdout.count(" ms\n") == len(QUERIES) + 1


def test_demo_shows_the_exception_of_clear(cli: CommandLine) -> None:
    _, _, section = cli("demo").stdout.partition("An error response")
    fields = dict(line.split(maxsplit=1) for line in section.splitlines() if "  " in line.strip())
    assert fields["raised"].strip() == "ServerError"
    assert fields["status_code"].strip() == "501"


@pytest.mark.parametrize("missing", ["MEMSY_BASE_URL", "MEMSY_API_KEY"])
def test_base_url_and_key_are_needed_together(cli: CommandLine, missing: str) -> None:
    result = cli("demo", **{missing: ""})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"memsy demo: {missing} is missing")


def test_sync_and_async_client_ingest_half_of_the_events_each() -> None:
    events = [EventPayload("ann", "s", "user_message", f"tea {n % 30}") for n in range(45)]
    output = DemoOutput(Console(quiet=True))
    with LocalService() as service, FakeMemsyClient(service=service) as memsy:
        event_ids = steps.ingest_events(
            output, memsy, lambda: FakeAsyncMemsyClient(service=service), events
        )
        assert [event.event_id for event in service.events] == event_ids
    assert len(event_ids) == 30


def test_waiting_for_pending_events_times_out() -> None:
    event = EventPayload("ann", "s", "user_message", "tea")
    with FakeMemsyClient(service=LocalService(config=ServiceConfig(processing="manual"))) as memsy:
        event_ids = memsy.ingest([event]).event_ids
        with pytest.raises(CommandError, match="1 events are still pending"):
            steps.wait_for_processing(
                DemoOutput(Console(quiet=True)), memsy, event_ids, timeout=0.0
            )


@pytest.fixture
def distant_url(cli: CommandLine) -> str:
    """
    Base URL of a service that is not known to be on this machine.

    Requests reach the local server, which refuses the host name.
    """
    return cli.server.base_url.replace("127.0.0.1", "0.0.0.0")


def test_demo_without_a_terminal_sends_nothing_to_another_machine(
    cli: CommandLine, distant_url: str
) -> None:
    result = cli("demo", MEMSY_BASE_URL=distant_url, stdin="y\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"memsy demo: {distant_url} is not a service on this machine, and stdin is not a terminal "
        "to ask: to store 322 sample events there, use --yes\n"
    )


def test_yes_option_replaces_the_question(cli: CommandLine, distant_url: str) -> None:
    result = cli("demo", "--yes", MEMSY_BASE_URL=distant_url)
    assert "the Host header must be" in result.stderr


@needs_terminal
@pytest.mark.parametrize("keys", ["n\n", "\n", "\x04", "y\n"])
def test_demo_asks_before_it_sends_to_another_machine(
    cli: CommandLine, distant_url: str, keys: str
) -> None:
    result = cli.in_terminal("demo", prompt="[y/N]:", keys=keys, MEMSY_BASE_URL=distant_url)
    assert result.screen == f"Store 322 sample events at {distant_url}? They stay there. [y/N]:"
    assert result.exit_code == (3 if keys == "y\n" else 1)
    assert ("memsy.health()" in result.stdout) is (keys == "y\n")


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        *[(host, True) for host in ("localhost", "LOCALHOST.:80", "127.9.9.9", "[::1]:80")],
        *[(host, False) for host in ("api.memsy.io", "localhost.example.com", "127.0.0.1.nip.io")],
        *[(host, False) for host in ("10.0.0.1", "0.0.0.0", "[fe80::1]", "[::]")],
    ],
)
def test_only_loopback_hosts_are_on_this_machine(host: str, *, is_local: bool) -> None:
    assert is_on_this_machine(f"http://{host}/v1") is is_local
