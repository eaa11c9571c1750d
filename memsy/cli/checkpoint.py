"""How far a file has been ingested, written beside it, so that an interrupted run can go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import attrs

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.json_codec import parse
from memsy.cli.error_reporting import CommandError


@attrs.frozen
class Checkpoint:
    """
    The events that a service has acknowledged: the first so many of a file.

    *sha256* is a digest of the lines that held them. *event_ids* are those that came since the
    bookmark before this one and had never come until then.
    """

    service: str
    acknowledged: int = 0
    deduplicated: int = 0
    sha256: str = sha256().hexdigest()
    event_ids: list[str] = attrs.field(factory=list[str])

    @classmethod
    def load(cls, path: Path) -> Checkpoint | None:
        """
        The last bookmark in *path*, with the ids of all; None if there is no such file.

        Raises:
            Failure: the file is something else.
        """
        try:
            lines = path.read_bytes().splitlines(keepends=True)
            # A line without an end is one that was being added when the run was killed.
            marks = [structure(parse(line), cls) for line in lines if line.endswith(b"\n")]
            known = [event_id for mark in marks for event_id in mark.event_ids]
            return attrs.evolve(marks[-1], event_ids=known)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CommandError(f"cannot read {path}: {error.strerror}") from None
        except (ValueError, IndexError, SchemaMismatch):
            raise CommandError(
                f"{path} is no progress file; name another with --progress, "
                "or begin anew with --restart"
            ) from None

    def save(self, path: Path) -> None:
        """
        Write it to *path*, in place of all that is there, whole or not at all.

        Raises:
            Failure: the place cannot be written to.
        """
        draft = path.with_name(f"{path.name}.new")
        with _telling(path):
            draft.write_bytes(self._line())
            draft.replace(path)

    def add(self, path: Path) -> None:
        """
        Write it below the bookmarks in *path*, which does not grow slower as they grow more.

        Raises:
            Failure: the place cannot be written to.
        """
        with _telling(path), path.open("ab") as file:
            file.write(self._line())

    def _line(self) -> bytes:
        return json.dumps(attrs.asdict(self)).encode() + b"\n"


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"cannot write the progress file {path} ({error.strerror}); "
            "name a place for it with --progress"
        ) from None
