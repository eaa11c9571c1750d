"""
What becomes of callers of our clients and of those of the official SDK, where all goes wrong.

*PYTHON* is one with the official SDK installed.
"""

from __future__ import annotations

import argparse

from rich.console import Console

from compare import ingests, matrix


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m compare", description=__doc__)
    parser.add_argument("python", metavar="PYTHON", help="one that has the official SDK")
    python: str = parser.parse_args().python
    console = Console(highlight=False)
    matrix.show(console, python)
    console.print()
    ingests.show(console, python)


if __name__ == "__main__":
    main()
