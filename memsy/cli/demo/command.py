"""Command `memsy demo`: a tour of the clients on two hours of Apollo 13 voice traffic."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from attrs import frozen
from rich.console import Console

from memsy import AsyncMemsyClient, MemsyClient, testing
from memsy.cli import sample
from memsy.cli.connection import Connection, Target
from memsy.cli.demo import steps
from memsy.cli.demo.output import DemoOutput
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.cli.options import Yes
from memsy.cli.output import confirm
from memsy.local import ServiceConfig
from memsy.local._hosts import is_loopback

_MAX_WIDTH = 100
_PROCESS_DELAY = 1.0  # seconds: long enough to see pending events


@frozen
class DemoService:
    """Service that the demo uses: a description for the output, base URL and API key."""

    description: str
    base_url: str
    api_key: str


def demo(connection: Connection, yes: Yes = False) -> None:
    """
    Run a demo: ingest sample events, wait for processing, and search the memories.

    By default, the demo starts its own local service, and stops it at the end. To run the demo on
    another service, set MEMSY_BASE_URL and MEMSY_API_KEY, or name a profile: the sample events stay
    on that service. The demo ignores the active profile.
    The demo asks before it sends events to another machine; --yes skips the question.
    """
    output = DemoOutput(Console(highlight=False, width=min(Console().width, _MAX_WIDTH)))
    with (
        _demo_service(connection.target(use_active_profile=False)) as service,
        MemsyClient(service.base_url, service.api_key, timeout=connection.timeout) as memsy,
    ):

        def connect() -> AsyncMemsyClient:
            return AsyncMemsyClient(service.base_url, service.api_key, timeout=connection.timeout)

        events = sample.events()
        if not (yes or is_on_this_machine(service.base_url)):
            _confirm_service(service.base_url, len(events))
        steps.introduce(output, memsy, service.description)
        event_ids = steps.ingest_events(output, memsy, connect, events)
        steps.wait_for_processing(output, memsy, event_ids)
        steps.run_searches(output, memsy)
        steps.search_in_parallel(output, connect)
        steps.show_error_response(output, memsy)
        steps.show_next_steps(output)


def is_on_this_machine(base_url: str) -> bool:
    """Return True if the host is `localhost` or a loopback address. Other names may be anywhere."""
    host = urlsplit(base_url).hostname or ""
    return host.rstrip(".") == "localhost" or is_loopback(host)


def _confirm_service(base_url: str, event_count: int) -> None:
    if not sys.stdin.isatty():
        raise CommandError(
            f"{base_url} is not a service on this machine, and stdin is not a terminal to ask: to "
            f"store {event_count} sample events there, use --yes",
            ExitCode.USAGE,
        )
    confirm(f"Store {event_count} sample events at {base_url}? They stay there.")


@contextmanager
def _demo_service(target: Target) -> Iterator[DemoService]:
    base_url, api_key = target.base_url, target.api_key
    if base_url and api_key:
        yield DemoService(f"the service at {base_url}", base_url, api_key)
    elif base_url or api_key:
        raise CommandError(
            f"{'MEMSY_API_KEY' if base_url else 'MEMSY_BASE_URL'} is missing: set both variables "
            "to run the demo on that service, or neither to run it on a local service",
            ExitCode.USAGE,
        )
    else:
        with (
            testing.LocalService(config=ServiceConfig(process_delay=_PROCESS_DELAY)) as service,
            testing.LocalServer(service) as server,
        ):
            url = server.base_url
            yield DemoService(f"a new local service at {url}", url, service.api_key)
