"""Measurements of fuzz campaigns: each names the command that repeats it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import pytest

from tests.fuzz.__main__ import make_parser, repeated_options
from tests.fuzz.campaign import Campaign
from tests.fuzz.publication import measurements

CAMPAIGNS = [
    Campaign("models", "random", 50, 1),
    Campaign("errors", "random", 50, 1),
    Campaign("models", "coverage", 900, 2),
]


@pytest.mark.parametrize(
    "arguments", [[], ["--inputs", "0"], ["--inputs", "50", "--seconds", "2", "--seed", "a seed"]]
)
def test_command_beside_a_figure_repeats_the_run(arguments: Sequence[str]) -> None:
    parser = make_parser()
    options = parser.parse_args(arguments)
    measured = measurements(CAMPAIGNS, repeated_options(options))
    for target in ("errors", "models"):
        *program, name = shlex.split(measured[f"fuzz_{target}"].command)[:4]
        assert (program, name) == (["python", "-m", "tests.fuzz"], target)
        repeated = parser.parse_args(shlex.split(measured[f"fuzz_{target}"].command)[3:])
        assert vars(repeated) == {**vars(options), "targets": [target]}


def test_campaigns_of_a_target_are_one_measurement() -> None:
    measured = measurements(CAMPAIGNS, [])
    assert {name: one.seconds for name, one in measured.items()} == {
        "fuzz_errors": 1,
        "fuzz_models": 3,
    }
