"""Check that a load continues in the process that started it."""

from __future__ import annotations

import os

from memsy.exceptions import MemsyConfigurationError


def check_process(process: int) -> None:
    """
    Check that this process has the id `process`.

    Raises:
        MemsyConfigurationError: This process is a forked child.
    """
    if os.getpid() != process:
        raise MemsyConfigurationError(
            "this load was started by another process, and its calls do not exist after a fork: "
            "start a load in each process"
        )
