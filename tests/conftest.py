"""How tests are run: none is timed, and how far they look depends on where they run."""

from __future__ import annotations

import os
import signal

import hypothesis

pytest_plugins = ["pytester"]


# A machine that is busy with other tests is no reason to fail, and a look into every corner is
# for those who have the time.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=25)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=100)
hypothesis.settings.load_profile("thorough" if os.environ.get("CI") else "quick")


# A shell that runs us in the background has interrupts ignored, by us and by all that we start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str | None:
    """Warn of what the environment has asked for."""
    # Imported late: pytest must first rewrite the asserts of what this module loads.
    from tests.support.contract_subjects import SUBJECTS, live

    if live in SUBJECTS:
        return (
            f"memsy: the contract is also played on {os.environ['MEMSY_BASE_URL']}: it writes there"
        )
    return None
