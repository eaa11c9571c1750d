"""Sections of docs/comparison.md: each measures both SDKs, with the same code for both."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from benchmarks.environments import OFFICIAL_SDK
from benchmarks.lab import clean_variables
from benchmarks.machine import circumstances
from benchmarks.report import Report, duration
from memsy import __version__
from memsy.testing import LocalServer
from tests.chaos.clients import CLIENTS
from tests.chaos.publication import summary_of
from tests.faults.cases import CASES
from tests.official import delivery, fault_cases
from tests.official.client_process import HANG_TIMEOUT

ROOT = Path(__file__).parents[2]
PERFORMANCE = ROOT / "docs" / "performance.json"
OFFICIAL = f"official SDK {OFFICIAL_SDK.partition('==')[2]}"
_PROGRAM = Path(__file__).with_name("probe_program.py")
_PROBE_SECONDS = 300.0

PROBES = (
    *("response_types", "static_types", "errors", "retries", "deadlines"),
    *("event_loops", "parity", "conveniences", "contents"),
)
"""Modules of `tests.official.probes`."""

Cells = Mapping[str, str]
"""Cells of one SDK by row."""


@frozen
class Section:
    """One table: the cells of both SDKs, and the circumstances of the run."""

    title: str
    description: str
    circumstances: Mapping[str, str]
    memsy: Cells
    official: Cells


def measure(name: str, official_python: str) -> Section:
    """Measure a section with this Python and with that of the official SDK."""
    if name == "speed":
        return speed(PERFORMANCE)
    title, description, cells = MEASURES[name]
    where = circumstances(ROOT)
    described = _described(where, f"memsy {__version__}, {OFFICIAL}")
    return Section(title, description, described, cells(sys.executable), cells(official_python))


def _described(where: Mapping[str, str], versions: str) -> Mapping[str, str]:
    return {
        "versions": versions,
        "date": where["date"],
        "commit": f"commit {where['commit']}",
        "Python": f"Python {where['Python']}",
        "processor": where["processor"],
    }


def probe(name: str, python: str) -> Cells:
    """Return the cells of a probe, which runs in a process of `python`."""
    with LocalServer() as server:
        settings = {"url": server.base_url, "key": server.api_key, "tools": sys.executable}
        process = subprocess.run(
            [python, str(_PROGRAM), name, json.dumps(settings)],
            env=clean_variables(os.environ),
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    if process.returncode or not process.stdout:
        raise RuntimeError(f"probe {name} of {python} fails: {process.stderr[-2000:]}")
    cells: dict[str, str] = json.loads(process.stdout.splitlines()[-1])
    return cells


def fault_cells(python: str) -> Cells:
    """Count the faults by the problems of an SDK."""
    rows = fault_cases.measure(python, CASES)
    kinds: Mapping[str, Callable[[str], bool]] = {
        "an error from outside the SDK": lambda problem: problem.startswith("raises "),
        "a result instead of an error, or a wrong result": lambda problem: problem.startswith(
            "returns "
        ),
        f"no end within {HANG_TIMEOUT:g} s, or an end after the deadline": lambda problem: (
            problem == "hangs" or problem.startswith("ends ")
        ),
        "needless requests, or requests to another server": lambda problem: problem.startswith(
            ("sends ", "contacts ")
        ),
        "a secret in the error": lambda problem: problem == "shows a secret",
    }
    survived = sum(not problems for problems in rows.values())
    return {
        "faults without a problem": f"{survived} of {len(rows)}",
        **{
            f"faults with {kind}": str(sum(any(map(is_kind, one)) for one in rows.values()))
            for kind, is_kind in kinds.items()
        },
    }


def delivery_cells(python: str) -> Cells:
    """Count the errors and the violations of ingests in both modes."""
    reports = {mode: delivery.run_process(python, mode, delivery.CALLS) for mode in CLIENTS}
    return {
        f"{name}, {mode}": str(count)
        for mode, report in reports.items()
        for name, count in {
            "ingests that raise": report.raised,
            "... an error from outside the SDK": report.untyped,
            "events acknowledged and lost": report.lost,
            "events stored twice": report.duplicated,
        }.items()
    }


def speed(performance: Path) -> Section:
    """Return the times of `make bench` in which the official SDK takes part."""
    report = Report.from_json(performance.read_text(encoding="utf-8"))
    cells: dict[str, dict[str, str]] = {"memsy": {}, "official SDK": {}}
    results = [result for results in report.sections.values() for result in results]
    for result in results:
        if "official SDK" in result.contenders and "memsy" in result.contenders:
            for contender, times in cells.items():
                times[_row(result.title)] = duration(result.contenders[contender])
    description = (
        "Medians of [`make bench`](performance.md), which has more comparisons and the conditions."
    )
    where = _described(report.machine, f"memsy at the commit, {OFFICIAL}")
    return Section("Speed", description, where, cells["memsy"], cells["official SDK"])


def _row(title: str) -> str:
    return title.replace(", official SDK over memsy", "").replace(", over the official SDK", "")


def _probe_measure(name: str) -> tuple[str, str, Callable[[str], Cells]]:
    module = importlib.import_module(f"tests.official.probes.{name}")
    return module.TITLE, summary_of(module), partial(probe, name)


MEASURES: Mapping[str, tuple[str, str, Callable[[str], Cells]]] = MappingProxyType(
    {
        **{name: _probe_measure(name) for name in PROBES},
        "faults": (
            "Faults of the network and the service",
            (
                "The fault cases of [`tests/faults/cases`](../tests/faults/cases) whose options "
                "both SDKs have. A fault counts if any variant has the problem in any mode."
            ),
            fault_cells,
        ),
        "delivery": (
            "Ingests at 30 % faults",
            (
                f"{delivery.CALLS:,} ingests through a proxy that faults 30 % of the requests, "
                "with the default number of retries."
            ),
            delivery_cells,
        ),
    }
)
NAMES: Sequence[str] = (*MEASURES, "speed")
