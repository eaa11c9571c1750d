"""Folder with the ledgers of a job, one for each block."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex

from attrs import frozen

from memsy._core.interrupts import is_interrupt
from memsy.bulk import LedgerError
from memsy.models import EventPayload

_ID_FILE = "folder-id"


@frozen
class BlockInfo:
    """Digest of the events of a block, and their number."""

    digest: str
    events: int


def describe(events: Iterable[EventPayload]) -> BlockInfo:
    """Return the digest over all fields of all events, in their order."""
    digest, count = blake2b(digest_size=16), 0
    for event in events:
        digest.update(json.dumps(event.to_dict()).encode() + b"\n")
        count += 1
    return BlockInfo(digest.hexdigest(), count)


@frozen
class LedgerFolder:
    """
    Folder that the driver and all workers share.

    The ledger of a block is named by the digest of its events, so that a retried task and a later
    run find it, whatever the order of the tasks. A run that divides the events into other blocks
    is refused: no ledger could tell which of its events are stored.
    """

    path: Path

    def accept(self, blocks: Iterable[BlockInfo]) -> str:
        """
        Compare the blocks of a run with the ledgers of earlier runs. Create the folder.

        Returns:
            Id of the folder, for `require`.

        Raises:
            LedgerError: Some blocks have no ledger while some ledgers have no block, or two blocks
                are equal, or the folder cannot be used.
        """
        counts = Counter(blocks)
        _refuse_equal_blocks(counts)
        now = {block.digest for block in counts}
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            earlier = {path.stem for path in self.path.glob("*.ledger")}
            if now - earlier and earlier - now:
                raise LedgerError(
                    f"{self.path} has ledgers of {len(earlier - now)} blocks that are not in this "
                    f"dataset, and none for {len(now - earlier)} of its {len(now)} blocks: events "
                    "could be stored twice. Read the same files with the same columns, order and "
                    "number of blocks (override_num_blocks), or use another ledger_dir to store "
                    "all events again"
                )
            return self._id()
        except OSError as error:
            if is_interrupt(error):
                raise
            raise _unusable(self.path, error) from error

    def require(self, folder_id: str) -> None:
        """
        Check that a worker has the folder of the driver.

        Raises:
            LedgerError: The folder is missing, or another one.
        """
        try:
            found = (self.path / _ID_FILE).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            if is_interrupt(error):
                raise
            found = ""
        except OSError as error:
            if is_interrupt(error):
                raise
            raise _unusable(self.path, error) from error
        if found != folder_id:
            raise LedgerError(
                f"ledger_dir {self.path} of this node is not the folder of the driver: use a "
                "folder that all nodes share"
            )

    def ledger_path(self, block: BlockInfo) -> Path:
        """Return the path of the ledger of a block."""
        return self.path / f"{block.digest}.ledger"

    def _id(self) -> str:
        path = self.path / _ID_FILE
        if not path.exists():
            temporary = self.path / f"{_ID_FILE}.{token_hex(4)}"
            temporary.write_text(token_hex(16), encoding="utf-8")
            temporary.replace(path)
        return path.read_text(encoding="utf-8")


def _refuse_equal_blocks(counts: Counter[BlockInfo]) -> None:
    for block, count in counts.most_common(1):
        if count > 1:
            raise LedgerError(
                f"{count} blocks have the same {block.events} events: no ledger could tell which "
                "of the blocks is stored. Remove the copies, or map a column that differs"
            )


def _unusable(path: Path, error: OSError) -> LedgerError:
    return LedgerError(f"ledger_dir {path} cannot be used: {error.strerror}")
