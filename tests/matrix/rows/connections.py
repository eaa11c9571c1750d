"""C: what befalls connections."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import Any
from unittest.mock import patch

from attrs import evolve

from memsy import MemsyAPIError, MemsyConnectionError, MemsyTimeoutError, Timeout
from tests.matrix.calls import FOUND, found, ingest, ingest_8_mib, rest, search, searching
from tests.matrix.expecting import answers, raises, times_out
from tests.matrix.faults import (
    STRAY,
    answer_too_much,
    be_silent,
    close_when_idle,
    drip_body,
    drip_chunks,
    drip_head,
    drip_headers,
    drip_trailers,
    end_after_request,
    end_at_once,
    end_on_reuse,
    hang_up_when_idle,
    never_accept_a_byte,
    promise_only,
    read_head_only,
    refuse_unread,
    reset_after_request,
    reset_at_once,
    reset_on_reuse,
    say_and_end,
)
from tests.matrix.row import Row
from tests.matrix.stage import (
    FINE,
    Place,
    Stage,
    a_closed_port,
    a_full_backlog,
    always,
    at,
    first,
    http,
    replies,
    saying,
    says,
)
from tests.raw_server import Peer, RawServer, Script, answering

BRIEF: dict[str, Any] = {"timeout": 0.2}
READ = Timeout(total=10, read=0.15)


def idle_until(make: Callable[[Event], Script]) -> Stage:
    """A server whose script sets an event, for which the second call waits."""

    @contextmanager
    def stage() -> Iterator[Place]:
        happened = Event()

        def wait() -> None:
            # So that its kernel, too, has told ours; an event loop has no time to notice.
            happened.wait(5)
            time.sleep(0.02)

        with always(make(happened))() as place:
            yield evolve(place, between=wait)

    return stage


@contextmanager
def a_slow_resolver() -> Iterator[Place]:
    """Looking up a name takes longer than the call may."""
    look_up = socket.getaddrinfo

    def slowly(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - as it is in the library
        time.sleep(0.7)
        return look_up(*args, **options)

    with RawServer(answering(FINE)) as server, patch.object(socket, "getaddrinfo", slowly):
        yield Place(base_url=http(server, "localhost"), servers=[server])


NOT_MADE = {"maybe_processed": False, "requests": 0}
LOST = "closed the connection without an answer"
NO_HTTP = "is no HTTP response"

ROWS = [
    Row(
        "C01",
        "refused",
        a_closed_port,
        raises(MemsyConnectionError, "refused the connection", attempts=4, **NOT_MADE),
    ),
    *(
        Row(
            "C02",
            f"{how} on accept",
            always(script),
            raises(MemsyConnectionError, attempts=4, requests=0, connections=4),
            luck={"text", "maybe_processed"},
            why="whether the connection ends before our first byte or after it is a race",
        )
        for how, script in {"reset": reset_at_once, "end": end_at_once}.items()
    ),
    *(
        Row(
            "C03",
            f"{how} after every request",
            always(script),
            raises(MemsyConnectionError, LOST, attempts=4, maybe_processed=True, connections=4),
        )
        for how, script in {"reset": reset_after_request, "end": end_after_request}.items()
    ),
    *(
        Row("C04", f"{how} after a request, once", first(script), answers(FOUND, attempts=2))
        for how, script in {"reset": reset_after_request, "end": end_after_request}.items()
    ),
    *(
        Row(
            "C05",
            f"{how} when a connection is used again",
            first(script),
            answers(FOUND, attempts=2, requests=3, connections=2),
            [search, search],
        )
        for how, script in {"reset": reset_on_reuse, "end": end_on_reuse}.items()
    ),
    *(
        Row(
            "C06",
            f"{how} while a connection is idle",
            idle_until(partial(close_when_idle, end)),
            answers(FOUND, attempts=1, requests=2, connections=2),
            [search, search],
        )
        for how, end in {"reset": Peer.reset, "end": Peer.finish}.items()
    ),
    *(
        Row(
            "C06",
            f"{how} while a connection is idle, and the client is not",
            always(close_when_idle(end, Event())),
            answers(FOUND, attempts=1, requests=2, connections=2, waits=[]),
            [search, rest, search],
        )
        for how, end in {"reset": Peer.reset, "end": Peer.finish}.items()
    ),
    Row(
        "C06",
        "408, unasked, and an end while a connection is idle",
        idle_until(hang_up_when_idle),
        answers(FOUND, attempts=1, requests=2, connections=2),
        [search, search],
    ),
    Row(
        "C07",
        "never answers",
        always(be_silent),
        times_out("no answer within 0.2 s", maybe_processed=True),
        options=BRIEF,
    ),
    Row(
        "C07",
        "never answers an ingest",
        always(be_silent),
        times_out("no answer within 0.2 s", maybe_processed=True),
        ingest,
        options=BRIEF,
    ),
    Row(
        "C07",
        "never answers, with a limit to each wait",
        always(be_silent),
        raises(MemsyTimeoutError, "no answer within 0.05 s", attempts=4, maybe_processed=True),
        options={"timeout": Timeout(total=20, read=0.05)},
    ),
    Row(
        "C08",
        "never answers, once",
        first(be_silent),
        answers(FOUND, attempts=2, connections=2),
        options={"timeout": READ},
    ),
    Row(
        "C09",
        "no place in the backlog",
        a_full_backlog,
        times_out("no connection to 127.0.0.1:", "within 0.2 s", **NOT_MADE),
        options=BRIEF,
    ),
    Row(
        "C09",
        "no place in the backlog, with a limit to connecting",
        a_full_backlog,
        raises(MemsyTimeoutError, "within 0.05 s", attempts=4, **NOT_MADE),
        options={"timeout": Timeout(total=20, connect=0.05)},
    ),
    *(
        Row(
            "C10",
            f"slow {what}",
            always(script),
            times_out("no answer within 0.2 s", maybe_processed=True),
            options=BRIEF,
        )
        for what, script in {"head": drip_head, "headers, without an end": drip_headers}.items()
    ),
    *(
        Row(
            "C11",
            f"slow {what}",
            always(script),
            times_out("no whole answer within 0.2 s", maybe_processed=True),
            options=BRIEF,
        )
        for what, script in {
            "body": drip_body,
            "chunks": drip_chunks,
            "trailers": drip_trailers,
        }.items()
    ),
    Row(
        "C12",
        "100 Continue, without an end",
        always(promise_only),
        times_out("no answer within 0.2 s", maybe_processed=True),
        options=BRIEF,
    ),
    *(
        Row("C12", f"{what}, and then an answer", saying(interim + FINE), answers(FOUND))
        for what, interim in {
            "100 Continue": b"HTTP/1.1 100 Continue\r\n\r\n",
            "102 Processing": b"HTTP/1.1 102 Processing\r\n\r\n",
            "103 Early Hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
            "50 hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50,
        }.items()
    ),
    *(
        Row(
            "C13",
            f"garbage: {what}",
            always(say_and_end(garbage)),
            raises(MemsyConnectionError, NO_HTTP, attempts=4, maybe_processed=True),
        )
        for what, garbage in {
            "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
            "a TLS alert": b"\x15\x03\x01\x00\x02\x02\x46",
            "a status in words": b"HTTP/1.1 twohundred OK\r\n\r\n",
            "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
            "JSON": b"{}\r\n\r\n",
            "no version": b"HTTP/ 200 OK\r\nContent-Length: 0\r\n\r\n",
            "another protocol": b"ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/2": b"HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
        }.items()
    ),
    Row(
        "C14",
        "101 to a POST",
        replies(says(101, upgrade="websocket", connection="upgrade")),
        raises(MemsyAPIError, status_code=101),
    ),
    Row(
        "C14",
        "101 to a POST, and what is no HTTP any more",
        saying(b"HTTP/1.1 101 Said\r\nUpgrade: tea\r\nConnection: upgrade\r\n\r\ngreen"),
        raises(MemsyAPIError, status_code=101, connections=1),
    ),
    *(
        Row(
            "C15",
            f"{what}, {'while idle' if apart else 'in the same segment'}",
            idle_until(partial(answer_too_much, data, apart=apart)),
            answers(found("two"), requests=2, connections=2),
            [searching("one"), searching("two")],
        )
        for what, data in {"a second answer": STRAY, "half an answer": STRAY[:20]}.items()
        for apart in (False, True)
    ),
    *(
        Row(
            "C15",
            f"{what}, while the connection is idle, and the client is not",
            always(answer_too_much(data, Event(), apart=True)),
            answers(found("two"), requests=2, connections=2, waits=[]),
            [searching("one"), rest, searching("two")],
        )
        for what, data in {"a second answer": STRAY, "half an answer": STRAY[:20]}.items()
    ),
    Row(
        "C16",
        "413 while the body is still on its way",
        always(refuse_unread),
        raises(MemsyAPIError, "too large", status_code=413),
        ingest_8_mib,
    ),
    *(
        Row(
            "C17",
            f"8 MiB of which {what} is read",
            always(script),
            times_out("no answer within 0.2 s", maybe_processed=True, requests=requests),
            ingest_8_mib,
            options=BRIEF,
        )
        for what, script, requests in [
            ("nothing", never_accept_a_byte, 0),
            ("only the head", read_head_only, 1),
        ]
    ),
    Row(
        "C18",
        "a name that nobody has",
        at("http://no-such-host.invalid/v1"),
        raises(MemsyConnectionError, "cannot be resolved", attempts=4, **NOT_MADE),
    ),
    Row(
        "C19",
        "a resolver slower than the deadline",
        a_slow_resolver,
        times_out("within 0.2 s", **NOT_MADE),
        options=BRIEF,
        why="nothing can end a look-up that blocks: the blocking client is late by what is left"
        " of it, which is documented; the awaiting one is on time.",
    ),
]
