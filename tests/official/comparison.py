"""
Measure the points of docs/comparison.md for both SDKs, and print them.

`PYTHON` is an interpreter with the official SDK and trio installed.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import time
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.official.publication import DOCS, publish
from tests.official.sections import NAMES, Section, measure


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the sections, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.official.comparison", description=__doc__
    )
    parser.add_argument("python", metavar="PYTHON", help="interpreter with the official SDK")
    parser.add_argument("--only", help=f"sections, with commas: {', '.join(NAMES)}")
    parser.add_argument(
        "--publish", action="store_true", help="replace the tables of docs/comparison.md"
    )
    options = parser.parse_args(arguments)
    if shutil.which(options.python) is None:
        parser.error(f"PYTHON must be an executable file, got {options.python!r}")
    names: list[str] = options.only.split(",") if options.only else list(NAMES)
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"--only: {unknown[0]!r} is not a section; they are {', '.join(NAMES)}")
    # The failures are intended, so the log would only hide the results.
    logging.getLogger("memsy").addHandler(logging.NullHandler())
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    sections: dict[str, Section] = {}
    for name in names:
        started_at = time.monotonic()
        sections[name] = measure(name, options.python)
        console.print(_table(sections[name]))
        console.print(f"{name}: {time.monotonic() - started_at:.0f} s\n")
    if options.publish:
        publish(sections, DOCS)
    return 0


def _table(section: Section) -> Table:
    table = Table(escape(section.title), "memsy", "official SDK", box=None)
    for row, cell in section.memsy.items():
        table.add_row(*map(escape, (row, cell, _other(section.official, row))))
    return table


def _other(cells: Mapping[str, str], row: str) -> str:
    return cells.get(row, "not measured")


if __name__ == "__main__":
    sys.exit(main())
