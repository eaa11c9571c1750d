"""
Static server for machines without nginx: asyncio with the HTTP parser of httptools.

    python -m benchmarks.httptools_server PORT
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import httptools

from benchmarks.canned import HEADERS, RESPONSES


def _response(status: str, text: str) -> bytes:
    content = text.encode()
    headers = {**HEADERS, "Content-Type": "application/json", "Content-Length": str(len(content))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + content


_RESPONSES = {path.encode(): _response("200 OK", text) for path, text in RESPONSES.items()}
_NOT_FOUND = _response("404 Not Found", "{}")


class StaticProtocol(asyncio.Protocol):
    """One connection. `httptools` calls the methods `on_url` and `on_message_complete`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def on_url(self, url: bytes) -> None:
        self._response = _RESPONSES.get(url, _NOT_FOUND)

    def on_message_complete(self) -> None:
        self._transport.write(self._response)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(StaticProtocol, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(serve(int(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(130)
