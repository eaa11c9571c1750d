"""
Marks for tests that need a part of POSIX, each with the missing part as the reason of the skip.

A test asks for the part that it uses, not for a platform. `tests/support/missing_posix.py` takes
the parts away, so that these tests are skipped on Linux, too.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest


def _needs(is_available: bool, part: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not is_available, reason=f"{sys.platform}: {part}")


IS_WINDOWS = os.name == "nt"

needs_fork = _needs(hasattr(os, "fork"), "no os.fork()")
needs_mkfifo = _needs(hasattr(os, "mkfifo"), "no os.mkfifo()")
needs_resource = _needs(find_spec("resource") is not None, "no module `resource`, so no limits")
needs_sigalrm = _needs(hasattr(signal, "setitimer"), "no signal.SIGALRM and signal.setitimer()")
needs_sigusr1 = _needs(hasattr(signal, "SIGUSR1"), "no signal.SIGUSR1")
needs_pthread_kill = _needs(hasattr(signal, "pthread_kill"), "no signal.pthread_kill()")
needs_users = _needs(hasattr(os, "seteuid"), "no os.seteuid()")
needs_root = _needs(hasattr(os, "geteuid") and os.geteuid() == 0, "the tests do not run as root")
needs_terminal = _needs(find_spec("termios") is not None, "no module `termios`, so no terminals")
needs_bash = _needs(os.name == "posix" and shutil.which("bash") is not None, "no bash")
needs_dev_fd = _needs(Path("/dev/fd").exists(), "no /dev/fd")
needs_dev_null = _needs(Path("/dev/null").exists(), "no /dev/null")
needs_dev_full = _needs(Path("/dev/full").exists(), "no /dev/full")
needs_dev_stdin = _needs(Path("/dev/stdin").exists(), "no /dev/stdin")

needs_posix_signals = _needs(
    not IS_WINDOWS, "os.kill() and Popen.send_signal() end a process instead of sending a signal"
)
needs_posix_shell = _needs(not IS_WINDOWS, "no POSIX shell")
needs_file_modes = _needs(not IS_WINDOWS, "file modes have no bits for owner, group and others")
needs_posix_deletion = _needs(not IS_WINDOWS, "open files and working directories stay")
needs_posix_names = _needs(not IS_WINDOWS, "file names exclude characters such as ? and :")
needs_broken_pipes = _needs(not IS_WINDOWS, "a closed pipe raises EINVAL, not EPIPE")
