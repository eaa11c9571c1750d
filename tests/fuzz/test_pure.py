"""Whatever stands in a body or a header: the promises of `fuzz.pure`, on some hundred inputs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from fuzz.pure import Bodies, Models, Pauses, Refusals
from fuzz.target import Target

TARGETS: dict[Callable[[], Target], Target] = {
    kind: kind() for kind in (Bodies, Models, Pauses, Refusals)
}
SEEDS = [Phase.explicit, Phase.generate]
"""To shrink a seed would make nothing smaller."""

KINDS = [Bodies, Models, Pauses]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=250, phases=SEEDS)
@given(seed=st.integers(0, 2**32))
def test_what_is_nearly_right_breaks_no_promise(kind: Callable[[], Target], seed: int) -> None:
    target = TARGETS[kind]
    target.check(target.drawn(Random(seed)))


@pytest.mark.parametrize("kind", [*KINDS, Refusals])
@given(data=st.binary())
def test_noise_breaks_no_promise(kind: Callable[[], Target], data: bytes) -> None:
    TARGETS[kind].check(data)


def test_half_of_a_surrogate_pair_in_a_refusal_can_be_printed() -> None:
    TARGETS[Refusals].check(b'e{"detail":"\\ud800"}')


def test_half_of_a_surrogate_pair_in_a_key_can_be_printed() -> None:
    TARGETS[Models].check(b'\2{"statuses":{"\\ud83d":1}}')
