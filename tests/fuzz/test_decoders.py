"""Decoder fuzz targets, on a few hundred inputs each."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.decoders import BodyTarget, ErrorTarget, ModelTarget, RetryAfterTarget
from tests.fuzz.target import Target

TARGETS: dict[Callable[[], Target], Target] = {
    kind: kind() for kind in (BodyTarget, ErrorTarget, ModelTarget, RetryAfterTarget)
}
NO_SHRINKING = [Phase.explicit, Phase.generate]
"""Phases for inputs that are random seeds, which cannot shrink."""

DECODERS = [BodyTarget, ModelTarget, RetryAfterTarget]


@pytest.mark.parametrize("kind", DECODERS)
@settings(max_examples=250, phases=NO_SHRINKING)
@given(seed=st.integers(0, 2**32))
def test_nearly_valid_input_violates_no_property(kind: Callable[[], Target], seed: int) -> None:
    target = TARGETS[kind]
    target.check(target.random_input(Random(seed)))


@pytest.mark.parametrize("kind", [*DECODERS, ErrorTarget])
@given(data=st.binary())
def test_random_bytes_violate_no_property(kind: Callable[[], Target], data: bytes) -> None:
    TARGETS[kind].check(data)


def test_lone_surrogate_in_an_error_response_can_be_printed() -> None:
    TARGETS[ErrorTarget].check(b'e{"detail":"\\ud800"}')


def test_lone_surrogate_in_a_key_can_be_printed() -> None:
    TARGETS[ModelTarget].check(b'\2{"statuses":{"\\ud83d":1}}')
