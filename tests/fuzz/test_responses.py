"""Response fuzz target, on a few hundred inputs, and responses that libraries read differently."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.client_calls import CALLS
from tests.fuzz.findings import Finding, check
from tests.fuzz.responses import ClientResponses

NO_SHRINKING = settings(max_examples=250, phases=[Phase.explicit, Phase.generate])
"""Settings for inputs that are random seeds, which cannot shrink."""

ONE_SEGMENT, TEN_SEGMENTS, ELEVEN_SEGMENTS, STAYS_OPEN = 0, 253, 254, 255
HEALTH, DELETE = ([call.name for call in CALLS].index(name) for name in ("health", "roles.delete"))

# Without our checks, http.client and aiohttp read each of these differently.
READ_DIFFERENTLY = {
    "nul-in-header": b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n{}",
    "cr-at-end-of-header": b"HTTP/1.1 200 OK\r\nX: 1\r\r\n\r\n{}",
    "cr-in-header": b"HTTP/1.1 200 OK\r\nX: 1\rY: 2\r\n\r\n{}",
    "bracket-in-header-name": b"HTTP/1.1 200 OK\r\n[: 1\r\n\r\n{}",
    "cr-at-end-of-status-line": b"HTTP/1.1 200 OK\r\r\n\r\n{}",
    "space-before-colon-of-known-header": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "header-continuation-with-tab": b"HTTP/1.1 404 No\r\nX: a\r\n\tb\r\n\r\n{}",
    "bare-line-feeds-and-invalid-chunk": (b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n zz"),
    "100-headers": b"HTTP/1.1 404 Gone\r\n" + b"X: 1\r\n" * 100 + b"\r\n{}",
    "header-not-utf8": b"HTTP/1.1 404 Gone\r\nX: \xff\r\n\r\n{}",
    "header-in-utf8": "HTTP/1.1 404 Gone\r\nX: é\r\n\r\n{}".encode(),
    "content-length-with-no-break-space": b"HTTP/1.1 404 Gone\r\nContent-Length: \xa02\r\n\r\n{}",
    "content-length-2-to-64": (
        b"HTTP/1.1 404 Gone\r\nContent-Length: 18446744073709551616\r\n\r\n{}"
    ),
    "bare-line-feeds-and-extra-bytes": b"HTTP/1.1 404 No\nContent-Length: 2\n\n{}{}",
    "status-103-and-extra-bytes": (
        b"HTTP/1.1 103 Hint\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}{}"
    ),
    "transfer-encoding-with-trailing-space": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked \r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "chunk-size-with-plus": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n"
    ),
    "chunk-size-with-0x": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"
    ),
    "chunk-followed-by-garbage": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}??0\r\n\r\n"
    ),
    "invalid-trailer": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n?\r\n\r\n"
    ),
    "content-length-in-trailer": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\n{}\r\n0\r\nContent-Length: x\r\n\r\n"
    ),
}


@pytest.fixture(scope="module")
def target() -> Iterator[ClientResponses]:
    """One target for all inputs, so that an input meets a client broken by an earlier one."""
    target = ClientResponses()
    yield target
    target.close()


def violation(target: ClientResponses, data: bytes) -> Finding | None:
    """Return the violation of `data`; READ_DIFFERENTLY has the known differences."""
    finding = check(target, data)
    return None if finding is None or finding.is_difference else finding


@NO_SHRINKING
@given(seed=st.integers(0, 2**32))
def test_call_ends_in_time_with_a_typed_result_or_error(target: ClientResponses, seed: int) -> None:
    assert violation(target, target.random_input(Random(seed))) is None


@NO_SHRINKING
@given(call=st.integers(0, 255), noise=st.binary(max_size=200))
def test_random_bytes_have_the_same_outcome_in_both_modes(
    target: ClientResponses, call: int, noise: bytes
) -> None:
    assert check(target, bytes([call, ONE_SEGMENT]) + noise) is None


@pytest.mark.parametrize("name", READ_DIFFERENTLY)
def test_malformed_response_has_the_same_outcome_in_both_modes(
    target: ClientResponses, name: str
) -> None:
    assert check(target, bytes([HEALTH, ONE_SEGMENT]) + READ_DIFFERENTLY[name]) is None


def test_status_204_with_chunked_encoding_has_no_body(target: ClientResponses) -> None:
    head = b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert check(target, bytes([DELETE, ONE_SEGMENT]) + head) is None


def test_status_204_with_extra_byte_in_last_segment_has_no_body(target: ClientResponses) -> None:
    response = b"HTTP/1.1 204 en\r\n\r\n0"
    assert check(target, bytes([DELETE, ELEVEN_SEGMENTS]) + response) is None


def test_chunk_without_size_after_a_valid_chunk_ends_the_call_at_once(
    target: ClientResponses,
) -> None:
    """The invalid chunk arrives in the last segment, together with the close."""
    response = (
        b"HTTP/1.1 200 OK\r\ncontent-type: /json\r\ntransfer-encoding: chunked\r\n\r\n"
        b'1e\r\n{"message":[[]],"message":NaN}\r\n\r\n'
        b"X-Usage-ApiCalls-Limit: application/json; charset=nonse"
    )
    assert check(target, bytes([HEALTH, TEN_SEGMENTS]) + response) is None


def test_bytes_that_begin_no_response_end_the_call_at_once(target: ClientResponses) -> None:
    assert check(target, bytes([HEALTH, STAYS_OPEN]) + b"\0") is None


def test_invalid_gzip_ends_the_call_before_the_body_is_complete(target: ClientResponses) -> None:
    response = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\xfe\x00"
    assert check(target, bytes([HEALTH, STAYS_OPEN]) + response) is None
