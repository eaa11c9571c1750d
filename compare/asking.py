"""Lets a caller in another Python meet the fault of a row."""

from __future__ import annotations

import base64
import json
import os
import pickle
import select
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.judging import Told, complaints
from memsy import Timeout
from tests.matrix.clients import KEY
from tests.matrix.row import Row

if TYPE_CHECKING:
    from typing_extensions import Self

OPTIONS = {"base_url", "api_key", "timeout", "max_retries", "retry_backoff"}
"""Of the constructor of the official SDK."""

_TIMEOUT = 1.0
_PATIENCE = 5.0
"""Seconds without a word, after which it counts as hanging."""
_PROGRAM = Path(__file__).with_name("stranger.py")


class Stranger:
    """A process with a client of one colour, started anew whenever it hangs."""

    def __init__(self, python: str, colour: str) -> None:
        self._command = [python, str(_PROGRAM), colour]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, task: Mapping[str, object], environment: Mapping[str, str]) -> Told | None:
        """What it tells of *task*, or None if it says nothing for long."""
        if environment:
            self._end()
        process = self._running(environment)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(base64.b64encode(pickle.dumps(task)).decode() + "\n")
        process.stdin.flush()
        told: Told | None = None
        if select.select([process.stdout], [], [], _PATIENCE)[0]:
            line = process.stdout.readline()
            told = json.loads(line) if line else {"foreign": "the end of the process"}
        if told is None or environment or "took" not in told:
            self._end()
        return told

    def _running(self, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **environment},
                text=True,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def play(row: Row, stranger: Stranger) -> list[str] | None:
    """
    What the caller complains of.

    None, if the SDK has no option that the row is about, or what is to be said cannot be pickled.
    """
    if not (row.options.keys() <= OPTIONS and _can_travel(row.calls)):
        return None
    with row.stage() as place:
        given: dict[str, Any] = {
            "base_url": place.base_url,
            "api_key": KEY,
            "timeout": _TIMEOUT,
            "retry_backoff": 0.01,
            **place.options,
            **row.options,
        }
        if not given.keys() <= OPTIONS:
            return None
        task = {
            "options": {**given, "timeout": Timeout.of(given["timeout"]).total},
            "calls": list(row.calls),
        }
        told = stranger.ask(task, {**row.environment, **place.environment})
        return list(
            complaints(
                row,
                told,
                requests=sum(len(server.requests) for server in place.servers),
                strayed=sum(server.connections for server in place.bystanders),
            )
        )


def _can_travel(calls: object) -> bool:
    try:
        pickle.dumps(calls)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return False
    return True
