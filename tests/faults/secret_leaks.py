"""Secrets, failing calls that hold them, and the ways to display an error."""

from __future__ import annotations

import asyncio
import copy
import inspect
import io
import logging
import pickle
import pprint
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote

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
from memsy._core.secret import MaskedStr
from tests.support.raw_server import RawServer, Script, respond_with, response
from tests.support.server_scripts import never_respond, reset_after_request

MARK = "hunter2"
"""Part of each secret, and of nothing else."""

API_KEY = f"msy_{MARK}_key"
GATEWAY_TOKEN = f"{MARK}_gateway_token"
S3_KEY = f"{MARK}_access_key"
RAW_KEY = f"msy_{MARK}_raw_key"
PROXY = f"http://user:{MARK}_password@127.0.0.1:9"

Memsy: TypeAlias = "MemsyClient | AsyncMemsyClient"
Control: TypeAlias = "MemsyControlClient | AsyncMemsyControlClient"
AnyClient = TypeVar("AnyClient", bound="Memsy | Control")

CLIENTS: dict[str, tuple[type[Memsy], type[Control]]] = {
    "sync": (MemsyClient, MemsyControlClient),
    "async": (AsyncMemsyClient, AsyncMemsyControlClient),
}


KEY_KINDS: dict[str, str | Callable[[], str]] = {
    "key": API_KEY,
    "key-function": lambda: API_KEY,
}
"""Fixed keys, and functions that return the key."""


@frozen
class ClientPair:
    """Clients of both planes in one mode. No frame of this class holds a secret."""

    memsy: Memsy
    control: Control
    loop: asyncio.AbstractEventLoop

    def run(self, call: PairCall) -> object:
        """Return the result of `call`."""
        returned = call(self)
        return self.loop.run_until_complete(returned) if inspect.iscoroutine(returned) else returned


PairCall: TypeAlias = Callable[[ClientPair], object]


@contextmanager
def client_pair(
    mode: str, url: str, proxy: str | None = None, key_kind: str = "key"
) -> Iterator[ClientPair]:
    """Open clients of both planes, "sync" or "async", with a secret header."""
    memsy, control = CLIENTS[mode]
    loop = asyncio.new_event_loop()
    pair = ClientPair(
        _create(memsy, url, proxy, key_kind), _create(control, url, proxy, key_kind), loop
    )
    try:
        yield pair
    finally:
        pair.run(lambda pair: pair.memsy.close())
        pair.run(lambda pair: pair.control.close())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _create(client: type[AnyClient], url: str, proxy: str | None, key_kind: str) -> AnyClient:
    return client(
        url,
        KEY_KINDS[key_kind],
        timeout=1.0,
        max_retries=0,
        proxy=proxy,
        default_headers={"X-Gateway-Token": GATEWAY_TOKEN},
    )


def search(pair: ClientPair) -> object:
    return pair.memsy.search("tea")


def create_key(pair: ClientPair) -> object:
    return pair.control.keys.create("ci", ["read"])


def configure_s3(pair: ClientPair) -> object:
    return pair.control.connectors.configure_s3(
        access_key_id="AKIA", secret_access_key=S3_KEY, region="eu-1", bucket="b"
    )


def _error_response(status: str, body: bytes = b"{}", *headers: str) -> Script:
    return respond_with(response(body, "Content-Type: application/json", *headers, status=status))


NOTHING_FOUND = response(b'{"results": []}')

FAILURES: dict[str, tuple[Script, PairCall]] = {
    "reset": (reset_after_request, search),
    "reset-with-credentials-in-request": (reset_after_request, configure_s3),
    "no-response": (never_respond, search),
    "not-http": (respond_with(b"SSH-2.0\r\n"), search),
    "body-truncated": (respond_with(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), search),
    "not-json": (respond_with(response(b"<html>")), search),
    "wrong-shape": (respond_with(response(b'{"results": 5}')), search),
    "created-key-of-wrong-shape": (
        respond_with(response(b'{"key_id": 5, "raw_key": "%s"}' % RAW_KEY.encode())),
        create_key,
    ),
    "created-key-not-json": (
        respond_with(response(b'{"raw_key": "%s"' % RAW_KEY.encode())),
        create_key,
    ),
    "status-401": (_error_response("401 Unauthorized"), search),
    "status-403": (_error_response("403 Forbidden", b'{"error": "wrong_scope"}'), search),
    "status-422-with-credentials-in-request": (
        _error_response("422 Unprocessable", b'{"detail": [{"msg": "no"}]}'),
        configure_s3,
    ),
    "status-429": (_error_response("429 Too Many Requests", b"{}", "Retry-After: 1"), search),
    "status-503": (_error_response("503 Service Unavailable"), search),
    "redirect": (_error_response("302 Found", b"", "Location: http://127.0.0.1:9/"), search),
}


PROXY_PASSWORD = f"{MARK}/pass word"
PROXY_CREDENTIALS = f"user:{quote(PROXY_PASSWORD, safe='')}"
BASIC = b64encode(f"user:{PROXY_PASSWORD}".encode()).decode()

KEY_IN_BASE64 = b64encode(f"x{API_KEY}".encode()).decode()[4:16]
"""A part that depends on the key alone."""

ECHOES = {
    "key": API_KEY,
    "key-in-upper-case": API_KEY.upper(),
    "key-url-encoded": API_KEY.replace("_", "%5f"),
    "key-json-escaped": API_KEY.replace("h", "\\u0068"),
    "key-base64": b64encode(f"x{API_KEY}:".encode()).decode(),
    "s3-key": S3_KEY,
    "gateway-token": GATEWAY_TOKEN,
    "proxy-password": PROXY_PASSWORD,
    "proxy-password-url-encoded": quote(PROXY_PASSWORD, safe=""),
    "proxy-credentials": BASIC,
}
"""Texts that a service or a proxy repeats."""


def _repeating(text: str) -> dict[str, Script]:
    """Return a server for each place in which a response may repeat `text`."""
    in_json = b'{"detail": "no %b", "error": "%b", "reason": ["%b"]}'.replace(b"%b", text.encode())
    items = b'{"detail": [{"loc": ["body", "%b"], "msg": "%b", "input": {"%b": "%b"}}]}'
    at_the_cut = b'{"detail": "%b%b"}' % (b"x" * 465, text.encode())
    html = f"<p>{text}</p>".encode()
    return {
        "detail": _error_response("401 Unauthorized", in_json),
        "items": _error_response("422 Unprocessable", items.replace(b"%b", text.encode())),
        "cut": _error_response("400 Bad Request", at_the_cut),
        "page": _error_response(f"407 {text}", html, f"Proxy-Authenticate: Basic {text}"),
        "location": _error_response("302 Found", b"", f"Location: https://a.test/{text}"),
        "request-id": _error_response("502 Bad Gateway", b"", f"X-Request-Id: {text}"),
        "page-as-result": respond_with(response(html, f"Content-Type: {text}")),
        "field-name": respond_with(response(b'{"results": [{"%b": 1}]}' % text.encode())),
        "encoding": respond_with(response(b"{}", f"Content-Encoding: {text}")),
    }


REPEATED = {
    f"{name}-in-{place}": (script, configure_s3 if name == "s3-key" else search)
    for name, text in ECHOES.items()
    for place, script in _repeating(text).items()
    if name == "key" or place in ("detail", "page-as-result")
}
"""Failing calls whose response repeats a secret."""


def repeated_secret_error_of(mode: str, failure: str, key_kind: str) -> MemsyError:
    """Return the error of one of REPEATED. The server is also the proxy of the client."""
    script, call = REPEATED[failure]
    with RawServer(script) as server:
        return _error_of(
            mode,
            "http://memsy.test/v1",
            call,
            MaskedStr(f"http://{PROXY_CREDENTIALS}@127.0.0.1:{server.port}"),
            key_kind,
        )


def url_of(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def error_of(mode: str, failure: str, key_kind: str) -> MemsyError:
    """Return the error of one of FAILURES."""
    script, call = FAILURES[failure]
    with RawServer(script) as server:
        return _error_of(mode, url_of(server), call, None, key_kind)


def _error_of(mode: str, url: str, call: PairCall, proxy: str | None, key_kind: str) -> MemsyError:
    with client_pair(mode, url, proxy, key_kind) as pair:
        try:
            pair.run(call)
        except MemsyError as error:
            return error
    raise AssertionError("the call did not fail")


def _by_rich(error: BaseException) -> str:
    out = io.StringIO()
    rich.console.Console(file=out, width=500).print(
        rich.traceback.Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=10_000
        )
    )
    return out.getvalue()


def by_frames(error: BaseException) -> str:
    """Return all locals of all frames with their attributes, as Sentry shows them."""
    shown = list[str]()
    for cause in _chain(error):
        trace: TracebackType | None = cause.__traceback__
        while trace is not None:
            for name, value in trace.tb_frame.f_locals.items():
                shown += [f"{name} = {value!r}", pprint.pformat(value), _attributes(value)]
            trace = trace.tb_next
    return "\n".join(shown)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error, its causes and its contexts, suppressed or not."""
    if error is not None:
        yield error
        yield from _chain(error.__cause__)
        yield from _chain(error.__context__)


def _attributes(value: object) -> str:
    return repr(getattr(value, "__dict__", {}))


def _by_logging(error: BaseException) -> str:
    out = io.StringIO()
    logger = logging.Logger("caller", logging.DEBUG)  # noqa: LOG001 - private to this function
    logger.addHandler(logging.StreamHandler(out))
    logger.error("failed: %s %r", error, error, exc_info=error)
    return out.getvalue()


def _with_locals(error: BaseException) -> str:
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(shown.format())


DISPLAYS: dict[str, Callable[[BaseException], str]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "args": lambda error: repr(error.args),
    "vars": lambda error: pprint.pformat(vars(error)),
    "traceback": lambda error: "".join(traceback.format_exception(error)),
    "traceback-with-locals": _with_locals,
    "rich": _by_rich,
    "frames": by_frames,
    "log": _by_logging,
    "pickle": lambda error: pickle.dumps(error).decode("latin-1"),
    "pickle-protocol-0": lambda error: pickle.dumps(error, 0).decode("latin-1"),
    "copy": lambda error: pprint.pformat(vars(copy.deepcopy(error))),
}


def deep_repr(value: object) -> str:
    """Return the repr of `value` and of the objects within, six levels deep."""
    seen = dict[int, object]()
    pending = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if id(item) not in seen and depth <= 6:
            seen[id(item)] = item
            pending += [(inner, depth + 1) for inner in _parts(item)]
    return "\n".join(f"{item!r} {rich.pretty.pretty_repr(item)}" for item in seen.values())


def _parts(value: object) -> list[Any]:
    held = [*getattr(value, "__dict__", {}).values()]
    if isinstance(value, (list, tuple, set)):
        return [*held, *value]
    return [*held, *value.values()] if isinstance(value, dict) else held
