"""
Measure the package beside plain libraries, the official SDK and its own earlier state.

The contenders run interleaved, each sample in a process of its own. The report has every goal,
also the missed ones. A missed goal does not change the exit status; a failed contender does.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.canned import HEADERS, RESPONSES
from benchmarks.comparisons import Result, judge
from benchmarks.corpus import write_events
from benchmarks.environments import set_up, versions
from benchmarks.lab import Lab
from benchmarks.machine import describe
from benchmarks.report import Report, print_report
from benchmarks.rounds import measure
from benchmarks.sections import SECTIONS
from benchmarks.static_server import static_server

ROOT = Path(__file__).parents[1]
_EVENTS = 100_000
_SETS, _QUICK_SETS = 7, 3
_QUICK_SCALE = 0.25


def _section_names(text: str | None) -> list[str]:
    names = text.split(",") if text else list(SECTIONS)
    if unknown := [name for name in names if name not in SECTIONS]:
        raise typer.BadParameter(
            f"--only: unknown section {unknown[0]!r}; the sections are {', '.join(SECTIONS)}"
        )
    return names


def main(
    folder: Annotated[
        Path, typer.Option(help="Folder of the environments and of large files.")
    ] = ROOT / ".venv-bench",
    only: Annotated[
        str | None, typer.Option(help=f"Sections, with commas: {', '.join(SECTIONS)}.")
    ] = None,
    sets: Annotated[
        int | None, typer.Option(min=1, help=f"Process sets; {_SETS} by default.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Make a quarter of the calls in fewer sets.")
    ] = False,
) -> None:
    names = _section_names(only)
    set_count = sets or (_QUICK_SETS if quick else _SETS)
    folder = folder.absolute()
    environments = set_up(ROOT, folder)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    events = data / "events.jsonl"
    if not events.exists():
        write_events(events, _EVENTS)
    sections: dict[str, list[Result]] = {}
    has_failures = False
    with static_server(RESPONSES, HEADERS) as server:
        lab = Lab(
            environments.pythons,
            server.url,
            data,
            events,
            scale=_QUICK_SCALE if quick else 1.0,
        )
        for name in names:
            section = SECTIONS[name]
            samples = measure(section, lab, set_count, environments.missing, _print_progress)
            has_failures = has_failures or not samples.failures.items() <= {}.items()
            sections[section.title] = [judge(one, samples) for one in section.comparisons]
    installed = list(versions(environments.pythons["ours"]))
    report = Report(describe(ROOT, installed, server.program), set_count, sections, quick)
    print_report(report, Console(highlight=False, width=180))
    if has_failures:
        raise typer.Exit(1)


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    typer.run(main)
