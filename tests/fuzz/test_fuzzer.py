"""The fuzzer's own parts: equal seeds make equal inputs, and what is wrong is found and shown."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from collections.abc import Sequence
from random import Random

import pytest
from attrs import define

from fuzz import guided
from fuzz.__main__ import main
from fuzz.campaign import Campaign, drawn, one_of_each, tried
from fuzz.findings import Finding, Findings, broken_by
from fuzz.shrinking import shrunk
from fuzz.table import told
from fuzz.target import UNLIKE, Broken
from fuzz.targets import TARGETS

DRAWN = """
from fuzz.campaign import drawn
from fuzz.targets import TARGETS
print([drawn(TARGETS[name](), "seed", number) for name in TARGETS for number in range(20)])
"""


@define
class Planted:
    """A target with a bug: it breaks its promise where an X follows an A."""

    seeds: Sequence[bytes] = (b"A-X",)
    unsteady: bool = False
    is_closed: bool = False

    def drawn(self, random: Random) -> bytes:
        return bytes(random.choices(b"A-X", k=20))

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data + self.drawn(random)

    def check(self, data: bytes) -> None:
        place = data.find(b"A")
        if place < 0 or b"X" not in data[place:]:
            return
        if self.unsteady:
            self.unsteady = False
            raise Broken("now and then")
        if b"AX" in data:
            raise Broken("an X is next to an A", f"in {data!r}")
        raise ValueError("an X is somewhere after an A")

    def close(self) -> None:
        self.is_closed = True


def test_equal_seeds_make_equal_inputs_in_any_process() -> None:
    here, other = [], []
    for name in TARGETS:
        target = TARGETS[name]()
        here += [drawn(target, "seed", number) for number in range(20)]
        other += [drawn(target, "another", number) for number in range(20)]
        target.close()
    there = subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, check=True)
    assert literal_eval(there.stdout.decode()) == here
    assert here != other


@pytest.mark.parametrize("name", TARGETS)
def test_mutations_depend_on_the_seed_alone(name: str) -> None:
    target = TARGETS[name]()
    for seed in target.seeds:
        first, again = (target.mutated(seed, Random(7)) for _ in range(2))
        assert first == again
    target.close()


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "requests"])
def test_good_inputs_break_no_promise(name: str) -> None:
    target = TARGETS[name]()
    found = [broken_by(target, seed) for seed in target.seeds]
    target.close()
    assert found == [None] * len(found)


def test_a_planted_bug_is_found_and_made_small() -> None:
    target = Planted()
    share = tried(target, (drawn(target, "seed", number) for number in range(50)))
    assert share.inputs == 50
    assert not share.unsteady
    kinds = {finding.what: finding for finding in share.findings}
    assert kinds["an X is next to an A"].data == b"AX"
    assert kinds["an X is next to an A"].times > 1
    assert kinds["an X is next to an A"].detail == "an X is next to an A: in b'AX'"
    (other,) = (finding for what, finding in kinds.items() if what.startswith("ValueError from"))
    assert other.data == b"A-X"


def test_what_does_not_happen_again_is_told_apart() -> None:
    share = tried(Planted(unsteady=True), [b"A-X"])
    assert [finding.what for finding in share.unsteady] == ["now and then"]
    assert not share.findings


def test_each_kind_is_noted_as_soon_as_it_is_found() -> None:
    noted: list[Finding] = []
    findings = Findings(Planted(), noted.append)
    for data in (b"-", b"AX", b"AXX"):
        findings.try_(data)
    assert [finding.data for finding in noted] == [b"AX"]
    assert [finding.times for finding in findings.all()] == [2]


def test_findings_of_many_workers_are_counted_together() -> None:
    found = [Finding("a", b"long", "", 2), Finding("b", b"", "", 4), Finding("a", b"l", "", 3)]
    assert one_of_each(found) == [Finding("a", b"l", "", 5), Finding("b", b"", "", 4)]


def test_shrinking_ends() -> None:
    assert shrunk(b"abcdefgh" * 100, lambda data: b"d" in data) == b"d"
    patience = iter(range(10))
    assert shrunk(b"a" * 1000, lambda data: next(patience) > 100, tries=10) == b"a" * 1000


def test_a_finding_is_told_so_that_it_can_be_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    finding = Finding("wrong", b"\x19\xff", "wrong: \ud800", 3)
    unlike = Finding(f"a, b, {UNLIKE}", b"", "", 7)
    odd = Finding("odd", b"\1", "")
    text = told(Campaign("pauses", "drawn", 1000, 1.2, [finding, unlike], [odd]))
    row, what, detail, command, unsteady = text.splitlines()
    assert row.split("inputs")[1].split() == ["1", "s", "1", "findings", "7", "differences"]
    assert what == "  wrong (3 inputs)"
    assert detail == "    wrong: \\ud800"
    assert unsteady == "  once, and not again: odd: 01"
    assert main(command.split()[3:]) == 0
    assert capsys.readouterr().out == "no promise is broken\n"


def test_a_replay_shows_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    planted = Planted()
    assert main(["--replay", "planted", b"AX".hex()], {"planted": lambda: planted}) == 1
    assert capsys.readouterr().out == "an X is next to an A: in b'AX'\n"
    assert planted.is_closed


def test_an_unknown_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["nothing"], ["--replay", "nothing", "00"]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert "there is no target 'nothing', only replies, " in capsys.readouterr().err


def test_a_campaign_is_told_in_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pauses", "--inputs", "50", "--seconds", "0"]) == 0
    assert capsys.readouterr().out.split()[:4] == ["pauses", "drawn", "50", "inputs"]


@pytest.mark.skipif(guided.is_available(), reason="atheris is installed")
def test_without_atheris_the_rest_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pauses", "--inputs", "0", "--seconds", "1"]) == 0
    assert capsys.readouterr().out.startswith("atheris is not installed for this Python: ")
