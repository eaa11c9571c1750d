"""Command `memsy health`: state and version of the service, and usage against the limits."""

from __future__ import annotations

from memsy import HealthResponse
from memsy.cli.connection import Connection
from memsy.cli.listing import FieldList
from memsy.cli.options import AsJson
from memsy.cli.output import emit


def health(connection: Connection, as_json: AsJson = False) -> None:
    """Check that the service is up and accepts the API key."""
    with connection.client() as client:
        emit(client.health(), view, as_json=as_json)


def view(response: HealthResponse) -> FieldList:
    """Return a line for each field of the response."""
    components = [f"{name} {state}" for name, state in (response.components or {}).items()]
    usage = response.usage
    return FieldList(
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
