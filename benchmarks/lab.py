"""Processes of the contenders: programs, commands and local servers."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

_PROGRAMS = Path(__file__).with_name("programs")
_TIMEOUT = 600.0
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})
_VARIABLES = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")
"""Environment variables of the processes: no settings of the contenders, of Python or proxies."""


class ContenderError(Exception):
    """A process of a contender failed. The message has the end of its error output."""


@frozen
class Sample:
    """Seconds of one call, or of another unit of work, in one process."""

    wall: float
    cpu: float | None = None


@frozen
class Lab:
    """Interpreters, server and files that the measurements use."""

    pythons: Mapping[str, Path]
    """Interpreter of each environment."""
    static_url: str
    """Base URL of the static server."""
    data: Path
    """Folder of the files that later runs use again."""
    events: Path
    """File of events, one JSON object per line."""
    scale: float = 1.0
    """Share of the calls to make, less than 1 for a quick run."""
    variables: Mapping[str, str] = field(factory=lambda: clean_variables(os.environ))

    def calls(self, count: int) -> int:
        """Return `count`, or less in a quick run."""
        return max(1, int(count * self.scale))

    def run(
        self,
        environment: str,
        program: str,
        task: Mapping[str, Any],
        variables: Mapping[str, str] = _NO_VARIABLES,
    ) -> Sample:
        """Run a program, and return the sample that it prints."""
        command = self.command(environment, program, json.dumps(task))
        return Sample(**json.loads(self.output(command, variables)))

    def command(self, environment: str, program: str, *arguments: str) -> Sequence[str]:
        """Return the command line of a program of `benchmarks/programs`."""
        return [str(self.pythons[environment]), str(_PROGRAMS / f"{program}.py"), *arguments]

    def output(self, command: Sequence[str], variables: Mapping[str, str] = _NO_VARIABLES) -> str:
        """Run a command with additional environment variables, and return its output."""
        try:
            process = subprocess.run(
                command,
                cwd=self.data,
                env={**self.variables, **variables},
                capture_output=True,
                text=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ContenderError(_failure(command, f"no end within {_TIMEOUT:g} s")) from None
        if process.returncode:
            raise ContenderError(_failure(command, process.stderr))
        return process.stdout

    def time_process(self, command: Sequence[str]) -> Sample:
        """Measure the time from the start of a process to its end."""
        started_at = time.perf_counter()
        self.output(command)
        return Sample(time.perf_counter() - started_at)

    def time_to_first_line(self, command: Sequence[str]) -> Sample:
        """Measure the time from the start of a process to its first line of output."""
        started_at = time.perf_counter()
        with subprocess.Popen(
            command, cwd=self.data, env=self.variables, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            wall = time.perf_counter() - started_at
        if process.returncode or not line:
            raise ContenderError(_failure(command, ""))
        return Sample(wall)

    @contextmanager
    def local_server(self, environment: str, *options: str) -> Iterator[str]:
        """Run `memsy serve` of an environment, and yield its base URL."""
        python = str(self.pythons[environment])
        command = [python, "-m", "memsy", "serve", "--port", "0", *options]
        with subprocess.Popen(
            command,
            cwd=self.data,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                if not line:
                    raise ContenderError(_failure(command, ""))
                yield line.rpartition(" ")[2].strip()
            finally:
                process.terminate()


def clean_variables(variables: Mapping[str, str]) -> Mapping[str, str]:
    return {name: variables[name] for name in _VARIABLES if name in variables}


def _failure(command: Sequence[str], errors: str) -> str:
    last_line = errors.strip().rpartition("\n")[2] or "no error output"
    return f"{' '.join(command)[:200]}: {last_line[:300]}"
