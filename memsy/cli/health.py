"""`memsy health`: whether the service is well, and what it says of the account."""

from __future__ import annotations

from rich.table import Table

from memsy import HealthResponse, MemsyClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit


def health(as_json: AsJson = False, base_url: BaseUrl = None, api_key: ApiKey = None) -> None:
    """Say whether the service is well, and whether it knows the key."""
    with MemsyClient(base_url, api_key) as client:
        emit(client.health(), view, as_json=as_json)


def view(answer: HealthResponse) -> Table:
    """The answer, a line for each thing it says."""
    components = [f"{name} {state}" for name, state in (answer.components or {}).items()]
    usage = answer.usage
    return tables.facts(
        [
            ("status", answer.status),
            ("version", answer.version),
            ("components", ", ".join(components)),
            ("plan", usage and usage.plan),
            ("calls", usage and _of(usage.api_calls, usage.api_calls_limit)),
            ("events", usage and _of(usage.events_ingested, usage.events_ingested_limit)),
            ("searches", usage and _of(usage.search_queries, usage.search_queries_limit)),
        ]
    )


def _of(used: int | None, limit: int | None) -> str | None:
    if used is None:
        return None
    return f"{used:,} this month" if limit is None else f"{used:,} of {limit:,} this month"
