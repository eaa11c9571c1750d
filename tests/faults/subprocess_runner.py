"""Run the calls of a case in a new process, with its own environment and memory."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
from collections.abc import Mapping

from tests.faults import actions
from tests.faults.clients import AttemptRecorder, ClientKind
from tests.faults.outcome import Outcome

_TIMEOUT = 60.0


def run_task(task: actions.Task, kind: ClientKind, environment: Mapping[str, str]) -> Outcome:
    """Run `actions.run_task` in a process with `environment`."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", __name__],
        input=pickle.dumps((task, kind)),
        capture_output=True,
        env=dict(environment),
        timeout=_TIMEOUT,
        check=False,
    )
    assert (done.stderr, done.returncode) == (b"", 0)
    outcome: Outcome = pickle.loads(done.stdout)
    return outcome


def _main() -> None:
    logging.getLogger("memsy").setLevel(logging.ERROR)  # without a handler, warnings are printed
    task, kind = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(actions.run_task(task, kind, AttemptRecorder())))


if __name__ == "__main__":
    _main()
