"""Examples: the request and the valid response of every call, recorded on a local service."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial

from attrs import evolve, frozen

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
from tests.fuzz.client_calls import CALLS, ORG, ClientCall

_CLEARED = HTTPResponse(200, {"content-type": "application/json"}, b'{"deleted":2}')

# Keys are random; the examples must be the same in every run.
_SECRET = re.compile(rb"(?<=msy_|cal-)[0-9a-f]{3,}")


ERROR_RESPONSES: Sequence[tuple[int, object]] = (
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
"""Statuses and bodies of error responses of both planes and of the gateway."""


@frozen
class Example:
    """A call with its request and response."""

    call: ClientCall
    request: HTTPRequest
    """The target is the whole path."""
    response: HTTPResponse


@cache
def examples() -> tuple[Example, ...]:
    """Return one example for each of CALLS, in that order."""
    return tuple(map(_example, CALLS))


def _example(call: ClientCall) -> Example:
    with RecordingService() as service:
        populate(service)
        data, control = FakeMemsyClient(service=service), FakeMemsyControlClient(service=service)
        if call.name == "orgs.create":
            data.orgs.delete(ORG)
        service.recorded.clear()
        try:
            call(data, control)
        except NotFoundError:
            assert call.name == "clear"  # no service has the route yet
            service.recorded = [(service.recorded[0][0], _CLEARED)]
        ((request, response),) = service.recorded
        return Example(
            call, request, evolve(response, content=_SECRET.sub(_zeros, response.content))
        )


def _zeros(secret: re.Match[bytes]) -> bytes:
    return b"0" * len(secret[0])


class RecordingService(LocalService):
    """Service with a fixed clock that records requests and responses."""

    def __init__(self, path: str | None = None) -> None:
        self.recorded: list[tuple[HTTPRequest, HTTPResponse]] = []
        self.next_id: str | None = None
        """Id of the next object; by default ids are numbers."""
        super().__init__(path, config=_config(), clock=Clock(), ids=self._id)

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        response = super().handle(request)
        self.recorded.append((request, response))
        return response

    def _id(self, number: int) -> str:
        name, self.next_id = self.next_id, None
        return name or f"id{number}"


def _config() -> ServiceConfig:
    invoice = Invoice("in_1", 1900, 1900, "eur", "paid", "1767225600", "https://pay.example")
    upcoming = UpcomingInvoice(1900, "eur", 1769904000)
    return ServiceConfig(
        clear_status=404, billing=Billing(invoices=[invoice], upcoming_invoice=upcoming)
    )


def populate(service: RecordingService) -> None:
    """Create the objects that the calls refer to."""
    data, control = FakeMemsyClient(service=service), FakeMemsyControlClient(service=service)
    create_as = _CreateWithId(service)
    data.orgs.create(ORG, "Tea & Sons", "All about tea.")
    create_as("role", lambda: data.roles.create(ORG, "Buyer", "Prices."))
    create_as("team", lambda: data.teams.create(ORG, "Tasters", "Taste."))
    create_as(
        "event",
        lambda: data.ingest(
            [
                EventPayload(
                    "ada", "s0", "user_message", "I take tea", "role", "team", metadata={"page": 1}
                )
            ]
        ),
    )
    create_as(
        "answer", lambda: data.ingest([EventPayload("bob", "s1", "tool_result", "茶 is tea")])
    )
    create_as("key", lambda: control.keys.create("another"))
    for provider in ("slack", "github", "google_drive"):
        create_as(provider, partial(control.connectors.create, provider))
        service.connectors.authorize(provider)
    service.connectors.offer("slack", [ResourceSelection("C1", "channel", "general")])
    service.connectors.offer("github", [ResourceSelection("main", "branch", "main")], parent="app")
    control.connectors.configure_resources("github", [ResourceSelection("app", "repo", "app")])


@frozen
class _CreateWithId:
    service: RecordingService

    def __call__(self, name: str, make: Callable[[], object]) -> None:
        self.service.next_id = name
        make()
