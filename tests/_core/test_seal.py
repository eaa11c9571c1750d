"""What only processes of one family can read."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.seal import seal, unseal

TEXT = "msy_a_text_that_must_not_be_seen"


@given(st.text(st.characters()))  # lone surrogates too
def test_what_is_sealed_can_be_read_here(text: str) -> None:
    assert unseal(seal(text)) == text


@given(st.text(min_size=4))
def test_what_is_sealed_does_not_show_its_text(text: str) -> None:
    assert text.encode() not in seal(text)


def test_no_two_seals_are_alike() -> None:
    """Or one could see that two pickles hold the same key."""
    assert len({seal(TEXT) for _ in range(100)}) == 100


@given(st.data())
def test_a_damaged_seal_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(TEXT))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match="another family"):
        unseal(bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 16, 47])
def test_a_part_of_a_seal_is_none(length: int) -> None:
    with pytest.raises(ValueError, match="another family"):
        unseal(seal(TEXT)[:length])


def test_a_process_from_elsewhere_cannot_read_it() -> None:
    program = "import sys; from memsy._core.seal import unseal; unseal(sys.stdin.buffer.read())"
    done = subprocess.run(
        [sys.executable, "-c", program], input=seal(TEXT), capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"ValueError: sealed by another family of processes" in done.stderr
