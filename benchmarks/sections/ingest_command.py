"""`memsy ingest` into a local server, client and server of the same environment."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.canned import API_KEY
from benchmarks.comparisons import Comparison, Measurement, Section, at_most
from benchmarks.lab import Lab, Sample

_LINES = 100_000


def ingest_file(lab: Lab, environment: str) -> Sample:
    """Measure the time of one command for a file of 100,000 events."""
    with TemporaryDirectory(dir=lab.data) as folder, lab.local_server(environment) as url:
        file = Path(folder) / "events.jsonl"
        with lab.events.open(encoding="utf-8") as lines:
            file.write_text("".join(islice(lines, lab.calls(_LINES))), encoding="utf-8")
        python = str(lab.pythons[environment])
        options = ["--base-url", url, "--api-key", API_KEY]
        return lab.time_process([python, "-m", "memsy", "ingest", str(file), *options])


SECTION = Section(
    "ingest",
    "Command line",
    [
        Comparison(
            "memsy ingest of 100,000 lines into memsy serve, over the baseline",
            Measurement("memsy", "ours", ingest_file),
            Measurement("baseline", "baseline", ingest_file),
            at_most(0.65),
        )
    ],
)
