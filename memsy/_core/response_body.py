"""Incremental decompression of response bodies (gzip, deflate), with a size limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from memsy._core.http import request_id_in
from memsy._core.interrupts import is_interrupt
from memsy.exceptions import MemsyError, MemsyResponseError

MAX_BODY_BYTES = 32 * 2**20
"""Limit of a decoded body, in bytes. A valid response is far smaller."""

_MAX_MEMBERS = 64


class BodyDecoder:
    """
    Decoder of one body: feed the received bytes, then take the whole body.

    Args:
        content_encoding: Value of the `Content-Encoding` header. The decoder supports one
            encoding per body: gzip or deflate, as the client requests.
        max_bytes: Limit of the decoded body.

    Raises:
        MemsyResponseError: The body cannot be decoded. `is_retryable` is True for a body that is
            cut short or garbled, and False for a body that is too large or has another
            encoding.
    """

    def __init__(
        self, content_encoding: str | None = None, max_bytes: int = MAX_BODY_BYTES
    ) -> None:
        name = (content_encoding or "identity").strip().lower()
        if name not in _DECODERS:
            raise unacceptable(f"the client did not request its content encoding {name!r}")
        self._create_decoder = _DECODERS[name]
        self._decoder: _Decoder | None = None
        self._max_bytes = max_bytes
        self._chunks: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Decode the next bytes from the connection."""
        if not data:
            return
        if self._decoder is None:
            self._decoder = self._create_decoder(data)
        chunk = self._decoder.decode(data, self._max_bytes + 1 - self._size)
        self._size += len(chunk)
        if self._size > self._max_bytes:
            self._chunks.clear()
            raise unacceptable(f"its body is larger than {self._max_bytes} bytes")
        self._chunks.append(chunk)

    def finish(self) -> bytes:
        """Return the decoded body. Call this after the last byte."""
        if self._decoder is not None and not self._decoder.is_complete:
            raise corrupt("its body is cut short")
        return b"".join(self._chunks)


@contextmanager
def ignore_errors_unless_ok(status: int, headers: Mapping[str, str]) -> Iterator[None]:
    """
    Suppress an unusable or too large body in the block if `status` is itself an error.

    Another error of the block gets the request id of the headers.
    """
    try:
        yield
    except (MemsyError, MemoryError) as error:
        is_unusable = isinstance(error, (MemsyResponseError, MemoryError))
        if is_unusable and not 200 <= status < 300:
            return
        if isinstance(error, MemsyError):
            error.request_id = request_id_in(headers)
        raise


def corrupt(problem: str) -> MemsyResponseError:
    """Return the error for a body that was damaged in transit. A retry may succeed."""
    error = unacceptable(problem)
    error.is_retryable = True
    return error


def unacceptable(problem: str) -> MemsyResponseError:
    """Return the error for a body that stays unusable after a retry."""
    error = MemsyResponseError(f"a response arrived, but {problem}")
    error.maybe_processed = True
    return error


@runtime_checkable
class _Decoder(Protocol):
    @property
    def is_complete(self) -> bool:
        """True after the end of the encoded data."""
        ...

    def decode(self, data: bytes, max_bytes: int) -> bytes:
        """Return the decoded bytes, at most `max_bytes` of them. `max_bytes` is at least 1."""
        ...


class _IdentityDecoder:
    is_complete = True
    """Plain data has no end mark. The transport detects a body that is cut short."""

    def decode(self, data: bytes, max_bytes: int) -> bytes:
        return data


class _ZlibDecoder:
    """Decoder of gzip and deflate data. RFC 1952 allows several members in gzip data."""

    def __init__(self, wbits: int, members: int) -> None:
        self._wbits = wbits
        self._member = zlib.decompressobj(wbits)
        self._further_members = members - 1

    @property
    def is_complete(self) -> bool:
        return self._member.eof

    def decode(self, data: bytes, max_bytes: int) -> bytes:
        decoded = b""
        while data and len(decoded) < max_bytes:
            if self._member.eof:
                self._start_member()
            try:
                decoded += self._member.decompress(data, max_bytes - len(decoded))
            except zlib.error as error:
                if is_interrupt(error):
                    raise
                raise corrupt("its body is garbled") from None
            data = self._member.unused_data
        return decoded

    def _start_member(self) -> None:
        # Limits the time for a body that consists of empty members.
        if not self._further_members:
            raise unacceptable("its body continues after its end")
        self._further_members -= 1
        self._member = zlib.decompressobj(self._wbits)


def _gzip(data: bytes) -> _ZlibDecoder:
    return _ZlibDecoder(16 + zlib.MAX_WBITS, _MAX_MEMBERS)


def _deflate(data: bytes) -> _ZlibDecoder:
    # RFC 9110 requires zlib data, but some servers send raw deflate data. The low half of the
    # first byte of a zlib header is 8. No known encoder starts raw deflate data with such a byte.
    has_header = data[0] & 0x0F == zlib.DEFLATED
    return _ZlibDecoder(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS, 1)


_DECODERS: dict[str, Callable[[bytes], _Decoder]] = {
    "identity": lambda data: _IdentityDecoder(),
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
}
