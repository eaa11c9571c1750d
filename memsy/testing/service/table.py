"""Every route that the service has."""

from __future__ import annotations

from memsy.testing.service import (
    actors,
    billing,
    clear,
    connector_resources,
    connectors,
    console_events,
    console_keys,
    events,
    hierarchy,
    interest,
    memories,
    presence,
    search,
    usage_reports,
)
from memsy.testing.service.routes import Routes

ROUTES = Routes(
    [
        *presence.ROUTES,
        *events.ROUTES,
        *search.ROUTES,
        *memories.ROUTES,
        *actors.ROUTES,
        *hierarchy.ROUTES,
        *clear.ROUTES,
        *usage_reports.ROUTES,
        *billing.ROUTES,
        *console_keys.ROUTES,
        *console_events.ROUTES,
        *interest.ROUTES,
        *connectors.ROUTES,
        *connector_resources.ROUTES,
    ]
)

OPERATIONS = frozenset(route.name for route in ROUTES)
"""What they are called."""
