"""
Fuzzes, and says what was found; `python -m fuzz --help` says how.

It ends with 1 if any promise was broken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from fuzz import guided
from fuzz.campaign import Campaign, draw
from fuzz.findings import broken_by
from fuzz.table import told
from fuzz.target import Target
from fuzz.targets import TARGETS

INPUTS: Mapping[str, int] = {"replies": 100_000, "requests": 10_000}
"""How many are drawn for each target, and for the others:"""
_OTHERS = 20_000


def main(
    arguments: Sequence[str] | None = None,
    targets: Mapping[str, Callable[[], Target]] = TARGETS,
) -> int:
    """The exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    names = options.targets or list(targets)
    for name in (*names, *options.replay[:1]):
        if name not in targets:
            parser.error(f"there is no target {name!r}, only {', '.join(targets)}")
    if options.replay:
        name, data = options.replay
        return replay(targets[name](), bytes.fromhex(data))
    worst = 0
    for campaign in _campaigns(names, options):
        print(told(campaign), flush=True)
        worst = max(worst, int(bool(campaign.broken)))
    return worst


def replay(target: Target, data: bytes) -> int:
    """Try one input, and say what is wrong with it."""
    try:
        found = broken_by(target, data)
    finally:
        target.close()
    print(found.detail if found else "no promise is broken")
    return int(bool(found))


def _campaigns(names: Sequence[str], options: argparse.Namespace) -> Iterator[Campaign]:
    for name in names:
        inputs = INPUTS.get(name, _OTHERS) if options.inputs is None else options.inputs
        if inputs:
            yield draw(name, inputs, options.seed)
    if not options.seconds:
        return
    if not guided.is_available():
        print("atheris is not installed for this Python: nothing is guided by what the code does")
        return
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(lambda name: guided.guide(name, options.seconds), names)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m fuzz", description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default"
    )
    parser.add_argument(
        "--inputs", type=int, metavar="N", help="how many to draw for each target; 0 for none"
    )
    parser.add_argument(
        "--seconds", type=int, default=20, metavar="N", help="for each target to be guided; or 0"
    )
    parser.add_argument("--seed", default="memsy", help="decides which inputs are drawn")
    parser.add_argument(
        "--replay",
        nargs=2,
        default=(),
        metavar=("TARGET", "HEX"),
        help="try one input, as it was printed",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
