"""One caller at work in a process of its own, with an environment and a memory of its own."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping

from tests.matrix import acting
from tests.matrix.clients import Colour, Witness
from tests.matrix.outcome import Outcome

_PATIENCE = 60.0


def act(part: acting.Part, colour: Colour, environment: Mapping[str, str]) -> Outcome:
    """As `acting.act`, there."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", __name__],
        input=pickle.dumps((part, colour)),
        capture_output=True,
        env=dict(environment),
        timeout=_PATIENCE,
        check=False,
    )
    assert (done.stderr, done.returncode) == (b"", 0)
    outcome: Outcome = pickle.loads(done.stdout)
    return outcome


def _main() -> None:
    part, colour = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(acting.act(part, colour, Witness())))


if __name__ == "__main__":
    _main()
