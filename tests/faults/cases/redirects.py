"""Redirects, which the clients never follow (D01 to D03)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from memsy import RedirectError
from tests.faults.calls import create, delete, health, ingest, search, update
from tests.faults.case import Case
from tests.faults.clients import KEY
from tests.faults.expectations import raises
from tests.faults.scenario import (
    Endpoint,
    Scenario,
    http_response,
    http_url,
    raw_responses,
    responses,
)
from tests.support.raw_server import RawServer, respond_with, response
from tests.support.search_responses import FOUND_BYTES

STATUSES = (301, 302, 303, 307, 308)
CALLS = {
    "search": ("POST /v1/search", search),
    "ingest": ("POST /v1/ingest", ingest),
    "health": ("GET /v1/health", health),
    "create": ("POST /v1/roles", create),
    "update": ("PATCH /v1/roles/r1?org_id=o1", update),
    "delete": ("DELETE /v1/roles/r1?org_id=o1", delete),
}


def to_another_server(status: int) -> Scenario:
    """A redirect to a server with another host name and port."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        with RawServer(respond_with(FOUND_BYTES)) as other:
            location = f"Location: {http_url(other, 'localhost')}/search"
            redirect = response(b"", location, status=f"{status} Moved")
            with RawServer(respond_with(redirect)) as server:
                yield Endpoint(
                    base_url=http_url(server), servers=[server], forbidden_servers=[other]
                )

    return scenario


NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"
"""A 304 with the length of the representation, which is not sent."""

CASES = [
    *(
        Case(
            "D01",
            f"redirect-{status}-to-another-server",
            to_another_server(status),
            raises(
                RedirectError,
                "redirect to http://localhost:",
                "the client does not follow redirects",
                status_code=status,
                maybe_processed=False,
            ),
        )
        for status in STATUSES
    ),
    *(
        Case(
            "D02",
            f"redirect-{status}-of-{name}",
            responses(http_response(status, location="/v1/elsewhere")),
            raises(RedirectError, "/v1/elsewhere", status_code=status, targets=[target]),
            call,
        )
        for status in STATUSES
        for name, (target, call) in CALLS.items()
    ),
    *(
        Case(
            "D03",
            f"redirect-{variant}",
            responses(http_response(status, **headers)),
            raises(RedirectError, status_code=status, targets=["POST /v1/search"]),
        )
        for variant, status, headers in [
            ("to-itself", 302, {"location": "/v1/search"}),
            ("without-location", 302, {}),
            ("with-empty-location", 302, {"location": ""}),
            ("to-file-url", 302, {"location": "file:///etc/passwd"}),
            ("to-invalid-url", 302, {"location": "http://[::1"}),
            ("300-multiple-choices", 300, {"location": "/v1/elsewhere"}),
            ("304-not-modified", 304, {}),
            ("305-use-proxy", 305, {"location": "http://127.0.0.1:1/"}),
        ]
    ),
    Case(
        "D03",
        "redirect-with-key-in-location",
        responses(http_response(302, location=f"/v1?key={KEY}&{'x' * 9_000}")),
        raises(
            RedirectError,
            "/v1?key=***&xxx",
            "the client does not follow redirects: correct the base URL",
            status_code=302,
            never_shows=[KEY],
        ),
    ),
    Case(
        "D03",
        "redirect-304-with-content-length",
        raw_responses(NOT_MODIFIED),
        raises(RedirectError, status_code=304, requests=1, connections=1),
    ),
]
