"""Routing table of the service: the routes of each plane."""

from __future__ import annotations

from memsy._core.plane import Plane
from memsy.local.endpoints import (
    actors,
    billing,
    clear,
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

ROUTES = RoutingTable(
    {
        Plane.DATA: [
            health.HEALTH,
            *events.ROUTES,
            *search.ROUTES,
            *memories.ROUTES,
            *actors.ROUTES,
            *hierarchy.ROUTES,
            *clear.ROUTES,
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
        ],
    }
)

OPERATIONS = frozenset(route.name for route in ROUTES)
"""What they are called."""
