"""Published measurements: docs/reliability.json, and the tables of docs/reliability.md from it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from benchmarks.machine import circumstances
from benchmarks.pages import replace_figures
from tests.chaos.clients import CLIENTS
from tests.chaos.metric import Metric
from tests.chaos.report import format_value

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COMMAND = "make chaos"
"""Name of the figures in the page. `python -m tests.fuzz --publish` writes there, too."""


@frozen
class Measurement:
    """Metrics of one experiment, and the circumstances of its run."""

    command: str
    description: str
    seconds: float
    circumstances: Mapping[str, str]
    metrics: Sequence[Metric]

    @classmethod
    def now(
        cls, command: str, description: str, seconds: float, metrics: Sequence[Metric]
    ) -> Measurement:
        """Return a measurement of this machine that ended now."""
        return cls(command, description, round(seconds), circumstances(ROOT), metrics)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Measurement:
        metrics = [Metric(**metric) for metric in values["metrics"]]
        return cls(**{**values, "metrics": metrics})

    @property
    def met(self) -> int:
        """Number of metrics within their limits."""
        return sum(metric.is_met for metric in self.metrics)


def summary_of(documented: object) -> str:
    """Return the first paragraph of a docstring on one line."""
    return (inspect.getdoc(documented) or "").partition("\n\n")[0].replace("\n", " ")


def read(docs: Path) -> dict[str, Measurement]:
    """Return the published measurements by name."""
    file = docs / "reliability.json"
    if not file.exists():
        return {}
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {name: Measurement.from_json(value) for name, value in values.items()}


def publish(measured: Mapping[str, Measurement], docs: Path = DOCS) -> None:
    """Replace these measurements in the JSON and in the page, and keep the others."""
    all_measured = {**read(docs), **measured}
    values = {name: attrs.asdict(all_measured[name]) for name in sorted(all_measured)}
    text = json.dumps(values, indent=1) + "\n"
    (docs / "reliability.json").write_text(text, encoding="utf-8")
    replace_figures(docs / "reliability.md", COMMAND, markdown(read(docs)))


def markdown(measured: Mapping[str, Measurement]) -> str:
    """Return a table of all measurements, and a section with the metrics of each."""
    lines = [
        "| Command | Measures | Within limits | Duration | Date | Commit |",
        f"|{'---|' * 6}",
    ]
    for name, one in measured.items():
        lines.append(
            f"| [`{one.command}`](#{name}) | {one.description} | {one.met} of {len(one.metrics)} "
            f"| {one.seconds:.0f} s | {one.circumstances['date']} | {one.circumstances['commit']} |"
        )
    for name, one in measured.items():
        lines += ["", f"#### {name}", "", *_table(one)]
    return "\n".join(lines)


def _table(measurement: Measurement) -> Iterator[str]:
    where = measurement.circumstances
    yield (
        f"`{measurement.command}`, {where['date']}, Python {where['Python']}, {where['processor']}."
    )
    yield ""
    yield f"| Metric | Limit | {' | '.join(map(str.capitalize, CLIENTS))} | Note |"
    yield f"|{'---|' * (3 + len(CLIENTS))}"
    for metric in measurement.metrics:
        values = [format_value(metric.values.get(mode), metric.unit) for mode in CLIENTS]
        notes = ["" if metric.is_met else "**MISSED**", metric.note]
        yield (
            f"| {metric.name} | {format_value(metric.limit, metric.unit)} | {' | '.join(values)} "
            f"| {' '.join(filter(None, notes))} |"
        )
