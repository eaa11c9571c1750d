"""
Response parser of aiohttp in Python, as strict as its parser in C.

aiohttp uses its Python parser if its extensions are not compiled, or if the environment sets
`AIOHTTP_NO_EXTENSIONS`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp.http_exceptions import (
    BadHttpMessage,
    BadStatusLine,
    InvalidHeader,
    TransferEncodingError,
)
from aiohttp.http_parser import (
    ChunkState,
    HeadersParser,
    HttpPayloadParser,
    HttpResponseParserPy,
    ParseState,
)

from memsy._transports.headers import CHUNK_SIZE_LINE

if TYPE_CHECKING:
    from aiohttp.http_parser import RawResponseMessage
    from aiohttp.streams import StreamReader
    from aiohttp.typedefs import RawHeaders
    from multidict import CIMultiDictProxy

_STATUS_LINE = re.compile(rb"HTTP/\d\.\d \d{3}(?: .*)?", re.DOTALL)
_BARE_CARRIAGE_RETURN = re.compile(rb"\r[^\n]")
_LINES_WITHOUT_HEADER = 2
"""Status line and empty line. The parser counts them as headers."""

_LINE_STATES = {
    ChunkState.PARSE_CHUNKED_SIZE: CHUNK_SIZE_LINE,
    ChunkState.PARSE_CHUNKED_CHUNK_EOF: re.compile(rb"\r?\n"),
}
"""Valid lines between chunks, by the state of the parser."""


class StrictPythonParser(HttpResponseParserPy):
    """Parser that rejects malformed heads, chunk sizes and trailers."""

    _last_byte = b""
    """Last byte of an unfinished head."""
    _line = b""
    """Start of the line that ends a chunk or gives the size of the next one."""

    @classmethod
    def adopt(cls, parser: HttpResponseParserPy) -> None:
        """Make a new `parser` strict. aiohttp has no option for its class."""
        parser.__class__ = cls
        parser.max_headers += _LINES_WITHOUT_HEADER

    def feed_data(  # type: ignore[override]  # the protocol passes no other arguments
        self, data: bytes
    ) -> tuple[list[tuple[RawResponseMessage, StreamReader]], bool, bytes]:
        """Parse a part of a head or a part of a body. `data` has no bytes of both."""
        body = self._payload_parser
        if body is None:
            return self._feed_head(data)
        if body._type is not ParseState.PARSE_CHUNKED:
            return super().feed_data(data)
        body._headers_parser = _TrailersParser(lax=True)
        parsed = super().feed_data(b"")  # after a pause, data is left in the parser
        while data:
            piece = self._next_piece(body, data)
            data = data[len(piece) :]
            parsed = super().feed_data(self._checked(body, piece))
        return parsed

    def _next_piece(self, body: HttpPayloadParser, data: bytes) -> bytes:
        """Return the part of `data` that belongs to one line or to one chunk."""
        if body._chunk in _LINE_STATES:
            return data[: data.find(b"\n") + 1] or data
        if body._chunk is ChunkState.PARSE_CHUNKED_CHUNK:
            return data[: body._chunk_size - len(body._chunk_tail)]
        return data

    def _checked(self, body: HttpPayloadParser, piece: bytes) -> bytes:
        """Return the bytes to parse: `piece`, or a whole line, or nothing if a line is cut."""
        pattern = _LINE_STATES.get(body._chunk)
        if pattern is None:
            return piece
        self._line += piece
        if not piece.endswith(b"\n") and len(self._line) <= self.max_line_size:
            return b""
        line, self._line = self._line, b""
        if not pattern.fullmatch(line):
            raise TransferEncodingError("")
        return line

    def _feed_head(
        self, data: bytes
    ) -> tuple[list[tuple[RawResponseMessage, StreamReader]], bool, bytes]:
        if _BARE_CARRIAGE_RETURN.search(self._last_byte + data):
            raise BadHttpMessage("")
        self._last_byte = data[-1:]
        if not self._lines and not self._tail:
            data = data.lstrip(b"\r\n")  # empty lines before the head
        parsed = super().feed_data(data)
        if not self._lines and not b"HTTP/".startswith(self._tail[:5]):
            raise BadStatusLine("")  # the peer may never send the end of the line
        if self._lines:
            _check_status_line(self._lines[0])
        return parsed

    def parse_message(self, lines: list[bytes]) -> RawResponseMessage:
        _check_status_line(lines[0])
        return super().parse_message(lines)


class _TrailersParser(HeadersParser):
    def parse_headers(self, lines: list[bytes]) -> tuple[CIMultiDictProxy[str], RawHeaders]:
        headers, raw_headers = super().parse_headers(lines)
        if "Content-Length" in headers:
            raise InvalidHeader("Content-Length")
        return headers, raw_headers


def _check_status_line(line: bytes) -> None:
    if not _STATUS_LINE.fullmatch(line):
        raise BadStatusLine("")
