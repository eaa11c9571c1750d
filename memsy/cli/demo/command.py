"""`memsy demo`: what the clients do, shown on two hours of Apollo 13."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from memsy import AsyncMemsyClient, MemsyClient, testing
from memsy.cli import sample
from memsy.cli.demo import steps
from memsy.cli.demo.output import DemoOutput
from memsy.cli.error_reporting import CommandError
from memsy.cli.options import ApiKey, BaseUrl
from memsy.local import ServiceConfig

_WIDEST = 100
_PROCESS_DELAY = 1.0  # seconds: long enough to see events pending


def demo(base_url: BaseUrl = None, api_key: ApiKey = None) -> None:
    """
    Show what memsy does: ingest a sample, wait for it, and search it.

    It takes place on a local service of its own, or, with MEMSY_BASE_URL and MEMSY_API_KEY, on
    the one that they name, where the sample's memories stay.
    """
    stage = DemoOutput(Console(highlight=False, width=min(Console().width, _WIDEST)))
    with _place(base_url, api_key) as (place, url, key), MemsyClient(url, key) as memsy:

        def connect() -> AsyncMemsyClient:
            return AsyncMemsyClient(url, key)

        steps.introduction(stage, memsy, place)
        event_ids = steps.ingestion(stage, memsy, connect, sample.events())
        steps.processing(stage, memsy, event_ids)
        steps.searches(stage, memsy)
        steps.parallel(stage, connect)
        steps.refusal(stage, memsy)
        steps.farewell(stage)


@contextmanager
def _place(base_url: str | None, api_key: str | None) -> Iterator[tuple[str, str, str]]:
    """Where the demonstration takes place: in words, its URL, and its key."""
    if base_url and api_key:
        yield f"the service at {base_url}", base_url, api_key
    elif base_url or api_key:
        raise CommandError(
            f"{'MEMSY_API_KEY' if base_url else 'MEMSY_BASE_URL'} is missing: set both for a "
            "demonstration on that service, or neither for one on this machine"
        )
    else:
        with (
            testing.LocalService(config=ServiceConfig(process_delay=_PROCESS_DELAY)) as service,
            testing.LocalServer(service) as server,
        ):
            url = server.base_url
            yield f"a local service that has just started, at {url}", url, service.api_key
