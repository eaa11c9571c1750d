"""How far a file has been ingested, written beside it, so that an interrupted run can go on."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import attrs

from memsy._core.codec import parse
from memsy._core.structure import Mismatch, structure
from memsy.cli.failure import Failure


@attrs.frozen
class Bookmark:
    """
    The events that a service has acknowledged: the first so many of a file.

    *sha256* is a digest of the lines that held them.
    """

    service: str
    acknowledged: int = 0
    deduplicated: int = 0
    sha256: str = sha256().hexdigest()

    @classmethod
    def load(cls, path: Path) -> Bookmark | None:
        """
        The bookmark in *path*, or None if there is no such file.

        Raises:
            Failure: the file is something else.
        """
        try:
            return structure(parse(path.read_bytes()), cls)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Failure(f"cannot read {path}: {error.strerror}") from None
        except (ValueError, Mismatch):
            raise Failure(
                f"{path} is no progress file; name another with --progress, "
                "or begin anew with --restart"
            ) from None

    def save(self, path: Path) -> None:
        """
        Write it to *path*, whole or not at all.

        Raises:
            Failure: the place cannot be written to.
        """
        draft = path.with_name(f"{path.name}.new")
        try:
            draft.write_text(json.dumps(attrs.asdict(self), indent=2) + "\n", encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            raise Failure(
                f"cannot write the progress file {path} ({error.strerror}); "
                "name a place for it with --progress"
            ) from None
