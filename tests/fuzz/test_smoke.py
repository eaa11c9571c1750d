"""Smoke test of `python -m tests.fuzz`, and the completeness of its list of calls."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from tests.fuzz.__main__ import main
from tests.fuzz.campaign import check_all, random_input
from tests.fuzz.findings import check
from tests.fuzz.target import PropertyViolated
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.slow


class PlantedBug:
    """Target that violates its property where an X follows an A."""

    seeds: Sequence[bytes] = (b"A-X",)

    def random_input(self, random: Random) -> bytes:
        return bytes(random.choices(b"A-X", k=20))

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data + self.random_input(random)

    def check(self, data: bytes) -> None:
        if b"AX" in data:
            raise PropertyViolated("X follows A", f"in {data!r}")

    def close(self) -> None:
        """Do nothing: no resource is open."""


def test_fuzz_finds_shrinks_and_replays_a_violation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retry_after", "--inputs", "50", "--seconds", "0"]) == 0
    assert capsys.readouterr().out.split()[:4] == ["retry_after", "random", "50", "inputs"]
    target = PlantedBug()
    result = check_all(target, (random_input(target, "seed", number) for number in range(50)))
    (finding,) = result.findings
    assert (finding.summary, finding.data) == ("X follows A", b"AX")
    assert main(["--replay", "planted", finding.data.hex()], {"planted": lambda: target}) == 1
    assert capsys.readouterr().out == "X follows A: in b'AX'\n"


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "requests"])
def test_valid_inputs_violate_no_property(name: str) -> None:
    target = TARGETS[name]()
    findings = [check(target, seed) for seed in target.seeds]
    target.close()
    assert findings == [None] * len(findings)
