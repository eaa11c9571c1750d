"""Response bodies: framing, encodings, limits, and bodies that are truncated or malformed."""

from __future__ import annotations

import gzip
import sys
import time
import zlib

import pytest

from memsy._core.response_body import MAX_BODY_BYTES
from memsy.exceptions import MemsyResponseError
from tests._transports.conftest import Connect, Serve
from tests._transports.senders import Sender
from tests.support.platforms import needs_resource
from tests.support.raw_server import OK, Peer, Script, respond_with, response
from tests.support.server_scripts import send_and_close

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIP = "Content-Encoding: gzip"
JSON = b'{"results":[]}'


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def assert_rejected(sender: Sender, reason: str, *, is_retryable: bool) -> None:
    with pytest.raises(MemsyResponseError) as excinfo:
        sender.send()
    error = excinfo.value
    assert str(error) == f"a response arrived, but {reason}"
    assert (error.is_retryable, error.maybe_processed) == (is_retryable, True)
    assert error.__context__ is None or error.__suppress_context__


COMPLETE_RESPONSES = {
    "chunked": CHUNKED + b"e\r\n" + JSON + b"\r\n0\r\n\r\n",
    "chunked with white space": CHUNKED.replace(b"chunked", b"  chunked  ")
    + b"e\r\n"
    + JSON
    + b"\r\n0\r\n\r\n",
    "trailer": CHUNKED + b"E;ext=1\r\n" + JSON + b"\r\n0\r\nTrailer: 1\r\n\r\n",
    "chunks of one byte": CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in JSON) + b"0\r\n\r\n",
    "until close": b"HTTP/1.1 200 OK\r\n\r\n" + JSON,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + JSON,
    "gzip": response(gzipped(JSON), GZIP),
    "x-gzip": response(gzipped(JSON[:5]) + gzipped(JSON[5:]), "Content-Encoding: x-gzip"),
    "deflate": response(zlib.compress(JSON), "content-encoding: Deflate"),
    "identity": response(JSON, "Content-Encoding: identity"),
    "charset": response(gzipped(JSON), GZIP, "Content-Type: text/html; charset=bogus"),
}


@pytest.mark.parametrize("case", COMPLETE_RESPONSES)
def test_body_is_read_with_every_framing_and_encoding(
    serve: Serve, connect: Connect, case: str
) -> None:
    assert connect(serve(send_and_close(COMPLETE_RESPONSES[case]))).send().content == JSON


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "200 OK"])
def test_response_without_body_keeps_the_connection(
    serve: Serve, connect: Connect, status: str
) -> None:
    server = serve(respond_with(response(b"", GZIP, status=status)))
    sender = connect(server)
    assert sender.send().content == b""
    assert sender.send().content == b""
    assert server.connections == 1


@pytest.mark.parametrize("end", [Peer.finish, Peer.reset])
@pytest.mark.parametrize(
    "truncated",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + JSON,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + JSON[:5],
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
        CHUNKED,
        CHUNKED + b"e",
        CHUNKED + b"e\r\n" + JSON[:5],
        CHUNKED + b"e\r\n" + JSON,
        CHUNKED + b"e\r\n" + JSON + b"\r\n",
        CHUNKED + b"e\r\n" + JSON + b"\r\n0\r\n",
        CHUNKED + b"e\r\n" + JSON + b"\r\n0\r\nTrailer: 1\r\n",
    ],
)
def test_truncated_body_is_a_retryable_error(
    serve: Serve, connect: Connect, truncated: bytes, end: Script
) -> None:
    """The error does not depend on the part that was received, even if it is valid JSON."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(truncated)
        peer.pause(0.05)
        end(peer)

    assert_rejected(
        connect(serve(script)),
        "the connection broke in the middle of its body",
        is_retryable=True,
    )


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("size", [b"zz", b"-1", b"0x2", b"", b"f" * 17, b" "])
def test_invalid_chunk_size_is_a_retryable_error(
    serve: Serve, connect: Connect, size: bytes, separate: bool
) -> None:
    """The chunk arrives in one segment with the head, or in a separate one."""

    def script(peer: Peer) -> None:
        peer.read()
        if peer.number == 1:
            peer.send(CHUNKED)
            if separate:
                peer.pause(0.05)
            peer.send(size + b"\r\n" + JSON + b"\r\n0\r\n\r\n")
            peer.pause(0.05)
        else:
            peer.send(OK)

    server = serve(script)
    sender = connect(server)
    assert_rejected(sender, "the connection broke in the middle of its body", is_retryable=True)
    assert sender.send().status == 200
    assert server.connections == 2


@pytest.mark.parametrize("size", [b"0xe", b"+e", b"0_e", b" e", b"e z"])
def test_chunk_size_with_other_characters_is_a_retryable_error(
    serve: Serve, connect: Connect, size: bytes
) -> None:
    """Python's `int(size, 16)` reads most of these as 14, which is the size of the chunk."""
    received = CHUNKED + size + b"\r\n" + JSON + b"\r\n0\r\n\r\n"
    sender = connect(serve(send_and_close(received)))
    assert_rejected(sender, "the connection broke in the middle of its body", is_retryable=True)


@pytest.mark.parametrize(
    "trailers",
    {
        "no colon": b"no colon\r\n",
        "content-length": b"Content-Length: 14\r\n",
        "too many": b"".join(b"X-%d: 1\r\n" % number for number in range(1000)),
    }.items(),
    ids=lambda item: item[0],
)
def test_invalid_trailers_are_a_retryable_error(
    serve: Serve, connect: Connect, trailers: tuple[str, bytes]
) -> None:
    received = CHUNKED + b"e\r\n" + JSON + b"\r\n0\r\n" + trailers[1] + b"\r\n"
    sender = connect(serve(send_and_close(received)))
    assert_rejected(sender, "the connection broke in the middle of its body", is_retryable=True)


CHUNKED_WITH_TAB = CHUNKED.replace(b"chunked", b"chunked\t")
LARGE = bytes(2**16)


@pytest.mark.parametrize("step", [1, 3, 2**20])
def test_chunked_with_a_tab_is_read_in_segments_of_any_size(
    serve: Serve, connect: Connect, step: int
) -> None:
    """The C parser of aiohttp does not recognise this transfer coding."""
    received = CHUNKED_WITH_TAB + b"e\r\n" + JSON + b"\r\n0\r\nTrailer: 1\r\n\r\n"

    def script(peer: Peer) -> None:
        peer.read()
        for start in range(0, len(received), step):
            peer.send(received[start : start + step])
        peer.wait_for_close()

    assert connect(serve(script)).send().content == JSON


def test_large_body_chunked_with_a_tab_is_complete(serve: Serve, connect: Connect) -> None:
    """aiohttp pauses its parser many times."""
    chunk = b"%x\r\n%b\r\n" % (len(LARGE), LARGE)
    sender = connect(serve(respond_with(CHUNKED_WITH_TAB + chunk * 100 + b"0\r\n\r\n")))
    for _ in range(2):
        assert sender.send().content == LARGE * 100


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n0\r\n", b"\r\nzz\r\n"])
def test_damaged_body_chunked_with_a_tab_is_a_retryable_error(
    serve: Serve, connect: Connect, end: bytes
) -> None:
    sender = connect(serve(send_and_close(CHUNKED_WITH_TAB + b"e\r\n" + JSON + end)))
    assert_rejected(sender, "the connection broke in the middle of its body", is_retryable=True)


def test_status_without_body_ignores_transfer_encoding(serve: Serve, connect: Connect) -> None:
    received = CHUNKED.replace(b"200 OK", b"204 No Content")
    assert connect(serve(send_and_close(received))).send().content == b""


@pytest.mark.parametrize("line_end", [b"zz", b"\r\r", b"z\r\n"])
def test_bytes_between_chunks_are_a_retryable_error(
    serve: Serve, connect: Connect, line_end: bytes
) -> None:
    chunk = b"e\r\n" + JSON
    received = CHUNKED + chunk + line_end + b"0\r\n\r\n"
    sender = connect(serve(send_and_close(received)))
    assert_rejected(sender, "the connection broke in the middle of its body", is_retryable=True)


def test_body_of_many_small_chunks_is_complete(serve: Serve, connect: Connect) -> None:
    """aiohttp pauses its parser after many chunks, and resumes it with empty data."""
    many_chunks = CHUNKED + b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n"
    sender = connect(serve(respond_with(many_chunks)))
    for _ in range(2):
        assert len(sender.send().content) == 50_000


def test_head_in_two_segments_survives_a_malformed_body(serve: Serve, connect: Connect) -> None:
    """The status of the valid head is reported, although the first chunk size is invalid."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n")
        peer.pause(0.02)
        peer.send(b"\r\nno size\r\n")

    assert connect(serve(script)).send().status == 500


def test_body_longer_than_content_length_is_cut(serve: Serve, connect: Connect) -> None:
    """The rest of the body is not read as the next response."""
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + JSON
    server = serve(respond_with(short, OK))
    sender = connect(server)
    assert sender.send().content == JSON[:5]
    assert sender.send().content == b'{"ok":true}'
    assert server.connections == 2


TRUNCATED, CORRUPT = "its body is cut short", "its body is garbled"
COMPRESSED = {
    "gzip without its last bytes": (gzipped(JSON)[:-4], "gzip", TRUNCATED),
    "gzip of three bytes": (gzipped(JSON)[:3], "gzip", TRUNCATED),
    "deflate without its last bytes": (zlib.compress(JSON)[:-4], "deflate", TRUNCATED),
    "not gzip": (JSON, "gzip", CORRUPT),
    "gzip with a wrong length": (gzipped(JSON)[:-4] + bytes(4), "gzip", CORRUPT),
    "bytes after gzip": (gzipped(JSON) + b"and more", "gzip", CORRUPT),
    "deflate with a wrong checksum": (zlib.compress(JSON)[:-4] + bytes(4), "deflate", CORRUPT),
}


@pytest.mark.parametrize("case", COMPRESSED)
def test_damaged_compressed_body_is_a_retryable_error(
    serve: Serve, connect: Connect, case: str
) -> None:
    """The body is rejected even if all of the JSON can be decoded."""
    body, encoding, reason = COMPRESSED[case]
    server = serve(respond_with(response(body, f"Content-Encoding: {encoding}")))
    assert_rejected(connect(server), reason, is_retryable=True)


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip,deflate", "zstd", "identity, gzip"])
def test_content_encoding_that_was_not_accepted_is_an_error(
    serve: Serve, connect: Connect, encoding: str
) -> None:
    server = serve(respond_with(response(JSON, f"Content-Encoding: {encoding}")))
    reason = f"the client did not request its content encoding {encoding!r}"
    assert_rejected(connect(server), reason, is_retryable=False)


@needs_resource
def test_decompression_bomb_costs_little_time_and_memory(serve: Serve, connect: Connect) -> None:
    """200 KB that decode to 200 MiB take at most 1 s, and the memory of three maximum bodies."""
    bomb = gzipped(bytes(200 * 2**20))
    server = serve(respond_with(response(bomb, GZIP)))
    sender = connect(server)
    memory, started_at = _peak_memory(), time.monotonic()
    assert_rejected(sender, f"its body is larger than {MAX_BODY_BYTES} bytes", is_retryable=False)
    assert time.monotonic() - started_at < 1
    assert _peak_memory() - memory <= 3 * MAX_BODY_BYTES


def test_oversized_body_closes_the_connection(serve: Serve, connect: Connect) -> None:
    """The client stops reading soon after the limit, so the server cannot send the whole body."""
    sent = []

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * 2**20))
        for _ in range(200):
            peer.send(bytes(2**20))
            sent.append(1)

    assert_rejected(
        connect(serve(script)),
        f"its body is larger than {MAX_BODY_BYTES} bytes",
        is_retryable=False,
    )
    assert len(sent) < 64


def test_many_empty_gzip_members_are_rejected_quickly(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(response(gzipped(b"") * 20_000, GZIP)))
    sender = connect(server)
    started_at = time.monotonic()
    assert_rejected(sender, "its body continues after its end", is_retryable=False)
    assert time.monotonic() - started_at < 0.5


ERROR_RESPONSES = {
    "corrupt": response(JSON, GZIP, status="503 Service Unavailable"),
    "unknown encoding": response(JSON, "Content-Encoding: br", status="503 Service Unavailable"),
    "too large": response(gzipped(bytes(40 * 2**20)), GZIP, status="503 Service Unavailable"),
    "truncated": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 99\r\n\r\n" + JSON,
    "bad chunk": b"HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("case", ERROR_RESPONSES)
def test_error_response_keeps_its_status_if_its_body_is_unusable(
    serve: Serve, connect: Connect, case: str
) -> None:
    received = connect(serve(send_and_close(ERROR_RESPONSES[case]))).send()
    assert (received.status, received.content) == (503, b"")


def _peak_memory() -> int:
    """Return the peak memory of this process, in bytes."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
