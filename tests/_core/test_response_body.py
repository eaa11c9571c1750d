"""Bodies, decoded as they come in."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib

import pytest

from memsy._core.response_body import MAX_BODY_BYTES, BodyDecoder, ignore_errors_unless_ok
from memsy.exceptions import MemsyResponseError

JSON = b'{"results":[{"content":"tea, not coffee"}]}'


def bare(data: bytes) -> bytes:
    """Deflate data without zlib's header and sum."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def decoded(
    encoding: str | None, data: bytes, step: int = 2**16, largest: int = MAX_BODY_BYTES
) -> bytes:
    body = BodyDecoder(encoding, largest)
    for start in range(0, len(data), step):
        body.feed(data[start : start + step])
    return body.whole()


def rejected(encoding: str | None, data: bytes, words: str, *, is_retryable: bool) -> None:
    with pytest.raises(MemsyResponseError) as caught:
        decoded(encoding, data)
    assert str(caught.value) == f"an answer came, but {words}"
    assert (caught.value.is_retryable, caught.value.maybe_processed) == (is_retryable, True)


@pytest.mark.parametrize("step", [1, 7, 2**16])
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
        ("deflate", bare(JSON)),
    ],
)
def test_however_it_is_cut_into_pieces_a_body_comes_out_whole(
    encoding: str | None, data: bytes, step: int
) -> None:
    assert decoded(encoding, data, step) == JSON


@pytest.mark.parametrize("encoding", [None, "gzip", "deflate"])
def test_no_body_is_an_empty_one(encoding: str | None) -> None:
    body = BodyDecoder(encoding)
    body.feed(b"")
    assert body.whole() == b""


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(JSON, mtime=0)),
        ("deflate", zlib.compress(JSON)),
        ("deflate", bare(JSON)),
    ],
)
def test_no_part_of_a_compressed_body_may_be_missing(encoding: str, data: bytes) -> None:
    """Not even its sum, after which nothing of the content comes."""
    for length in range(1, len(data)):
        rejected(encoding, data[:length], "its body is cut short", is_retryable=True)


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
def test_a_garbled_body_is_refused(encoding: str, data: bytes) -> None:
    rejected(encoding, data, "its body is garbled", is_retryable=True)


def test_deflate_data_has_one_end() -> None:
    data = zlib.compress(JSON) + zlib.compress(JSON)
    rejected("deflate", data, "its body goes on after its end", is_retryable=False)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip,deflate", "é" * 999])
def test_at_most_one_encoding_is_undone_and_a_known_one(encoding: str) -> None:
    words = f"its content encoding {encoding[:40]!r} is not one that we asked for"
    rejected(encoding, JSON, words, is_retryable=False)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [(None, bytes(100)), ("gzip", gzip.compress(bytes(100))), ("deflate", bare(bytes(100)))],
    ids=["identity", "gzip", "deflate"],
)
@pytest.mark.parametrize("step", [1, 1000])
def test_a_body_may_be_as_large_as_the_largest(
    encoding: str | None, data: bytes, step: int
) -> None:
    assert decoded(encoding, data, step, largest=100) == bytes(100)
    with pytest.raises(MemsyResponseError, match="its body is larger than 99 bytes"):
        decoded(encoding, data, step, largest=99)


def test_a_bomb_costs_no_more_than_twice_the_largest_body() -> None:
    bomb = gzip.compress(bytes(200 * 2**20), 1)
    tracemalloc.start()
    try:
        rejected(
            "gzip", bomb, f"its body is larger than {MAX_BODY_BYTES} bytes", is_retryable=False
        )
        assert tracemalloc.get_traced_memory()[1] < 2.1 * MAX_BODY_BYTES
    finally:
        tracemalloc.stop()


def test_a_body_of_empty_members_costs_no_time() -> None:
    data = gzip.compress(b"") * 20_000
    began = time.monotonic()
    rejected("gzip", data, "its body goes on after its end", is_retryable=False)
    assert time.monotonic() - began < 0.5


def test_a_status_that_says_no_outranks_what_is_wrong_with_the_body() -> None:
    with ignore_errors_unless_ok(503):
        decoded("gzip", JSON)
    with pytest.raises(MemsyResponseError), ignore_errors_unless_ok(200):
        decoded("gzip", JSON)
