"""Whatever comes for a reply: the promises of `fuzz.replies`, on a few hundred of its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from fuzz.calls import CALLS
from fuzz.clients import Clients
from fuzz.findings import Finding, broken_by
from fuzz.replies import Replies
from memsy import HealthResponse, MemsyClient

A_FEW_HUNDRED = settings(max_examples=250, phases=[Phase.explicit, Phase.generate])
"""To shrink a seed would make nothing smaller."""

AT_ONCE, LAST_IN_PIECES, STAYS_OPEN = 0, 254, 255
HEALTH, DELETE = ([call.name for call in CALLS].index(name) for name in ("health", "roles.delete"))

# Each of these http.client and aiohttp, left alone, read in two ways.
READ_IN_TWO_WAYS = {
    "NUL in a header": b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n{}",
    "CR at the end of a header": b"HTTP/1.1 200 OK\r\nX: 1\r\r\n\r\n{}",
    "CR within a header": b"HTTP/1.1 200 OK\r\nX: 1\rY: 2\r\n\r\n{}",
    "a bracket in the name of a header": b"HTTP/1.1 200 OK\r\n[: 1\r\n\r\n{}",
    "CR at the end of the status line": b"HTTP/1.1 200 OK\r\r\n\r\n{}",
    "a space before the colon of what llhttp knows": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "a header that goes on after a tab": b"HTTP/1.1 404 No\r\nX: a\r\n\tb\r\n\r\n{}",
    "bare line feeds, and a chunk that is none": (
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n zz"
    ),
    "100 headers": b"HTTP/1.1 404 Gone\r\n" + b"X: 1\r\n" * 100 + b"\r\n{}",
    "a header in no known code": b"HTTP/1.1 404 Gone\r\nX: \xff\r\n\r\n{}",
    "a header in UTF-8": "HTTP/1.1 404 Gone\r\nX: é\r\n\r\n{}".encode(),
    "a length with a no-break space": b"HTTP/1.1 404 Gone\r\nContent-Length: \xa02\r\n\r\n{}",
    "a length of 2**64": b"HTTP/1.1 404 Gone\r\nContent-Length: 18446744073709551616\r\n\r\n{}",
    "bare line feeds, and more than the body": b"HTTP/1.1 404 No\nContent-Length: 2\n\n{}{}",
    "a hint, and more than the body": (
        b"HTTP/1.1 103 Hint\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}{}"
    ),
    "chunks, and a space after that word": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked \r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "a plus before the size of a chunk": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n"
    ),
    "0x before the size of a chunk": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"
    ),
    "a chunk with more behind it": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}??0\r\n\r\n"
    ),
    "a trailer that is none": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n?\r\n\r\n"
    ),
    "a trailer that says a length": (
        b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\n{}\r\n0\r\nContent-Length: x\r\n\r\n"
    ),
}


@pytest.fixture(scope="module")
def replies() -> Iterator[Replies]:
    """One for all inputs, so that what one of them breaks, others meet."""
    target = Replies()
    yield target
    target.close()


def wrong_with(replies: Replies, data: bytes) -> Finding | None:
    """What is wrong, but for a difference: those that are known stand in READ_IN_TWO_WAYS."""
    found = broken_by(replies, data)
    return None if found is None or found.is_difference else found


@A_FEW_HUNDRED
@given(seed=st.integers(0, 2**32))
def test_any_reply_comes_to_a_typed_end_in_time(replies: Replies, seed: int) -> None:
    assert wrong_with(replies, replies.drawn(Random(seed))) is None


@A_FEW_HUNDRED
@given(call=st.integers(0, 255), noise=st.binary(max_size=200))
def test_noise_is_the_same_to_both_colours(replies: Replies, call: int, noise: bytes) -> None:
    assert broken_by(replies, bytes([call, AT_ONCE]) + noise) is None


@pytest.mark.parametrize("what", READ_IN_TWO_WAYS)
def test_what_two_libraries_read_in_two_ways_is_the_same_to_both_colours(
    replies: Replies, what: str
) -> None:
    assert broken_by(replies, bytes([HEALTH, AT_ONCE]) + READ_IN_TWO_WAYS[what]) is None


def test_no_content_has_no_content_whatever_else_is_said(replies: Replies) -> None:
    head = b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert broken_by(replies, bytes([DELETE, AT_ONCE]) + head) is None


def test_no_content_in_pieces_has_no_content(replies: Replies) -> None:
    """Its end and a byte too many come together, apart from the rest of its head."""
    response = b"HTTP/1.1 204 en\r\n\r\n0"
    assert broken_by(replies, bytes([DELETE, LAST_IN_PIECES]) + response) is None


def test_a_chunk_without_a_size_after_a_good_one_ends_at_once(replies: Replies) -> None:
    """The good one comes while it is waited for, and the bad one with its end."""
    response = (
        b"HTTP/1.1 200 OK\r\ncontent-type: /json\r\ntransfer-encoding: chunked\r\n\r\n"
        b'1e\r\n{"message":[[]],"message":NaN}\r\n\r\n'
        b"X-Usage-ApiCalls-Limit: application/json; charset=nonse"
    )
    assert broken_by(replies, bytes([HEALTH, 253]) + response) is None


def test_bytes_that_begin_no_reply_are_refused_at_once_by_both(replies: Replies) -> None:
    assert broken_by(replies, bytes([HEALTH, STAYS_OPEN]) + b"\0") is None


def test_a_garbled_body_is_refused_at_once_by_both(replies: Replies) -> None:
    """It need not have come whole for that."""
    response = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\xfe\x00"
    assert broken_by(replies, bytes([HEALTH, STAYS_OPEN]) + response) is None


class Clumsy(MemsyClient):
    """A client with a bug."""

    def health(self) -> HealthResponse:
        raise ValueError("a planted bug")


class ClumsyClients(Clients):
    hot = Clumsy


def test_a_client_that_raises_what_it_should_not_is_found() -> None:
    target = Replies(ClumsyClients)
    try:
        found = broken_by(target, bytes([HEALTH, AT_ONCE]) + b"HTTP/1.1 204 No\r\n\r\n")
    finally:
        target.close()
    assert found is not None
    assert "planted" in found.detail
