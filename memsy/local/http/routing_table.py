"""The routing table of the service, filled with the routes of all endpoint modules."""

from __future__ import annotations

from memsy._core.plane import Plane
from memsy.local.endpoints import (
    actors,
    billing,
    connector_resources,
    connectors,
    console_events,
    console_keys,
    events,
    health,
    hierarchy,
    interest,
    memories,
    search,
    usage_reports,
)
from memsy.local.http.routes import RoutingTable
from memsy.local.signups import endpoints as signups

ROUTES = RoutingTable(
    {
        Plane.DATA: [
            health.HEALTH,
            *events.ROUTES,
            *search.ROUTES,
            *memories.ROUTES,
            *actors.ROUTES,
            *hierarchy.ROUTES,
        ],
        Plane.CONTROL: [
            health.HEALTH,
            health.ME,
            *usage_reports.ROUTES,
            *billing.ROUTES,
            *console_keys.ROUTES,
            *console_events.ROUTES,
            *interest.ROUTES,
            *connectors.ROUTES,
            *connector_resources.ROUTES,
            *signups.ROUTES,
        ],
    }
)

OPERATIONS = frozenset(route.name for route in ROUTES)
"""Names of all operations that the local service supports."""
