"""
Fuzz the clients and the local server, and print the findings.

Exits with 1 if a property is violated.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.publication import publish
from tests.fuzz import coverage_guided
from tests.fuzz.campaign import Campaign, fuzz
from tests.fuzz.findings import check
from tests.fuzz.publication import measurements
from tests.fuzz.report import report
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

INPUTS: Mapping[str, int] = {"responses": 100_000, "requests": 10_000}
"""Number of random inputs by target."""
_DEFAULT_INPUTS = 20_000


def main(
    arguments: Sequence[str] | None = None,
    targets: Mapping[str, Callable[[], Target]] = TARGETS,
) -> int:
    """Fuzz or replay, and return the exit code."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    names = options.targets or list(targets)
    for name in (*names, *options.replay[:1]):
        if name not in targets:
            parser.error(f"unknown target {name!r}, choose from {', '.join(targets)}")
    if options.replay:
        name, data = options.replay
        return replay(targets[name](), bytes.fromhex(data))
    campaigns: list[Campaign] = []
    for campaign in _campaigns(names, options):
        print(report(campaign), flush=True)
        campaigns.append(campaign)
    if options.publish:
        publish(measurements(campaigns, repeated_options(options)))
    return int(any(campaign.violations for campaign in campaigns))


def replay(target: Target, data: bytes) -> int:
    """Check one input, print its violation, and return the exit code."""
    try:
        finding = check(target, data)
    finally:
        target.close()
    print(finding.detail if finding else "no property is violated")
    return int(bool(finding))


def _campaigns(names: Sequence[str], options: argparse.Namespace) -> Iterator[Campaign]:
    for name in names:
        inputs = INPUTS.get(name, _DEFAULT_INPUTS) if options.inputs is None else options.inputs
        if inputs:
            yield fuzz(name, inputs, options.seed)
    if not options.seconds:
        return
    if not coverage_guided.is_available():
        print("atheris is not installed for this Python: coverage-guided fuzzing is skipped")
        return
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(lambda name: coverage_guided.fuzz(name, options.seconds), names)


def repeated_options(options: argparse.Namespace) -> list[str]:
    """Return the options that repeat a run."""
    inputs = [] if options.inputs is None else [f"--inputs={options.inputs}"]
    return [*inputs, f"--seconds={options.seconds}", f"--seed={options.seed}"]


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"any of {', '.join(TARGETS)}; by default all"
    )
    parser.add_argument(
        "--inputs", type=int, metavar="N", help="random inputs for each target; 0 for none"
    )
    parser.add_argument(
        "--seconds",
        type=int,
        default=20,
        metavar="N",
        help="seconds of coverage-guided fuzzing for each target; 0 for none",
    )
    parser.add_argument(
        "--publish", action="store_true", help="replace the figures of docs/reliability.md"
    )
    parser.add_argument("--seed", default="memsy", help="seed of the random inputs")
    parser.add_argument(
        "--replay",
        nargs=2,
        default=(),
        metavar=("TARGET", "HEX"),
        help="check one input, as the report prints it",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
