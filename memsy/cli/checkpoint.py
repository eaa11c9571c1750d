"""Progress file of `memsy ingest`: the checkpoints from which an interrupted run resumes."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, cast

import attrs

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.json_codec import parse
from memsy.cli.errors import CommandError

# Neither follow a link nor wait for a FIFO that replaces the file after the check.
_SAFE_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


@attrs.frozen
class Checkpoint:
    """
    Progress of a run: the service acknowledged the first `acknowledged` events of the file.

    Attributes:
        service: Base URL of the service.
        acknowledged: Number of events, from the start of the file.
        deduplicated: Number of these events that the service had stored before.
        sha256: Digest of the lines of these events.
        event_ids: Ids first returned since the previous checkpoint.
    """

    service: str
    acknowledged: int = 0
    deduplicated: int = 0
    sha256: str = sha256().hexdigest()
    event_ids: list[str] = attrs.field(factory=list[str])

    @classmethod
    def load(cls, path: Path) -> Checkpoint | None:
        """
        Return the last checkpoint of a progress file, with the event ids of all checkpoints.

        Returns:
            None if the file does not exist.

        Raises:
            CommandError: The file cannot be read, or is not a progress file.
        """
        try:
            with _open_regular_file(path, "rb", os.O_RDONLY) as file:
                lines = file.read().splitlines(keepends=True)
            # Ignore a last line without a line break: the process was killed during the write.
            checkpoints = [structure(parse(line), cls) for line in lines if line.endswith(b"\n")]
            event_ids = [id_ for checkpoint in checkpoints for id_ in checkpoint.event_ids]
            return attrs.evolve(checkpoints[-1], event_ids=event_ids)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CommandError(
                f"cannot read the progress file {path} ({error.strerror}): "
                "choose another path with --progress"
            ) from None
        except (ValueError, IndexError, SchemaMismatch):
            raise CommandError(
                f"{path} is not a progress file: choose another path with --progress, "
                "or start over with --restart"
            ) from None

    def save(self, path: Path) -> None:
        """
        Replace the contents of a progress file by this checkpoint, atomically.

        Raises:
            CommandError: The file cannot be written.
        """
        with _reporting_write_errors(path):
            _check_regular_file(path)
            # Only this user can read the file, and its name did not exist before.
            descriptor, temporary = mkstemp(dir=path.parent, prefix=".memsy-progress-")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(self._to_line())
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink()
                raise

    def append(self, path: Path) -> None:
        """
        Append this checkpoint to a progress file, in constant time.

        Raises:
            CommandError: The file cannot be written.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with (
            _reporting_write_errors(path),
            _open_regular_file(path, "ab", flags) as file,
        ):
            file.write(self._to_line())

    def _to_line(self) -> bytes:
        return json.dumps(attrs.asdict(self, recurse=False)).encode() + b"\n"


@contextmanager
def _reporting_write_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"cannot write the progress file {path} ({error.strerror}): "
            "choose another path with --progress"
        ) from None


def _open_regular_file(path: Path, mode: str, flags: int) -> BinaryIO:
    _check_regular_file(path)
    return cast("BinaryIO", os.fdopen(os.open(path, flags | _SAFE_FLAGS, 0o600), mode))


def _check_regular_file(path: Path) -> None:
    """Raise an `OSError` if `path` is a symbolic link, a directory, a FIFO or a device."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "it is a symbolic link")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
