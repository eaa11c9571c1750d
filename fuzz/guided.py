"""
Inputs that are bred from those that made the code do something new.

atheris ends its process, so each target gets one of its own, which this module is the main
program of.
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
    from fuzz.campaign import Campaign
    from fuzz.findings import Finding
    from fuzz.target import Target

_INSTRUMENTED = ["memsy", "aiohttp", "cattrs", "email", "http", "json", "requests", "urllib3"]

_SECONDS_FOR_ONE = 30
_MEBIBYTES = 2048
_MOST_BYTES = 20_000
_START_AND_END = 120
"""Seconds beside those for fuzzing, in which a process has to begin and to end."""

_EXECUTED = re.compile(r"number_of_executed_units: (\d+)")


def is_available() -> bool:
    """Whether atheris is installed."""
    return find_spec("atheris") is not None


def guide(name: str, seconds: int) -> Campaign:
    """Fuzz the target *name* for so many *seconds*."""
    from fuzz.campaign import Campaign  # noqa: PLC0415 - loads what atheris is to instrument

    began = time.monotonic()
    with TemporaryDirectory(prefix="memsy-fuzz-") as folder:
        process = subprocess.run(
            [sys.executable, "-m", "fuzz.guided", name, str(seconds), folder],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + _START_AND_END,
            check=False,
        )
        executed = _EXECUTED.search(process.stderr)
        findings, unsteady = _found(name, Path(folder))
        if process.returncode and not findings:
            raise RuntimeError(f"the fuzzer of {name} failed:\n{process.stderr[-2000:]}")
    inputs = int(executed[1]) if executed else 0
    return Campaign(name, "guided", inputs, time.monotonic() - began, findings, unsteady)


def _found(name: str, folder: Path) -> tuple[list[Finding], list[Finding]]:
    """What the process has left in *folder*."""
    from fuzz.findings import Finding, smaller  # noqa: PLC0415 - as before
    from fuzz.targets import TARGETS  # noqa: PLC0415

    notes = folder / "findings"
    found = [
        Finding(said["what"], bytes.fromhex(said["data"]), said["detail"])
        for said in map(json.loads, notes.read_text().splitlines() if notes.exists() else ())
    ]
    # What atheris itself ends a process for: an input that takes too long, or too much memory.
    ends = [
        Finding(path.name.partition("-")[0], path.read_bytes(), "the fuzzer gave up on it")
        for path in folder.glob("*-*")
    ]
    target = TARGETS[name]()
    try:
        small = {finding.what: smaller(finding, target) for finding in found}
    finally:
        target.close()
    steady = [finding for finding in small.values() if finding is not None]
    return steady + ends, [finding for finding in found if small[finding.what] is None]


def main(name: str, seconds: str, folder: str) -> None:
    """Fuzz, in a process that ends with it."""
    import atheris  # noqa: PLC0415 - is not there for every Python

    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=_INSTRUMENTED):
        from fuzz.findings import Findings  # noqa: PLC0415 - this is what loads memsy
        from fuzz.targets import TARGETS  # noqa: PLC0415
    target = TARGETS[name]()
    corpus = Path(folder, "corpus")
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    with Path(folder, "findings").open("w", buffering=1) as notes:
        findings = Findings(target, lambda finding: print(_noted(finding), file=notes))
        options = [
            f"-max_total_time={seconds}",
            f"-timeout={_SECONDS_FOR_ONE}",
            f"-rss_limit_mb={_MEBIBYTES}",
            f"-max_len={_MOST_BYTES}",
            f"-artifact_prefix={folder}/",
            "-print_final_stats=1",
            "-verbosity=0",
            "-seed=1",
        ]
        atheris.Setup(
            [sys.argv[0], *options, str(corpus)],
            findings.try_,
            custom_mutator=partial(_bred, target),
        )
        atheris.Fuzz()


def _noted(finding: Finding) -> str:
    return json.dumps({"what": finding.what, "data": finding.data.hex(), "detail": finding.detail})


def _bred(target: Target, data: bytes, most: int, seed: int) -> bytes:
    """An input of the next generation: half of them by chance alone, half by what we know."""
    if seed % 2:
        import atheris  # noqa: PLC0415 - only now is its own Mutate in place

        return atheris.Mutate(data, most)
    return target.mutated(data, Random(seed))[:most]


if __name__ == "__main__":
    main(*sys.argv[1:])
