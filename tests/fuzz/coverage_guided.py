"""
Coverage-guided fuzzing with atheris.

atheris ends its process, so each target runs in its own process, whose main module is this one.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fuzz.campaign import Campaign
    from tests.fuzz.findings import Finding
    from tests.fuzz.target import Target

_INSTRUMENTED = ["memsy", "aiohttp", "cattrs", "email", "http", "json", "requests", "urllib3"]

_MAX_SECONDS_PER_INPUT = 30
_MAX_MEBIBYTES = 2048
_MAX_BYTES = 20_000
_STARTUP_AND_SHUTDOWN = 120
"""Seconds that a process may take beside the fuzzing itself."""

_EXECUTED = re.compile(r"number_of_executed_units: (\d+)")


def is_available() -> bool:
    """Return whether atheris is installed."""
    return find_spec("atheris") is not None


def fuzz(name: str, seconds: int) -> Campaign:
    """Fuzz the target with this `name` for `seconds`."""
    from tests.fuzz.campaign import Campaign  # loads modules that atheris must instrument first

    started_at = time.monotonic()
    with TemporaryDirectory(prefix="memsy-fuzz-") as folder:
        process = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.coverage_guided", name, str(seconds), folder],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + _STARTUP_AND_SHUTDOWN,
            check=False,
        )
        executed = _EXECUTED.search(process.stderr)
        findings, not_reproducible = _read_findings(name, Path(folder))
        if process.returncode and not findings:
            raise RuntimeError(f"the fuzzer of {name} failed:\n{process.stderr[-2000:]}")
    inputs = int(executed[1]) if executed else 0
    seconds_taken = time.monotonic() - started_at
    return Campaign(name, "coverage", inputs, seconds_taken, findings, not_reproducible)


def _read_findings(name: str, folder: Path) -> tuple[list[Finding], list[Finding]]:
    """Return the reproducible and the other findings of the process."""
    from tests.fuzz.findings import Finding, minimized  # as above
    from tests.fuzz.targets import TARGETS

    log = folder / "findings"
    found = [
        Finding(entry["summary"], bytes.fromhex(entry["data"]), entry["detail"])
        for entry in map(json.loads, log.read_text().splitlines() if log.exists() else ())
    ]
    # atheris itself ends the process for an input that takes too much time or memory.
    aborted = [
        Finding(path.name.partition("-")[0], path.read_bytes(), "atheris aborted on this input")
        for path in folder.glob("*-*")
    ]
    target = TARGETS[name]()
    try:
        smaller = {finding.summary: minimized(finding, target) for finding in found}
    finally:
        target.close()
    reproducible = [finding for finding in smaller.values() if finding is not None]
    not_reproducible = [finding for finding in found if smaller[finding.summary] is None]
    return reproducible + aborted, not_reproducible


def main(name: str, seconds: str, folder: str) -> None:
    """Fuzz in this process, which atheris ends."""
    import atheris  # not available for every Python

    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=_INSTRUMENTED):
        from tests.fuzz.findings import FindingCollector  # loads memsy
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]()
    corpus = Path(folder, "corpus")
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    with Path(folder, "findings").open("w", encoding="utf-8", buffering=1) as log:
        collector = FindingCollector(target, lambda finding: print(_to_json(finding), file=log))
        options = [
            f"-max_total_time={seconds}",
            f"-timeout={_MAX_SECONDS_PER_INPUT}",
            f"-rss_limit_mb={_MAX_MEBIBYTES}",
            f"-max_len={_MAX_BYTES}",
            f"-artifact_prefix={folder}/",
            "-print_final_stats=1",
            "-verbosity=0",
            "-seed=1",
        ]
        atheris.Setup(
            [sys.argv[0], *options, str(corpus)],
            collector.check,
            custom_mutator=partial(_mutated, target),
        )
        atheris.Fuzz()


def _to_json(finding: Finding) -> str:
    return json.dumps(
        {"summary": finding.summary, "data": finding.data.hex(), "detail": finding.detail}
    )


def _mutated(target: Target, data: bytes, max_bytes: int, seed: int) -> bytes:
    """Mutate an input: every other one by atheris, the others by the target."""
    if seed % 2:
        import atheris  # its Mutate exists only now

        return atheris.Mutate(data, max_bytes)
    return target.mutated(data, Random(seed))[:max_bytes]


if __name__ == "__main__":
    main(*sys.argv[1:])
