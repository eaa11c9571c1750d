"""D: a service that points elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from memsy import RedirectError
from tests.matrix.calls import create, delete, health, ingest, search, update
from tests.matrix.expecting import raises
from tests.matrix.row import Row
from tests.matrix.stage import FINE, Place, Stage, http, replies, saying, says
from tests.raw_server import RawServer, answering, response

STATUSES = (301, 302, 303, 307, 308)
CALLS = {
    "POST /v1/search": search,
    "POST /v1/ingest": ingest,
    "GET /v1/health": health,
    "POST /v1/roles": create,
    "PATCH /v1/roles/r1?org_id=o1": update,
    "DELETE /v1/roles/r1?org_id=o1": delete,
}


def to_another_server(status: int) -> Stage:
    """By another name of this machine, so that it is another origin in every respect."""

    @contextmanager
    def stage() -> Iterator[Place]:
        with RawServer(answering(FINE)) as other:
            location = f"Location: {http(other, 'localhost')}/search"
            moved = response(b"", location, status=f"{status} Moved")
            with RawServer(answering(moved)) as server:
                yield Place(base_url=http(server), servers=[server], bystanders=[other])

    return stage


NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"
"""With the length of what has not been modified, and is not sent."""

ROWS = [
    *(
        Row(
            "D01",
            f"{status} to another server",
            to_another_server(status),
            raises(
                RedirectError,
                "it points to http://localhost:",
                "redirects are not followed",
                status_code=status,
                maybe_processed=False,
            ),
        )
        for status in STATUSES
    ),
    *(
        Row(
            "D02",
            f"{status} to the same server, of {target}",
            replies(says(status, location="/v1/elsewhere")),
            raises(RedirectError, "/v1/elsewhere", status_code=status, targets=[target]),
            call,
        )
        for status in STATUSES
        for target, call in CALLS.items()
    ),
    *(
        Row(
            "D03",
            what,
            replies(says(status, **headers)),
            raises(RedirectError, status_code=status, targets=["POST /v1/search"]),
        )
        for what, status, headers in [
            ("to itself", 302, {"location": "/v1/search"}),
            ("to nowhere", 302, {}),
            ("to an empty place", 302, {"location": ""}),
            ("to a file", 302, {"location": "file:///etc/passwd"}),
            ("to what is no URL", 302, {"location": "http://[::1"}),
            ("300, with a choice", 300, {"location": "/v1/elsewhere"}),
            ("304, which nobody asked for", 304, {}),
            ("305, to a proxy", 305, {"location": "http://127.0.0.1:1/"}),
        ]
    ),
    Row(
        "D03",
        "304 with the length of what it does not send",
        saying(NOT_MODIFIED),
        raises(RedirectError, status_code=304, requests=1, connections=1),
    ),
]
