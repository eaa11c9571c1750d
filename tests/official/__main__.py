"""
Compare our clients with those of the official SDK, on all fault cases and on faulty ingests.

`PYTHON` is an interpreter with the official SDK installed.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
from collections.abc import Sequence

from rich.console import Console

from tests.faults.cases import CASES
from tests.official import delivery, fault_cases


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both comparisons, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.official", description=__doc__)
    parser.add_argument("python", metavar="PYTHON", help="interpreter with the official SDK")
    python: str = parser.parse_args(arguments).python
    if shutil.which(python) is None:
        parser.error(f"PYTHON must be an executable file, got {python!r}")
    console = Console(highlight=False)
    # The failures are intended, so the log would only hide the results.
    logging.getLogger("memsy").addHandler(logging.NullHandler())
    fault_cases.compare(console, python, CASES)
    console.print()
    delivery.compare(console, python, delivery.CALLS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
