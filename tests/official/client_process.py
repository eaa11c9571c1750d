"""Run fault cases with a client of the official SDK, in a process of another Python."""

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

from memsy import Timeout
from tests.faults.case import Case
from tests.faults.clients import KEY
from tests.faults.scenario import do_nothing
from tests.official.scoring import CallResult, problems

if TYPE_CHECKING:
    from typing_extensions import Self

OPTIONS = {"base_url", "api_key", "timeout", "max_retries", "retry_backoff"}
"""Constructor arguments of the official SDK."""

_CALL_TIMEOUT = 1.0
HANG_TIMEOUT = 5.0
"""Seconds without a result after which the client counts as hanging."""
_MAX_PAUSES = 3.0
"""Seconds of pauses beyond which a case needs a virtual clock."""
_FAKE_RESOLVER = {"dns-slower-than-deadline", "first-address-without-reaction"}
"""Cases that replace the resolver of this process."""
_PROGRAM = Path(__file__).with_name("official_client.py")


class ClientProcess:
    """Process with a client of the official SDK, restarted after a hang."""

    def __init__(self, python: str, mode: str) -> None:
        self._command = [python, str(_PROGRAM), mode]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()

    def run(self, task: Mapping[str, object], environment: Mapping[str, str]) -> CallResult | None:
        """Return the result of `task`, or None if the client hangs."""
        if environment:
            self._kill()
        process = self._started(environment)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(base64.b64encode(pickle.dumps(task)).decode() + "\n")
        process.stdin.flush()
        result: CallResult | None = None
        if select.select([process.stdout], [], [], HANG_TIMEOUT)[0]:
            line = process.stdout.readline()
            result = json.loads(line) if line else {"foreign_error": "the end of the process"}
        if result is None or environment or "seconds" not in result:
            self._kill()
        return result

    def _started(self, environment: Mapping[str, str]) -> subprocess.Popen[str]:
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

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def run_case(case: Case, client: ClientProcess) -> list[str] | None:
    """
    Run `case`, and return the problems of the official SDK.

    Returns:
        None if the case does not apply to another process, or to an SDK with other options.
    """
    if not _applies(case):
        return None
    pauses = sum(case.expects.waits or ())
    with case.scenario() as endpoint:
        if endpoint.between_calls is not do_nothing:
            return None
        options: dict[str, Any] = {
            "base_url": endpoint.base_url,
            "api_key": KEY,
            "timeout": _CALL_TIMEOUT + pauses,
            "retry_backoff": 0.01,
            **endpoint.options,
            **case.options,
        }
        if not options.keys() <= OPTIONS:
            return None
        task = {
            "options": {**options, "timeout": Timeout.coerce(options["timeout"]).total},
            "calls": list(case.calls),
        }
        result = client.run(task, {**case.environment, **endpoint.environment})
        return list(
            problems(
                case,
                result,
                requests=sum(len(server.requests) for server in endpoint.servers),
                forbidden_connections=sum(
                    server.connections for server in endpoint.forbidden_servers
                ),
            )
        )


def _applies(case: Case) -> bool:
    """Return False for a case with other options, with long pauses, or with a fake resolver."""
    timeout = case.options.get("timeout")
    return (
        case.options.keys() <= OPTIONS
        and not (isinstance(timeout, Timeout) and (timeout.connect or timeout.read))
        and sum(case.expects.waits or ()) <= _MAX_PAUSES
        and case.id not in _FAKE_RESOLVER
        and _can_pickle(case.calls)
    )


def _can_pickle(calls: object) -> bool:
    try:
        pickle.dumps(calls)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return False
    return True
