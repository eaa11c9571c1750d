"""Any bytes for the functions between a socket and a model, which open none."""

from __future__ import annotations

import gzip
import json
import math
import pickle
import zlib
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from attrs import define, field

from fuzz.calls import CALLS
from fuzz.examples import REFUSALS, examples
from fuzz.mutations import damaged, damaged_json, some_of
from fuzz.target import Broken
from memsy import MemsyClient, MemsyControlClient
from memsy._base_client import SyncClientBase
from memsy._core.errors import error_from_response
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.response_body import BodyDecoder
from memsy._core.retry import retry_after
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy.exceptions import MemsyError, MemsyResponseError
from tests.strategies import fits

if TYPE_CHECKING:
    from memsy._core.settings import Settings
    from memsy._core.timeout import Deadline


class _Pure:
    """A target that holds nothing, and whose inputs are damaged seeds."""

    seeds: Sequence[bytes] = ()

    def drawn(self, random: Random) -> bytes:
        return self.mutated(random.choice(self.seeds), random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        return some_of((damaged,), data, random)

    def close(self) -> None:
        """There is nothing to close."""


_ENCODINGS = (None, "identity", "gzip", "x-gzip", "deflate", "br")
_LARGEST = 100_000


class Bodies(_Pure):
    """
    A body, with two bytes before it: its encoding, and where to cut it in two.

    It comes out whole or as a `MemsyResponseError`, bounded, and the same however it is cut.
    """

    def __init__(self) -> None:
        text = examples()[0].reply.content
        raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = gzip.compress(text, mtime=0)
        self.seeds = [
            b"\x00\x05" + text,
            b"\x02\x05" + packed,
            b"\x02\x0f" + packed + packed,
            b"\x02\x01" + gzip.compress(bytes(2 * _LARGEST), mtime=0),
            b"\x02\x01" + gzip.compress(b"", mtime=0) * 70,
            b"\x04\x05" + zlib.compress(text),
            b"\x04\x05" + raw.compress(text) + raw.flush(),
        ]

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data[:2] + some_of((damaged,), data[2:], random)

    def check(self, data: bytes) -> None:
        data = data.ljust(2, b"\0")
        encoding, cut = _ENCODINGS[data[0] % len(_ENCODINGS)], data[1]
        at_once = _decoded(encoding, data[2:])
        if at_once != _decoded(encoding, data[2 : 2 + cut], data[2 + cut :]):
            raise Broken(f"{encoding}: it matters where it is cut", f"at {cut}")
        if isinstance(at_once, bytes) and len(at_once) > _LARGEST:
            raise Broken(f"{encoding}: it is too large", f"{len(at_once)} bytes")


def _decoded(encoding: str | None, *pieces: bytes) -> bytes | tuple[str, bool]:
    try:
        body = BodyDecoder(encoding, _LARGEST)
        for piece in pieces:
            body.feed(piece)
        return body.whole()
    except MemsyResponseError as error:
        return str(error), error.is_retryable


class Models(_Pure):
    """
    The body of a good answer, with a byte before it that says to which call.

    What the call returns has the type that it promises, or the error says where it has not.
    """

    def __init__(self) -> None:
        self.seeds = [
            bytes([number]) + example.reply.content for number, example in enumerate(examples())
        ]
        self._line = _Line()
        self._clients = _Hot(self._line), _Control(self._line)

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data[:1] + _damaged_body(data[1:], random)

    def check(self, data: bytes) -> None:
        call = CALLS[(data or b"\0")[0] % len(CALLS)]
        self._line.reply = HTTPResponse(200, content=data[1:])
        try:
            answer = call(*self._clients)
        except MemsyResponseError as error:
            if "$" not in str(error) and "no JSON" not in str(error):
                raise Broken("the error does not say where", str(error)) from None
            _check_text(error)
            return
        if not fits(answer, call.shape):
            raise Broken("it is of another type than promised", f"{call.shape}: {answer!r}")


@define
class _Line:
    """A transport that brings whatever it was given, whatever it is asked."""

    reply: HTTPResponse = field(factory=partial(HTTPResponse, 200))
    clock: TimeSource = SYSTEM_TIME
    peer: None = None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.reply

    def close(self) -> None:
        """There is nothing to close."""


class _OnLine(SyncClientBase):
    def __init__(self, line: _Line) -> None:
        self._line = line
        super().__init__("http://memsy.test", "msy_local", max_retries=0)

    def _transport(self, settings: Settings) -> _Line:
        return self._line


class _Hot(_OnLine, MemsyClient): ...


class _Control(_OnLine, MemsyControlClient): ...


class Refusals(_Pure):
    """
    The body of a refusal, with a byte before it for its status: a `MemsyAPIError` with that status.

    Its message can be read and printed, and it survives a pickle.
    """

    def __init__(self) -> None:
        self.seeds = [
            bytes([status - 300]) + json.dumps(body).encode() for status, body in REFUSALS
        ]

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data[:1] + _damaged_body(data[1:], random)

    def check(self, data: bytes) -> None:
        status = 300 + (data or b"\0")[0]
        error = error_from_response(HTTPResponse(status, content=data[1:]), now=0.0)
        if error.status_code != status:
            raise Broken("the status is lost", f"{status}: {error!r}")
        if len(str(error)) > 600:
            raise Broken("the message is too long", f"{len(str(error))} characters")
        _check_text(error)
        copy = pickle.loads(pickle.dumps(error))
        if (type(copy), vars(copy)) != (type(error), vars(error)):
            raise Broken("a pickle does not keep it", repr(error))


def _damaged_body(body: bytes, random: Random) -> bytes:
    """As JSON or, if it is none or at times all the same, as bytes."""
    if random.random() < 0.85:
        with suppress(ValueError, RecursionError):
            return damaged_json(body, random)
    return some_of((damaged,), body, random)


def _check_text(error: MemsyError) -> None:
    try:
        str(error).encode()
    except UnicodeEncodeError:
        raise Broken("the message cannot be printed", repr(str(error))) from None


class Pauses(_Pure):
    """`Retry-After` and `Date`, one a line: a number of seconds that one can wait, or nothing."""

    def __init__(self) -> None:
        self.seeds = [
            b"1",
            b"1.5\n",
            b"Wed, 21 Oct 2026 07:28:00 GMT\nWed, 21 Oct 2026 07:27:00 GMT",
            b"Wednesday, 21-Oct-26 07:28:00 GMT\nWed Oct 21 07:28:00 2026",
            b"Wed, 21 Oct 2026 07:28:00 +0000\n",
        ]

    def check(self, data: bytes) -> None:
        after, _, date = data.decode("latin-1").partition("\n")
        seconds = retry_after(HTTPResponse(429, {"retry-after": after, "date": date}), now=0.0)
        if seconds is not None and not (seconds >= 0 and math.isfinite(seconds)):
            raise Broken("nobody can wait for so long", repr(seconds))
