"""The body of an answer: decoded as it comes in, and cut off in time if it grows too large."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from memsy.exceptions import MemsyResponseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BODY_BYTES = 32 * 2**20
"""Bytes, decoded. No answer that the service promises comes near it."""

_MAX_MEMBERS = 64


class BodyDecoder:
    """
    A body under way: feed it what the connection brings, then take it whole.

    *content_encoding* is the header of that name. At most one encoding is undone, of those
    that we ask for: gzip or deflate.

    Raises:
        MemsyResponseError: it cannot be brought whole. `is_retryable` if it is cut short or
            garbled, not if it is too large or of an encoding that we did not ask for.
    """

    def __init__(self, content_encoding: str | None = None, largest: int = MAX_BODY_BYTES) -> None:
        name = (content_encoding or "identity").strip().lower()
        if name not in _DECODERS:
            raise unacceptable(f"its content encoding {name[:40]!r} is not one that we asked for")
        self._begin = _DECODERS[name]
        self._decoder: _Decoder | None = None
        self._largest = largest
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """The next bytes, still encoded."""
        if not data:
            return
        if self._decoder is None:
            self._decoder = self._begin(data)
        piece = self._decoder.decode(data, self._largest + 1 - self._size)
        self._size += len(piece)
        if self._size > self._largest:
            self._pieces.clear()
            raise unacceptable(f"its body is larger than {self._largest} bytes")
        self._pieces.append(piece)

    def whole(self) -> bytes:
        """All of it, decoded; to be called when the connection has brought the last byte."""
        if self._decoder is not None and not self._decoder.is_whole:
            raise corrupt("its body is cut short")
        return b"".join(self._pieces)


@contextmanager
def ignore_errors_unless_ok(status: int) -> Iterator[None]:
    """What goes wrong with a body within matters only if *status* says that all is well."""
    try:
        yield
    except MemsyResponseError:
        if 200 <= status < 300:
            raise


def corrupt(what: str) -> MemsyResponseError:
    """An answer that met with an accident on the way; the next one may not."""
    error = unacceptable(what)
    error.is_retryable = True
    return error


def unacceptable(what: str) -> MemsyResponseError:
    """An answer that would be no better the next time."""
    error = MemsyResponseError(f"an answer came, but {what}")
    error.maybe_processed = True
    return error


class _Decoder(Protocol):
    @property
    def is_whole(self) -> bool:
        """Whether the end has been seen, so that nothing is missing."""
        ...

    def decode(self, data: bytes, most: int) -> bytes:
        """What *data* comes to, or the first *most* bytes of that; *most* is never 0."""
        ...


class _Identity:
    is_whole = True
    """As far as can be seen here: whoever reads the connection counts its bytes."""

    def decode(self, data: bytes, most: int) -> bytes:
        return data


class _Compressed:
    """What zlib can undo, in one member or in several: RFC 1952 allows that for gzip."""

    def __init__(self, wbits: int, members: int) -> None:
        self._wbits = wbits
        self._member = zlib.decompressobj(wbits)
        self._further_members = members - 1

    @property
    def is_whole(self) -> bool:
        return self._member.eof

    def decode(self, data: bytes, most: int) -> bytes:
        decoded = b""
        while data and len(decoded) < most:
            if self._member.eof:
                self._start_member()
            try:
                decoded += self._member.decompress(data, most - len(decoded))
            except zlib.error:
                raise corrupt("its body is garbled") from None
            data = self._member.unused_data
        return decoded

    def _start_member(self) -> None:
        # A body of empty members would cost us far more time than it cost its sender.
        if not self._further_members:
            raise unacceptable("its body goes on after its end")
        self._further_members -= 1
        self._member = zlib.decompressobj(self._wbits)


def _gzip(data: bytes) -> _Compressed:
    return _Compressed(16 + zlib.MAX_WBITS, _MAX_MEMBERS)


def _deflate(data: bytes) -> _Compressed:
    # RFC 9110 means zlib data, yet some servers send bare deflate data. The low half of a zlib
    # header's first byte is 8; a deflate stream that begins so is of a kind that no one writes.
    has_header = data[0] & 0x0F == zlib.DEFLATED
    return _Compressed(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS, 1)


_DECODERS: dict[str, Callable[[bytes], _Decoder]] = {
    "identity": lambda data: _Identity(),
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
}
