"""Fuzz targets for the functions between a socket and a model, without a network."""

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

from memsy import MemsyClient, MemsyControlClient
from memsy._base_client import SyncClientBase
from memsy._core.errors import error_from_response
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.response_body import BodyDecoder
from memsy._core.retry import parse_retry_after
from memsy._core.text import MAX_MESSAGE
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy.exceptions import MemsyError, MemsyResponseError
from tests.fuzz.client_calls import CALLS
from tests.fuzz.examples import ERROR_RESPONSES, examples
from tests.fuzz.mutations import damaged, damaged_json, mutate
from tests.fuzz.target import PropertyViolated
from tests.support.json_strategies import matches

if TYPE_CHECKING:
    from memsy._core.settings import Settings
    from memsy._core.timeout import Deadline


class _DecoderTarget:
    """Target without resources, whose inputs are damaged seeds."""

    seeds: Sequence[bytes] = ()

    def random_input(self, random: Random) -> bytes:
        return self.mutated(random.choice(self.seeds), random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        return mutate((damaged,), data, random)

    def close(self) -> None:
        """Do nothing: no resource is open."""


_ENCODINGS = (None, "identity", "gzip", "x-gzip", "deflate", "br")
_MAX_BODY = 100_000


class BodyTarget(_DecoderTarget):
    """
    Decoding of a body.

    Two bytes before the body select its encoding and the place to split it. The result is the
    body within its limit or a `MemsyResponseError`, and the same wherever the body is split.
    """

    def __init__(self) -> None:
        text = examples()[0].response.content
        raw_deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        gzipped = gzip.compress(text, mtime=0)
        self.seeds = [
            b"\x00\x05" + text,
            b"\x02\x05" + gzipped,
            b"\x02\x0f" + gzipped + gzipped,
            b"\x02\x01" + gzip.compress(bytes(2 * _MAX_BODY), mtime=0),
            b"\x02\x01" + gzip.compress(b"", mtime=0) * 70,
            b"\x04\x05" + zlib.compress(text),
            b"\x04\x05" + raw_deflate.compress(text) + raw_deflate.flush(),
        ]

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data[:2] + mutate((damaged,), data[2:], random)

    def check(self, data: bytes) -> None:
        data = data.ljust(2, b"\0")
        encoding, split = _ENCODINGS[data[0] % len(_ENCODINGS)], data[1]
        whole = _decode(encoding, data[2:])
        if whole != _decode(encoding, data[2 : 2 + split], data[2 + split :]):
            raise PropertyViolated(f"{encoding}: the result depends on the split", f"at {split}")
        if isinstance(whole, bytes) and len(whole) > _MAX_BODY:
            raise PropertyViolated(f"{encoding}: the body is too large", f"{len(whole)} bytes")


def _decode(encoding: str | None, *pieces: bytes) -> bytes | tuple[str, bool]:
    try:
        body = BodyDecoder(encoding, _MAX_BODY)
        for piece in pieces:
            body.feed(piece)
        return body.finish()
    except MemsyResponseError as error:
        return str(error), error.is_retryable


class ModelTarget(_DecoderTarget):
    """
    Decoding of a response body to a model.

    A byte before the body selects the call. The call returns its declared type, or raises an
    error that names the JSON path.
    """

    def __init__(self) -> None:
        self.seeds = [
            bytes([number]) + example.response.content for number, example in enumerate(examples())
        ]
        self._transport = _FixedTransport()
        self._clients = _DataClient(self._transport), _ControlClient(self._transport)

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data[:1] + _damaged_body(data[1:], random)

    def check(self, data: bytes) -> None:
        call = CALLS[(data or b"\0")[0] % len(CALLS)]
        self._transport.response = HTTPResponse(200, content=data[1:])
        try:
            result = call(*self._clients)
        except MemsyResponseError as error:
            if "$" not in str(error) and "not JSON" not in str(error):
                raise PropertyViolated("the error names no JSON path", str(error)) from None
            _check_message(error)
            return
        if not matches(result, call.result_type):
            raise PropertyViolated(
                "the result is not of the declared type", f"{call.result_type}: {result!r}"
            )


@define
class _FixedTransport:
    """Transport that returns the same response to every request."""

    response: HTTPResponse = field(factory=partial(HTTPResponse, 200))
    clock: TimeSource = SYSTEM_TIME
    peer: None = None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.response

    def close(self) -> None:
        """Do nothing: no resource is open."""


class _FixedResponseClient(SyncClientBase):
    def __init__(self, transport: _FixedTransport) -> None:
        self._fixed_transport = transport
        super().__init__("http://memsy.test", "msy_local", max_retries=0)

    def _create_transport(self, settings: Settings) -> _FixedTransport:
        return self._fixed_transport


class _DataClient(_FixedResponseClient, MemsyClient): ...


class _ControlClient(_FixedResponseClient, MemsyControlClient): ...


class ErrorTarget(_DecoderTarget):
    """
    Decoding of an error response to a `MemsyAPIError`.

    A byte before the body selects the status, which the error keeps. Its message is short and
    can be printed, and the error can be pickled.
    """

    def __init__(self) -> None:
        self.seeds = [
            bytes([status - 300]) + json.dumps(body).encode() for status, body in ERROR_RESPONSES
        ]

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data[:1] + _damaged_body(data[1:], random)

    def check(self, data: bytes) -> None:
        status = 300 + (data or b"\0")[0]
        error = error_from_response(HTTPResponse(status, content=data[1:]), now=0.0)
        if error.status_code != status:
            raise PropertyViolated("the status differs", f"{status}: {error!r}")
        if len(str(error)) > 600:
            raise PropertyViolated("the message is too long", f"{len(str(error))} characters")
        _check_message(error)
        copy = pickle.loads(pickle.dumps(error))
        if (type(copy), vars(copy)) != (type(error), vars(error)):
            raise PropertyViolated("the pickled error differs", repr(error))


def _damaged_body(body: bytes, random: Random) -> bytes:
    """Damage a body, mostly as JSON, otherwise as bytes."""
    if random.random() < 0.85:
        with suppress(ValueError, RecursionError):
            return damaged_json(body, random)
    return mutate((damaged,), body, random)


def _check_message(error: MemsyError) -> None:
    message = str(error)
    if len(message) > MAX_MESSAGE or not message.isprintable():
        raise PropertyViolated("the message is long or not printable", repr(message))


class RetryAfterTarget(_DecoderTarget):
    """
    Parsing of `Retry-After` and `Date`, on two lines.

    The result is a finite number of seconds or None.
    """

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
        seconds = parse_retry_after(
            HTTPResponse(429, {"retry-after": after, "date": date}), now=0.0
        )
        if seconds is not None and not (seconds >= 0 and math.isfinite(seconds)):
            raise PropertyViolated("the pause is negative or infinite", repr(seconds))
