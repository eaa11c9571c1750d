"""Tests of docs/start.md: its programs run as files, and print the lines of the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.docs.blocks import ROOT, blocks

PAGE = "docs/start.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
PROGRAMS = dict(
    zip(
        re.findall(r"[Ss]ave this as `(\w+\.py)`", TEXT),
        [block.code for block in blocks(PAGE) if block.language == "python"],
        strict=True,
    )
)
CONSOLES = [block.code for block in blocks(PAGE) if block.language == "console"]
SERVE = next(code for code in CONSOLES if code.startswith("$ memsy serve"))
ADDRESS = "http://127.0.0.1:8765/v1"


def test_programs_print_the_lines_of_the_page(tmp_path: Path) -> None:
    with serving() as (printed, environment):
        assert f"$ memsy serve\n{printed}".replace(environment["MEMSY_BASE_URL"], ADDRESS) == SERVE
        for name, code in PROGRAMS.items():
            (tmp_path / name).write_text(code, encoding="utf-8")
            output = run([sys.executable, "-W", "error", name], tmp_path, environment)
            assert f"$ python {name}\n{output}" in CONSOLES
        [search] = [code for code in CONSOLES if code.startswith("$ memsy search")]
        command, _, shown = search.partition("\n")
        arguments = command.removeprefix("$ memsy ").split()
        output = run([sys.executable, "-m", "memsy", *arguments], tmp_path, environment)
        assert without_time(output) == without_time(shown)


def without_time(output: str) -> list[str]:
    """Return the lines without trailing spaces, and without the time of the event."""
    times = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    return [re.sub(times, "TIME", line).rstrip() for line in output.splitlines()]


@contextmanager
def serving() -> Iterator[tuple[str, dict[str, str]]]:
    """Run `memsy serve` on a free port, and yield its output and the variables that it names."""
    command = [sys.executable, "-m", "memsy", "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            printed = process.stdout.readline() + process.stdout.readline()
            variables = dict(re.findall(r"(MEMSY_\w+)=(\S+)", printed))
            yield printed, {**os.environ, **variables}
        finally:
            process.terminate()


def run(command: Sequence[str], directory: Path, environment: dict[str, str]) -> str:
    completed = subprocess.run(
        command,
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (completed.returncode, completed.stderr) == (0, "")
    return completed.stdout
