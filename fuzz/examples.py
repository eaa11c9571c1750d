"""What goes over the wire when all is well: every call, played once on a local service."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial

from attrs import evolve, frozen

from fuzz.calls import CALLS, ORG, Call
from memsy import EventPayload, Invoice, NotFoundError, ResourceSelection, UpcomingInvoice
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy.testing import (
    Billing,
    Clock,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalService,
    ServiceConfig,
)

_CLEARED = HTTPResponse(200, {"content-type": "application/json"}, b'{"deleted":2}')

# A service draws keys by lot. Here all runs have to be alike.
_SECRET = re.compile(rb"(?<=msy_|cal-)[0-9a-f]{3,}")


REFUSALS: Sequence[tuple[int, object]] = (
    (400, {"detail": {"error": "org_id_not_allowed", "message": "not on this tier"}}),
    (401, {"detail": "Invalid API key"}),
    (403, {"message": "Forbidden"}),
    (403, {"detail": {"error": "feature_not_available", "feature": "s3", "current_tier": "free"}}),
    (403, {"error": "key_limit_reached", "limit": 1, "current": 1}),
    (403, {"detail": {"error": "insufficient_scope", "required_scope": "write"}}),
    (404, {"detail": "not found"}),
    (408, {}),
    (409, {"error": "seat_limit_reached", "purchased_seats": 1, "assigned_seats": 1}),
    (422, {"detail": [{"loc": ["body", "events", 0, "kind"], "msg": "unknown", "type": "enum"}]}),
    (429, {"error": "rate_limit_exceeded", "message": "slow down"}),
    (429, {"detail": {"error": "usage_limit_exceeded", "dimension": "api_calls", "limit": 1}}),
    (500, {"detail": "Internal Server Error"}),
    (503, {"message": "Service Unavailable"}),
)
"""Statuses and bodies, of either plane and of the gateway before them."""


@frozen
class Example:
    """A call, and what went over the wire."""

    call: Call
    request: HTTPRequest
    """Its target is the whole path."""
    reply: HTTPResponse


@cache
def examples() -> tuple[Example, ...]:
    """One for each of CALLS, in that order."""
    return tuple(map(_example, CALLS))


def _example(call: Call) -> Example:
    with Noting() as service:
        inhabit(service)
        hot, control = FakeMemsyClient(service=service), FakeMemsyControlClient(service=service)
        if call.name == "orgs.create":
            hot.orgs.delete(ORG)
        service.notes.clear()
        try:
            call(hot, control)
        except NotFoundError:
            assert call.name == "clear"  # which no service has, as yet
            service.notes = [(service.notes[0][0], _CLEARED)]
        ((request, response),) = service.notes
        return Example(
            call, request, evolve(response, content=_SECRET.sub(_alike, response.content))
        )


def _alike(secret: re.Match[bytes]) -> bytes:
    return b"0" * len(secret[0])


class Noting(LocalService):
    """A service whose clock stands still, and which notes what it was asked and answered."""

    def __init__(self, path: str | None = None) -> None:
        self.notes: list[tuple[HTTPRequest, HTTPResponse]] = []
        self.next_id: str | None = None
        """What the next thing is called; others have a number."""
        super().__init__(path, config=_rules(), clock=Clock(), ids=self._id)

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        response = super().handle(request)
        self.notes.append((request, response))
        return response

    def _id(self, number: int) -> str:
        name, self.next_id = self.next_id, None
        return name or f"id{number}"


def _rules() -> ServiceConfig:
    invoice = Invoice("in_1", 1900, 1900, "eur", "paid", "1767225600", "https://pay.example")
    upcoming = UpcomingInvoice(1900, "eur", 1769904000)
    return ServiceConfig(
        clear_status=404, billing=Billing(invoices=[invoice], upcoming_invoice=upcoming)
    )


def inhabit(service: Noting) -> None:
    """Let there be what the calls ask for."""
    hot, control = FakeMemsyClient(service=service), FakeMemsyControlClient(service=service)
    named = _Named(service)
    hot.orgs.create(ORG, "Tea & Sons", "All about tea.")
    named("role", lambda: hot.roles.create(ORG, "Buyer", "Prices."))
    named("team", lambda: hot.teams.create(ORG, "Tasters", "Taste."))
    named(
        "event",
        lambda: hot.ingest(
            [
                EventPayload(
                    "ada", "s0", "user_message", "I take tea", "role", "team", metadata={"page": 1}
                )
            ]
        ),
    )
    named("answer", lambda: hot.ingest([EventPayload("bob", "s1", "tool_result", "茶 is tea")]))
    named("key", lambda: control.keys.create("another"))
    for provider in ("slack", "github", "google_drive"):
        named(provider, partial(control.connectors.create, provider))
        service.connectors.authorize(provider)
    service.connectors.offer("slack", [ResourceSelection("C1", "channel", "general")])
    service.connectors.offer("github", [ResourceSelection("main", "branch", "main")], below="app")
    control.connectors.configure_resources("github", [ResourceSelection("app", "repo", "app")])


@frozen
class _Named:
    service: Noting

    def __call__(self, name: str, make: Callable[[], object]) -> None:
        self.service.next_id = name
        make()
