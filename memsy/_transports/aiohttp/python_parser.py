"""
Response parser of aiohttp in Python, as strict as its parser in C.

aiohttp uses its Python parser if its extensions are not compiled, or if the environment sets
`AIOHTTP_NO_EXTENSIONS`. The Python parser also reads chunked bodies that the C parser does not
recognise: those with a tab or a folded line after "chunked".
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from aiohttp.client_exceptions import ClientPayloadError
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import (
    BadHttpMessage,
    BadStatusLine,
    InvalidHeader,
    TransferEncodingError,
)
from aiohttp.http_parser import (
    HeadersParser,
    HttpPayloadParser,
    HttpResponseParserPy,
    ParseState,
    RawResponseMessage,
)
from aiohttp.streams import StreamReader
from aiohttp.typedefs import RawHeaders
from multidict import CIMultiDictProxy

from memsy._transports.headers import CHUNK_SIZE_LINE, MAX_HEADERS, MAX_LINE_BYTES

_STATUS_LINE = re.compile(rb"HTTP/\d\.\d \d{3}(?: .*)?", re.DOTALL)
_BARE_CARRIAGE_RETURN = re.compile(rb"\r[^\n]")
_LINES_WITHOUT_HEADER = 2
"""Status line and empty line. The parser counts them as headers."""
_MAX_PARSED_BYTES = 4096
"""The parser copies the rest of its data after each line and each chunk."""

_END_OF_CHUNK = re.compile(rb"\r?\n")


class StrictPythonParser(HttpResponseParserPy):
    """Parser that rejects malformed heads, chunk sizes and trailers."""

    _last_byte = b""
    """Last byte of an unfinished head."""
    _chunk_lines: _ChunkLines | None = None

    @classmethod
    def for_chunked_body(
        cls, protocol: ResponseHandler, loop: asyncio.AbstractEventLoop, payload: StreamReader
    ) -> StrictPythonParser:
        """Return a parser of a response whose head was parsed, which writes into `payload`."""
        parser = cls(protocol, loop, max_line_size=MAX_LINE_BYTES)
        parser.payload_exception = ClientPayloadError
        parser._payload_parser = HttpPayloadParser(
            payload,
            chunked=True,
            lax=True,
            auto_decompress=False,
            headers_parser=_TrailersParser(lax=True),
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_trailers=MAX_HEADERS,
        )
        return parser

    @classmethod
    def adopt(cls, parser: HttpResponseParserPy) -> None:
        """Make a new `parser` strict. aiohttp has no option for its class."""
        parser.__class__ = cls
        parser.max_headers += _LINES_WITHOUT_HEADER

    def feed_data(
        self, data: bytes, *_: object, **__: object
    ) -> tuple[list[tuple[RawResponseMessage, StreamReader]], bool, bytes]:
        """Parse a part of a head or a part of a body. `data` has no bytes of both."""
        body: Any = self._payload_parser
        if body is None:
            return self._feed_head(data)
        if body._type is not ParseState.PARSE_CHUNKED:
            return super().feed_data(data)
        if self._chunk_lines is None:
            self._chunk_lines = _ChunkLines()
            body._headers_parser = _TrailersParser(lax=True)
        self._chunk_lines.check(data)
        parsed = super().feed_data(data[:_MAX_PARSED_BYTES])
        for start in range(_MAX_PARSED_BYTES, len(data), _MAX_PARSED_BYTES):
            parsed = super().feed_data(data[start : start + _MAX_PARSED_BYTES])
        return parsed

    def pause_reading(self) -> None:
        """Do nothing: a paused parser copies its rest after each chunk. The socket pauses."""

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


class _ChunkLines:
    """Check of the lines before and after the chunks of one body."""

    def __init__(self) -> None:
        self._pattern: re.Pattern[bytes] | None = CHUNK_SIZE_LINE
        """Pattern of the next line. None: trailers follow."""
        self._line = b""
        """Start of an unfinished line."""
        self._unread = 0
        """Number of bytes until the end of the chunk."""

    def check(self, data: bytes) -> None:
        """Check the lines in the next part of the body."""
        start = 0
        while start < len(data) and self._pattern is not None:
            if self._unread:
                skipped = min(self._unread, len(data) - start)
                self._unread -= skipped
                start += skipped
                continue
            end = data.find(b"\n", start) + 1 or len(data)
            self._line += data[start:end]
            start = end
            if self._line.endswith(b"\n") or len(self._line) > MAX_LINE_BYTES:
                self._next_line(self._pattern)

    def _next_line(self, pattern: re.Pattern[bytes]) -> None:
        match = pattern.fullmatch(self._line)
        if match is None:
            raise TransferEncodingError("")
        self._line = b""
        if pattern is _END_OF_CHUNK:
            self._pattern = CHUNK_SIZE_LINE
        else:
            self._unread = int(match[1], 16)
            self._pattern = _END_OF_CHUNK if self._unread else None


class _TrailersParser(HeadersParser):
    def parse_headers(self, lines: list[bytes]) -> tuple[CIMultiDictProxy[str], RawHeaders]:
        headers, raw_headers = super().parse_headers(lines)
        if "Content-Length" in headers:
            raise InvalidHeader("Content-Length")
        return headers, raw_headers


def _check_status_line(line: bytes) -> None:
    if not _STATUS_LINE.fullmatch(line):
        raise BadStatusLine("")
