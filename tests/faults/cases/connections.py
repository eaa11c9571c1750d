"""Connection faults: refused, reset, closed, slow, silent and garbled connections (C01 to C19)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from attrs import evolve

from memsy import MemsyAPIError, MemsyConnectionError, MemsyTimeoutError, Timeout
from tests.faults.calls import idle, ingest, ingest_8_mib, search, searching
from tests.faults.case import Case
from tests.faults.expectations import raises, returns, times_out
from tests.faults.scenario import (
    Endpoint,
    Scenario,
    closed_port,
    every_connection,
    first_connections,
    full_backlog,
    http_response,
    http_url,
    no_server,
    raw_responses,
    responses,
)
from tests.support.raw_server import Peer, RawServer, Script, respond_with
from tests.support.search_responses import FOUND, FOUND_BYTES, found
from tests.support.server_scripts import (
    UNSOLICITED,
    close_after_request,
    close_on_accept,
    close_on_reuse,
    close_when_idle,
    never_respond,
    read_head_only,
    read_nothing,
    reset_after_request,
    reset_on_accept,
    reset_on_reuse,
    respond_408_when_idle,
    respond_413_unread,
    send_and_close,
    send_body_slowly,
    send_chunks_slowly,
    send_endless_100_continue,
    send_endless_headers_slowly,
    send_extra_bytes,
    send_head_slowly,
    send_trailers_slowly,
)

SHORT_TIMEOUT: dict[str, Any] = {"timeout": 0.2}
READ_TIMEOUT = Timeout(total=10, read=0.15)


def waiting_for_event(make_script: Callable[[Event], Script]) -> Scenario:
    """One server whose script sets an event, for which the second call waits."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        happened = Event()

        def wait() -> None:
            # The kernel needs a moment to deliver the bytes; the event loop gets no time to run.
            happened.wait(5)
            time.sleep(0.02)

        with every_connection(make_script(happened))() as endpoint:
            yield evolve(endpoint, between_calls=wait)

    return scenario


@contextmanager
def slow_resolver() -> Iterator[Endpoint]:
    """A name lookup that takes longer than the timeout of the call."""
    lookup = socket.getaddrinfo

    def slowly(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - as in the standard library
        time.sleep(0.7)
        return lookup(*args, **options)

    with (
        RawServer(respond_with(FOUND_BYTES)) as server,
        patch.object(socket, "getaddrinfo", slowly),
    ):
        yield Endpoint(base_url=http_url(server, "localhost"), servers=[server])


@contextmanager
def first_address_without_reaction() -> Iterator[Endpoint]:
    """A host with two addresses, of which the first one does not react."""
    lookup = socket.getaddrinfo
    with full_backlog() as unreachable, RawServer(respond_with(FOUND_BYTES)) as server:
        ports = [urlsplit(unreachable.base_url).port, server.port]

        def both(*_: object, **__: object) -> object:
            return [
                entry
                for port in ports
                for entry in lookup("127.0.0.1", port, type=socket.SOCK_STREAM)
            ]

        with patch.object(socket, "getaddrinfo", both):
            yield Endpoint(base_url=http_url(server, "service.invalid"), servers=[server])


NOT_SENT = {"maybe_processed": False, "requests": 0}
CONNECTION_LOST = "closed the connection without a response"
NOT_HTTP = "is not valid HTTP"

CASES = [
    Case(
        "C01",
        "connection-refused",
        closed_port,
        raises(MemsyConnectionError, "refused the connection", attempts=4, **NOT_SENT),
    ),
    *(
        Case(
            "C02",
            f"connection-{end}-on-accept",
            every_connection(script),
            raises(MemsyConnectionError, attempts=4, requests=0, connections=4),
            nondeterministic={"text", "maybe_processed"},
            reason="the connection may end before or after the first byte of the client",
        )
        for end, script in {"reset": reset_on_accept, "closed": close_on_accept}.items()
    ),
    *(
        Case(
            "C03",
            f"connection-{end}-after-every-request",
            every_connection(script),
            raises(
                MemsyConnectionError,
                CONNECTION_LOST,
                attempts=4,
                maybe_processed=True,
                connections=4,
            ),
        )
        for end, script in {"reset": reset_after_request, "closed": close_after_request}.items()
    ),
    *(
        Case(
            "C04",
            f"connection-{end}-after-first-request",
            first_connections(script),
            returns(FOUND, attempts=2),
        )
        for end, script in {"reset": reset_after_request, "closed": close_after_request}.items()
    ),
    *(
        Case(
            "C05",
            f"connection-{end}-on-reuse",
            first_connections(script),
            returns(FOUND, attempts=2, requests=3, connections=2),
            [search, search],
        )
        for end, script in {"reset": reset_on_reuse, "closed": close_on_reuse}.items()
    ),
    *(
        Case(
            "C06",
            f"connection-{end}-while-idle",
            waiting_for_event(partial(close_when_idle, close)),
            returns(FOUND, attempts=1, requests=2, connections=2),
            [search, search],
        )
        for end, close in {"reset": Peer.reset, "closed": Peer.finish}.items()
    ),
    *(
        Case(
            "C06",
            f"connection-{end}-while-idle-and-loop-runs",
            every_connection(close_when_idle(close, Event())),
            returns(FOUND, attempts=1, requests=2, connections=2, waits=[]),
            [search, idle, search],
        )
        for end, close in {"reset": Peer.reset, "closed": Peer.finish}.items()
    ),
    Case(
        "C06",
        "unsolicited-408-while-idle",
        waiting_for_event(respond_408_when_idle),
        returns(FOUND, attempts=1, requests=2, connections=2),
        [search, search],
    ),
    Case(
        "C07",
        "no-response",
        every_connection(never_respond),
        times_out("no response within 0.2 s", maybe_processed=True),
        options=SHORT_TIMEOUT,
    ),
    Case(
        "C07",
        "no-response-to-ingest",
        every_connection(never_respond),
        times_out("no response within 0.2 s", maybe_processed=True),
        ingest,
        options=SHORT_TIMEOUT,
    ),
    Case(
        "C07",
        "no-response-within-read-timeout",
        every_connection(never_respond),
        raises(MemsyTimeoutError, "no response within 0.05 s", attempts=4, maybe_processed=True),
        options={"timeout": Timeout(total=20, read=0.05)},
    ),
    Case(
        "C08",
        "no-response-to-first-request",
        first_connections(never_respond),
        returns(FOUND, attempts=2, connections=2),
        options={"timeout": READ_TIMEOUT},
    ),
    Case(
        "C09",
        "connect-timeout-full-backlog",
        full_backlog,
        times_out("no connection to 127.0.0.1:", "within 0.2 s", **NOT_SENT),
        options=SHORT_TIMEOUT,
    ),
    Case(
        "C09",
        "connect-timeout-shorter-than-total",
        full_backlog,
        raises(MemsyTimeoutError, "within 0.05 s", attempts=4, **NOT_SENT),
        options={"timeout": Timeout(total=20, connect=0.05)},
    ),
    Case(
        "C09",
        "first-address-without-reaction",
        first_address_without_reaction,
        returns(FOUND, attempts=1, connections=1),
        options={"timeout": 20},
    ),
    *(
        Case(
            "C10",
            f"slow-response-{part}",
            every_connection(script),
            times_out("no response within 0.2 s", maybe_processed=True),
            options=SHORT_TIMEOUT,
        )
        for part, script in {
            "head": send_head_slowly,
            "endless-headers": send_endless_headers_slowly,
        }.items()
    ),
    *(
        Case(
            "C11",
            f"slow-response-{part}",
            every_connection(script),
            times_out("no complete response within 0.2 s", maybe_processed=True),
            options=SHORT_TIMEOUT,
        )
        for part, script in {
            "body": send_body_slowly,
            "chunks": send_chunks_slowly,
            "trailers": send_trailers_slowly,
        }.items()
    ),
    Case(
        "C12",
        "informational-100-endless",
        every_connection(send_endless_100_continue),
        times_out("no response within 0.2 s", maybe_processed=True),
        options=SHORT_TIMEOUT,
    ),
    *(
        Case(
            "C12",
            f"informational-{interim_id}-before-response",
            raw_responses(interim + FOUND_BYTES),
            returns(FOUND),
        )
        for interim_id, interim in {
            "100": b"HTTP/1.1 100 Continue\r\n\r\n",
            "102": b"HTTP/1.1 102 Processing\r\n\r\n",
            "103": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
            "50-times-103": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50,
        }.items()
    ),
    *(
        Case(
            "C13",
            f"not-http-{variant}",
            every_connection(send_and_close(data)),
            raises(MemsyConnectionError, NOT_HTTP, attempts=4, maybe_processed=True),
        )
        for variant, data in {
            "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
            "tls-alert": b"\x15\x03\x01\x00\x02\x02\x46",
            "status-in-words": b"HTTP/1.1 twohundred OK\r\n\r\n",
            "status-of-two-digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
            "json": b"{}\r\n\r\n",
            "without-version": b"HTTP/ 200 OK\r\nContent-Length: 0\r\n\r\n",
            "icy": b"ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
            "http-2": b"HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
        }.items()
    ),
    Case(
        "C14",
        "status-101-upgrade",
        responses(http_response(101, upgrade="websocket", connection="upgrade")),
        raises(MemsyAPIError, status_code=101),
    ),
    Case(
        "C14",
        "status-101-upgrade-and-other-protocol",
        raw_responses(b"HTTP/1.1 101 Reason\r\nUpgrade: tea\r\nConnection: upgrade\r\n\r\ngreen"),
        raises(MemsyAPIError, status_code=101, connections=1),
    ),
    *(
        Case(
            "C15",
            f"{variant}-{'while-idle' if delayed else 'in-same-segment'}",
            waiting_for_event(partial(send_extra_bytes, data, delayed=delayed)),
            returns(found("two"), requests=2, connections=2),
            [searching("one"), searching("two")],
        )
        for variant, data in {
            "unsolicited-response": UNSOLICITED,
            "part-of-unsolicited-response": UNSOLICITED[:20],
        }.items()
        for delayed in (False, True)
    ),
    *(
        Case(
            "C15",
            f"{variant}-while-idle-and-loop-runs",
            every_connection(send_extra_bytes(data, Event(), delayed=True)),
            returns(found("two"), requests=2, connections=2, waits=[]),
            [searching("one"), idle, searching("two")],
        )
        for variant, data in {
            "unsolicited-response": UNSOLICITED,
            "part-of-unsolicited-response": UNSOLICITED[:20],
        }.items()
    ),
    Case(
        "C16",
        "status-413-before-body-is-sent",
        every_connection(respond_413_unread),
        raises(MemsyAPIError, "too large", status_code=413),
        ingest_8_mib,
    ),
    *(
        Case(
            "C17",
            f"write-timeout-8-mib-{variant}",
            every_connection(script),
            times_out("no response within 0.2 s", maybe_processed=True, requests=requests),
            ingest_8_mib,
            options=SHORT_TIMEOUT,
        )
        for variant, script, requests in [
            ("server-reads-nothing", read_nothing, 0),
            ("server-reads-head-only", read_head_only, 1),
        ]
    ),
    Case(
        "C18",
        "dns-unknown-host",
        no_server("http://no-such-host.invalid/v1"),
        raises(MemsyConnectionError, "cannot be resolved", attempts=4, **NOT_SENT),
    ),
    Case(
        "C19",
        "dns-slower-than-deadline",
        slow_resolver,
        times_out("within 0.2 s", **NOT_SENT),
        options=SHORT_TIMEOUT,
        reason="a blocking lookup cannot be cancelled: the sync client returns only after it, as"
        " documented; the async client is on time",
    ),
]
