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
from benchmarks.corpus import chat_messages, write_events
from benchmarks.environments import set_up, versions
from benchmarks.lab import Lab
from benchmarks.machine import describe
from benchmarks.publication import publish as publish_report
from benchmarks.publication import write_results
from benchmarks.report import Report, print_report
from benchmarks.rounds import measure
from benchmarks.sections import SECTIONS
from benchmarks.static_server import find_nginx, static_server

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
_EVENTS = 100_000
_SETS, _QUICK_SETS = 7, 3
_QUICK_SCALE = 0.25

app = typer.Typer(add_completion=False)


def _section_names(text: str | None) -> list[str]:
    names = text.split(",") if text else list(SECTIONS)
    if unknown := [name for name in names if name not in SECTIONS]:
        raise typer.BadParameter(
            f"--only: {unknown[0]!r} is not a section; the sections are {', '.join(SECTIONS)}"
        )
    return names


@app.command(help=__doc__)
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
    publish: Annotated[
        bool, typer.Option("--publish", help="Replace the figures of docs/performance.md.")
    ] = False,
) -> None:
    names = _section_names(only)
    if publish and only:
        raise typer.BadParameter("--publish needs all sections: leave --only out")
    set_count = sets or (_QUICK_SETS if quick else _SETS)
    environments = set_up(ROOT, folder.absolute())
    data = folder.absolute() / "data"
    data.mkdir(exist_ok=True)
    sections: dict[str, list[Result]] = {}
    failures: list[str] = []
    with static_server(RESPONSES, HEADERS, find_nginx()) as server:
        lab = Lab(
            environments.pythons,
            server.url,
            data,
            write_events(data / "events.jsonl", chat_messages(_EVENTS)),
            scale=_QUICK_SCALE if quick else 1.0,
        )
        for section in map(SECTIONS.__getitem__, names):
            samples = measure(section, lab, set_count, environments.missing, _print_progress)
            sections[section.title] = [judge(one, samples) for one in section.comparisons]
            failures += samples.failures.values()
    machine = describe(ROOT, versions(environments.pythons["ours"]), server.program)
    report = Report(machine, set_count, sections, quick)
    print_report(report, Console(highlight=False, width=180))
    write_results(report, RESULTS)
    if publish:
        publish_report(report, ROOT / "docs")
    for failure in failures:
        print(f"failed: {failure}", file=sys.stderr)
    raise typer.Exit(bool(failures))


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    app(prog_name="python -m benchmarks")
