"""Routing table of the service: the routes of each plane."""

from __future__ import annotations

from memsy._core.plane import Plane
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
    {
        Plane.DATA: [
            presence.HEALTH,
            *events.ROUTES,
            *search.ROUTES,
            *memories.ROUTES,
            *actors.ROUTES,
            *hierarchy.ROUTES,
            *clear.ROUTES,
        ],
        Plane.CONTROL: [
            presence.HEALTH,
            presence.ME,
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
