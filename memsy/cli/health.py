"""Command `memsy health`: state and version of the service, and usage against the limits."""

from __future__ import annotations

from rich.table import Table

from memsy import HealthResponse, MemsyClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit


def health(as_json: AsJson = False, base_url: BaseUrl = None, api_key: ApiKey = None) -> None:
    """Check that the service is up and accepts the API key."""
    with MemsyClient(base_url, api_key) as client:
        emit(client.health(), view, as_json=as_json)


def view(response: HealthResponse) -> Table:
    """Return a line for each field of the response."""
    components = [f"{name} {state}" for name, state in (response.components or {}).items()]
    usage = response.usage
    return tables.field_table(
        [
            ("status", response.status),
            ("version", response.version),
            ("components", ", ".join(components)),
            ("plan", usage and usage.plan),
            ("calls", usage and _format_usage(usage.api_calls, usage.api_calls_limit)),
            ("events", usage and _format_usage(usage.events_ingested, usage.events_ingested_limit)),
            ("searches", usage and _format_usage(usage.search_queries, usage.search_queries_limit)),
        ]
    )


def _format_usage(used: int | None, limit: int | None) -> str | None:
    if used is None:
        return None
    return f"{used:,} this month" if limit is None else f"{used:,} of {limit:,} this month"
