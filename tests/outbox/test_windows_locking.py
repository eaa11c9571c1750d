"""Sender lock on Windows: the branch for msvcrt.locking, on the stand-in for this function."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from io import FileIO
from pathlib import Path

import pytest

from tests.support import windows_locking
from tests.support.windows_locking import LK_NBLCK, LK_UNLCK, locking

pytestmark = pytest.mark.skipif(
    not windows_locking.IS_AVAILABLE, reason=f"{sys.platform}: no locks of an open file"
)

PROGRAM = """
import os, sys
import tests.support.missing_posix
from memsy.outbox.locks import SenderLock, find_sender, msvcrt

assert msvcrt.__name__.endswith("windows_locking")
path = sys.argv[1]
lock = SenderLock(path)
"""
HOLDER = """
assert lock.acquire()
assert not SenderLock(path).acquire()
assert find_sender(path) == os.getpid()
print(os.getpid(), flush=True)
input()
"""


def command(program: str, path: Path) -> list[str]:
    return [sys.executable, "-c", PROGRAM + textwrap.dedent(program), str(path)]


def run(program: str, path: Path) -> str:
    return subprocess.run(
        command(program, path), check=True, capture_output=True, text=True, timeout=60
    ).stdout


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Process that has the lock of the file `sender`."""
    with subprocess.Popen(
        command(HOLDER, tmp_path / "sender"), stdin=-1, stdout=-1, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{process.pid}\n"
        yield process
        process.kill()


def test_second_process_gets_no_lock_and_reads_the_sender(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    output = run("print(find_sender(path), lock.acquire())", tmp_path / "sender")
    assert output == f"{holder.pid} False\n"


def test_lock_is_free_after_a_kill(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.kill()
    holder.wait()
    program = """
        print(find_sender(path), lock.acquire())
        print(find_sender(path) == os.getpid(), SenderLock(path).acquire())
        lock.release()
        print(find_sender(path), SenderLock(path).acquire())
        """
    assert run(program, tmp_path / "sender") == "None True\nTrue False\nNone True\n"


def test_no_process_writes_the_locked_byte(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    """Windows refuses to read and write it in other processes."""
    path = tmp_path / "sender"
    assert path.read_text(encoding="utf-8").strip() == str(holder.pid)
    assert path.stat().st_size < 100


def test_stand_in_excludes_other_descriptors_of_the_process(tmp_path: Path) -> None:
    """As on Windows, and unlike the locks of POSIX, which belong to a process."""
    path = tmp_path / "file"
    path.touch()
    with FileIO(path, "r+") as first, FileIO(path, "r+") as second:
        for file in (first, second):
            os.lseek(file.fileno(), 7, os.SEEK_SET)
        locking(first.fileno(), LK_NBLCK, 1)
        with pytest.raises(PermissionError):
            locking(second.fileno(), LK_NBLCK, 1)
        os.lseek(second.fileno(), 8, os.SEEK_SET)
        locking(second.fileno(), LK_NBLCK, 1)
        locking(first.fileno(), LK_UNLCK, 1)
        os.lseek(second.fileno(), 7, os.SEEK_SET)
        locking(second.fileno(), LK_NBLCK, 1)


def test_stand_in_keeps_the_lock_until_its_own_descriptor_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with FileIO(path, "r+") as other:
        with closing(FileIO(path, "r+")) as holder:
            locking(holder.fileno(), LK_NBLCK, 1)
            FileIO(path, "r+").close()  # would end a lock of POSIX
            with pytest.raises(PermissionError):
                locking(other.fileno(), LK_NBLCK, 1)
        locking(other.fileno(), LK_NBLCK, 1)
