"""Secrets, calls that fail with them in hand, and the ways in which people look at a failure."""

from __future__ import annotations

import asyncio
import copy
import inspect
import io
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeAlias

import rich.console
import rich.pretty
import rich.traceback
from attrs import frozen

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    MemsyClient,
    MemsyControlClient,
    MemsyError,
)
from tests.raw_server import Peer, RawServer, Script, answering, response

MARK = "hunter2"
"""Stands in each secret, and in nothing else."""

API_KEY = f"msy_{MARK}_key"
S3_KEY = f"{MARK}_access_key"
RAW_KEY = f"msy_{MARK}_raw_key"
PROXY = f"http://user:{MARK}_password@127.0.0.1:9"

Memsy: TypeAlias = "MemsyClient | AsyncMemsyClient"
Control: TypeAlias = "MemsyControlClient | AsyncMemsyControlClient"

COLOURS: dict[str, tuple[type[Memsy], type[Control]]] = {
    "blocking": (MemsyClient, MemsyControlClient),
    "awaiting": (AsyncMemsyClient, AsyncMemsyControlClient),
}


@frozen
class Caller:
    """One who has clients of both planes, of one colour. No frame of his holds a secret."""

    memsy: Memsy
    control: Control
    loop: asyncio.AbstractEventLoop

    def ask(self, call: Call) -> object:
        answer = call(self)
        return self.loop.run_until_complete(answer) if inspect.iscoroutine(answer) else answer


Call: TypeAlias = Callable[[Caller], object]


@contextmanager
def caller(colour: str, url: str, proxy: str | None = None) -> Iterator[Caller]:
    memsy, control = COLOURS[colour]
    loop = asyncio.new_event_loop()
    one = Caller(
        memsy(url, API_KEY, timeout=1.0, max_retries=0, proxy=proxy),
        control(url, API_KEY, timeout=1.0, max_retries=0, proxy=proxy),
        loop,
    )
    try:
        yield one
    finally:
        one.ask(lambda one: one.memsy.close())
        one.ask(lambda one: one.control.close())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def search(one: Caller) -> object:
    return one.memsy.search("tea")


def create_key(one: Caller) -> object:
    return one.control.keys.create("ci", ["read"])


def configure_s3(one: Caller) -> object:
    return one.control.connectors.configure_s3(
        access_key_id="AKIA", secret_access_key=S3_KEY, region="eu-1", bucket="b"
    )


def _reset(peer: Peer) -> None:
    peer.read()
    peer.reset()


def _silence(peer: Peer) -> None:
    peer.read()
    peer.pause()


def _refusing(status: str, body: bytes = b"{}", *headers: str) -> Script:
    return answering(response(body, "Content-Type: application/json", *headers, status=status))


FOUND = response(b'{"results": []}')

FAILURES: dict[str, tuple[Script, Call]] = {
    "a reset": (_reset, search),
    "a reset with credentials on their way": (_reset, configure_s3),
    "silence": (_silence, search),
    "no HTTP": (answering(b"SSH-2.0\r\n"), search),
    "a body cut short": (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), search),
    "no JSON": (answering(response(b"<html>")), search),
    "another shape": (answering(response(b'{"results": 5}')), search),
    "a new key of another shape": (
        answering(response(b'{"key_id": 5, "raw_key": "%s"}' % RAW_KEY.encode())),
        create_key,
    ),
    "a new key that is no JSON": (
        answering(response(b'{"raw_key": "%s"' % RAW_KEY.encode())),
        create_key,
    ),
    "a key that is wrong": (_refusing("401 Unauthorized"), search),
    "a key that may not": (_refusing("403 Forbidden", b'{"error": "wrong_scope"}'), search),
    "a refusal": (_refusing("422 Unprocessable", b'{"detail": [{"msg": "no"}]}'), configure_s3),
    "a limit": (_refusing("429 Too Many Requests", b"{}", "Retry-After: 1"), search),
    "a failure": (_refusing("503 Service Unavailable"), search),
    "a redirect": (_refusing("302 Found", b"", "Location: http://127.0.0.1:9/"), search),
}


def url_of(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def caught(colour: str, failure: str) -> MemsyError:
    """The error that the caller of FAILURES sees."""
    script, call = FAILURES[failure]
    with RawServer(script) as server:
        return _failing(colour, url_of(server), call)


def _failing(colour: str, url: str, call: Call) -> MemsyError:
    with caller(colour, url) as one:
        try:
            one.ask(call)
        except MemsyError as error:
            return error
    raise AssertionError("that was no failure")


def _by_rich(error: BaseException) -> str:
    out = io.StringIO()
    rich.console.Console(file=out, width=500).print(
        rich.traceback.Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=10_000
        )
    )
    return out.getvalue()


def by_frames(error: BaseException) -> str:
    """As cgitb, Sentry and others do it: all locals of all frames, and what is in them."""
    shown = list[str]()
    for one in _chain(error):
        trace: TracebackType | None = one.__traceback__
        while trace is not None:
            for name, value in trace.tb_frame.f_locals.items():
                shown += [f"{name} = {value!r}", pprint.pformat(value), _attributes(value)]
            trace = trace.tb_next
    return "\n".join(shown)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that lie below it, also those that are suppressed."""
    if error is not None:
        yield error
        yield from _chain(error.__cause__)
        yield from _chain(error.__context__)


def _attributes(value: object) -> str:
    return repr(getattr(value, "__dict__", {}))


def _by_logging(error: BaseException) -> str:
    out = io.StringIO()
    logger = logging.Logger("caller", logging.DEBUG)  # noqa: LOG001 - not one that others share
    logger.addHandler(logging.StreamHandler(out))
    logger.error("it failed: %s %r", error, error, exc_info=error)
    return out.getvalue()


def _with_locals(error: BaseException) -> str:
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format())


WAYS: dict[str, Callable[[BaseException], str]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "args": lambda error: repr(error.args),
    "vars": lambda error: pprint.pformat(vars(error)),
    "traceback": lambda error: "".join(traceback.format_exception(error)),
    "traceback with locals": _with_locals,
    "rich": _by_rich,
    "frames": by_frames,
    "log": _by_logging,
    "pickle": lambda error: pickle.dumps(error).decode("latin-1"),
    "old pickle": lambda error: pickle.dumps(error, 0).decode("latin-1"),
    "copy": lambda error: pprint.pformat(vars(copy.deepcopy(error))),
}


def shown_whole(value: object) -> str:
    """*value* and what it is made of, as far down as somebody with a debugger would go."""
    seen = dict[int, object]()
    left = [(value, 0)]
    while left:
        one, depth = left.pop()
        if id(one) not in seen and depth <= 6:
            seen[id(one)] = one
            left += [(inner, depth + 1) for inner in _within(one)]
    return "\n".join(f"{one!r} {rich.pretty.pretty_repr(one)}" for one in seen.values())


def _within(value: object) -> list[Any]:
    held = [*getattr(value, "__dict__", {}).values()]
    if isinstance(value, (list, tuple, set)):
        return [*held, *value]
    return [*held, *value.values()] if isinstance(value, dict) else held
