"""Event files: compression, the check, kept events, and files that cannot be read."""

from __future__ import annotations

import errno
import gzip
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from memsy import EventPayload
from memsy._core.extras import install_hint
from memsy.cli.errors import CommandError
from memsy.cli.event_files.columns import ColumnOptions
from memsy.cli.event_files.event_file import EventFile, lines_reader

EVENT = b'{"actor_id": "a", "session_id": "s", "kind": "user_message", "content": "tea"}\n'
TEA = EventPayload("a", "s", "user_message", "tea")


def test_check_counts_and_observes_the_events(tmp_path: Path) -> None:
    (tmp_path / "tea.jsonl").write_bytes(EVENT * 3)
    file, observed = EventFile(tmp_path / "tea.jsonl"), list[EventPayload]()
    file.check(observe=observed.append)
    assert (file.count, observed) == (3, [TEA] * 3)


@pytest.mark.parametrize(("max_bytes", "content"), [(2 * len(EVENT), "tea"), (len(EVENT), "mate")])
def test_checked_events_are_kept_up_to_a_size(tmp_path: Path, max_bytes: int, content: str) -> None:
    """A larger file is read again, so that it shows a later change."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(EVENT + b"\n" + EVENT)
    file = EventFile(path)
    assert file.check(max_bytes) == (2 * len(EVENT) if content == "tea" else 0)
    path.write_bytes(path.read_bytes().replace(b"tea", b"mate"))
    assert [(line, event.content) for line, event in file.read()] == [(1, content), (3, content)]


@pytest.mark.parametrize("name", ["tea.jsonl.gz", "tea.jsonl"])
def test_compressed_file_is_read(tmp_path: Path, name: str) -> None:
    """The content decides, not the name. A file may have several parts."""
    (tmp_path / name).write_bytes(gzip.compress(EVENT) + gzip.compress(EVENT))
    assert list(EventFile(tmp_path / name).read()) == [(1, TEA), (2, TEA)]


def test_file_named_like_a_compressed_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "tea.jsonl.gz").write_bytes(EVENT)
    assert list(EventFile(tmp_path / "tea.jsonl.gz").read()) == [(1, TEA)]


def test_compressed_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tea.csv.gz"
    path.write_bytes(gzip.compress(b"actor_id,session_id,kind,content\na,s,user_message,tea\n"))
    file = EventFile(path, "csv")
    assert list(file.read()) == [(2, TEA)]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:-20],
    "damaged": lambda data: data[:50] + b"tea" * 10 + data[80:],
    "appendix": lambda data: data + b"tea",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_gzip_data_is_an_error(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "tea.jsonl.gz"
    lines = b"".join(EVENT.replace(b"tea", b"tea %d" % number) for number in range(1_000))
    path.write_bytes(DAMAGE[damage](gzip.compress(lines)))
    with pytest.raises(CommandError) as excinfo:
        EventFile(path).check()
    assert str(excinfo.value) == f"cannot read {path}: the gzip data is damaged or incomplete"


def test_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot read .*: No such file or directory$"):
        EventFile(tmp_path / "missing.jsonl").check()


class FailingDisk(io.RawIOBase):
    """File on a disk that fails."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_file_that_cannot_be_read_is_an_error() -> None:
    reader = lines_reader("tea.jsonl", io.BufferedReader(FailingDisk()), "jsonl", ColumnOptions())
    with pytest.raises(CommandError, match=r"^cannot read tea\.jsonl: Input/output error$"):
        list(reader)


WITHOUT_PYARROW = """
import sys
sys.modules["pyarrow"] = None
from pathlib import Path
from memsy.cli.errors import CommandError
from memsy.cli.event_files.event_file import EventFile
try:
    EventFile(Path("tea.parquet"), "parquet").check()
except CommandError as error:
    print(error.exit_code.value, error)
"""


def test_parquet_without_pyarrow_names_the_extra() -> None:
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYARROW], capture_output=True, text=True, check=True
    )
    assert result.stdout == (
        f"2 tea.parquet is a Parquet file, which needs pyarrow. {install_hint('parquet')}\n"
    )
