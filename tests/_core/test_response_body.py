"""Incremental decoding of response bodies."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib

import pytest

from memsy._core.response_body import MAX_BODY_BYTES, BodyDecoder, ignore_errors_unless_ok
from memsy.exceptions import MemsyResponseError

JSON = b'{"results":[{"content":"tea, not coffee"}]}'


def raw_deflate(data: bytes) -> bytes:
    """Return deflate data without the zlib header and checksum."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def decode(
    encoding: str | None, data: bytes, chunk_size: int = 2**16, max_bytes: int = MAX_BODY_BYTES
) -> bytes:
    body = BodyDecoder(encoding, max_bytes)
    for start in range(0, len(data), chunk_size):
        body.feed(data[start : start + chunk_size])
    return body.finish()


def assert_rejected(encoding: str | None, data: bytes, problem: str, *, is_retryable: bool) -> None:
    with pytest.raises(MemsyResponseError) as excinfo:
        decode(encoding, data)
    assert str(excinfo.value) == f"a response arrived, but {problem}"
    assert (excinfo.value.is_retryable, excinfo.value.maybe_processed) == (is_retryable, True)


@pytest.mark.parametrize("chunk_size", [1, 7, 2**16])
@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        (None, JSON),
        ("", JSON),
        ("identity", JSON),
        ("gzip", gzip.compress(JSON, mtime=0)),
        (" GZip ", gzip.compress(JSON, mtime=0)),
        ("x-gzip", gzip.compress(JSON, mtime=0)),
        ("gzip", gzip.compress(JSON[:9], mtime=0) + gzip.compress(JSON[9:], mtime=0)),
        ("deflate", zlib.compress(JSON)),
        ("deflate", raw_deflate(JSON)),
    ],
)
def test_body_is_decoded_in_chunks_of_any_size(
    encoding: str | None, data: bytes, chunk_size: int
) -> None:
    assert decode(encoding, data, chunk_size) == JSON


@pytest.mark.parametrize("encoding", [None, "gzip", "deflate"])
def test_missing_body_is_empty(encoding: str | None) -> None:
    body = BodyDecoder(encoding)
    body.feed(b"")
    assert body.finish() == b""


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(JSON, mtime=0)),
        ("deflate", zlib.compress(JSON)),
        ("deflate", raw_deflate(JSON)),
    ],
)
def test_truncated_compressed_body_is_rejected(encoding: str, data: bytes) -> None:
    """A body without its checksum, which follows the content, is rejected, too."""
    for length in range(1, len(data)):
        assert_rejected(encoding, data[:length], "its body is cut short", is_retryable=True)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", JSON),
        ("gzip", gzip.compress(JSON, mtime=0)[:-8] + bytes(8)),
        ("gzip", gzip.compress(JSON, mtime=0) + JSON),
        ("deflate", zlib.compress(JSON)[:-4] + bytes(4)),
        ("deflate", b"\x07\xff\xff"),
    ],
)
def test_garbled_body_is_rejected(encoding: str, data: bytes) -> None:
    assert_rejected(encoding, data, "its body is garbled", is_retryable=True)


def test_data_after_the_end_of_deflate_data_is_rejected() -> None:
    data = zlib.compress(JSON) + zlib.compress(JSON)
    assert_rejected("deflate", data, "its body continues after its end", is_retryable=False)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip,deflate", "é" * 999])
def test_unknown_or_repeated_encoding_is_rejected(encoding: str) -> None:
    problem = f"the client did not request its content encoding {encoding!r}"
    assert_rejected(encoding, JSON, problem, is_retryable=False)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [(None, bytes(100)), ("gzip", gzip.compress(bytes(100))), ("deflate", raw_deflate(bytes(100)))],
    ids=["identity", "gzip", "deflate"],
)
@pytest.mark.parametrize("chunk_size", [1, 1000])
def test_body_may_have_exactly_max_bytes(
    encoding: str | None, data: bytes, chunk_size: int
) -> None:
    assert decode(encoding, data, chunk_size, max_bytes=100) == bytes(100)
    with pytest.raises(MemsyResponseError, match="its body is larger than 99 bytes"):
        decode(encoding, data, chunk_size, max_bytes=99)


def test_decompression_bomb_uses_limited_memory() -> None:
    bomb = gzip.compress(bytes(200 * 2**20), 1)
    tracemalloc.start()
    try:
        assert_rejected(
            "gzip", bomb, f"its body is larger than {MAX_BODY_BYTES} bytes", is_retryable=False
        )
        assert tracemalloc.get_traced_memory()[1] < 2.1 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()


def test_body_of_empty_gzip_members_is_rejected_quickly() -> None:
    data = gzip.compress(b"") * 20_000
    started_at = time.monotonic()
    assert_rejected("gzip", data, "its body continues after its end", is_retryable=False)
    assert time.monotonic() - started_at < 0.5


def test_error_status_hides_a_body_error() -> None:
    with ignore_errors_unless_ok(503, {}):
        decode("gzip", JSON)
    with pytest.raises(MemsyResponseError), ignore_errors_unless_ok(200, {}):
        decode("gzip", JSON)


def run_out_of_memory() -> None:
    raise MemoryError


def test_error_status_hides_missing_memory() -> None:
    with ignore_errors_unless_ok(503, {}):
        run_out_of_memory()
    with pytest.raises(MemoryError), ignore_errors_unless_ok(200, {}):
        run_out_of_memory()
