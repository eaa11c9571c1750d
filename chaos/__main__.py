"""
Measure how the clients, and the local service, bear what goes wrong, and say whether well enough.

Exits with 1 if a promise was not kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape

from chaos import bombs, crowds, deadlines, ingests, interrupts, killing, leaks, outage, storm
from chaos.figure import Figure, Goal
from chaos.table import table

GOALS: dict[str, Goal] = {
    "ingests": ingests.figures,
    "outage": outage.figures,
    "deadlines": deadlines.figures,
    "leaks": leaks.figures,
    "bombs": bombs.figures,
    "crowds": crowds.figures,
    "storm": storm.figures,
    "interrupts": interrupts.figures,
    "killing": killing.figures,
}

_WIDE = 160


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("goal", nargs="*", help=f"some of {', '.join(GOALS)}; by default all")
    parser.add_argument("--seed", type=int, default=1, help="decides all that is left to chance")
    asked = parser.parse_args(arguments)
    unknown = set(asked.goal) - set(GOALS)
    if unknown:
        parser.error(f"no such goal: {', '.join(sorted(unknown))}")
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    found = {goal: list(_measured(goal, asked.seed, console)) for goal in asked.goal or GOALS}
    console.print()
    console.print(table(found))
    missed = [figure for figures in found.values() for figure in figures if not figure.is_kept]
    return 1 if missed else 0


def _measured(goal: str, seed: int, console: Console) -> Iterator[Figure]:
    began = time.monotonic()
    console.print(f"{goal} ...")
    for figure in GOALS[goal](seed):
        if not figure.is_kept:
            console.print(f"[bold red]MISSED[/] {escape(figure.promise)} {escape(figure.evidence)}")
        yield figure
    console.print(f"{goal}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
