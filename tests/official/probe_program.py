"""
Program for the Python of an SDK: runs a probe, and prints its cells as JSON.

Usage: `PYTHON probe_program.py NAME SETTINGS`, with the settings as JSON.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
from pathlib import Path

# At the end of the path, so that Python imports its installed `memsy`.
sys.path[:] = [*sys.path[1:], str(Path(__file__).parents[2])]


def main() -> None:
    """Print the cells, and end without waiting for threads of endless calls."""
    name, settings = sys.argv[1:]
    logging.getLogger("memsy").addHandler(logging.NullHandler())
    probe = importlib.import_module(f"tests.official.probes.{name}")
    print(json.dumps(probe.cells(json.loads(settings))), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
