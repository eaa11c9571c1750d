"""Load of Parquet files into the memory service with Ray Data."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import ray.data
from memsy.integrations.ray import ClientFactory, DatasinkSummary, MemsyDatasink

COLUMNS = {"actor_id": "user", "session_id": "chat", "content": "text", "ts": "sent_at"}


def read_sessions(source: str | Path, *, blocks: int) -> ray.data.Dataset:
    """
    Return the messages with all messages of a session in one block, in the order of their time.

    Blocks are loaded at the same time, so the order of a session holds within a block only. The
    sort gives the same rows in the same order in each run: the ledgers depend on it.

    Args:
        source: Folder with Parquet files, or a URL such as `s3://bucket/history/`.
        blocks: Number of blocks. Each run must use the same number.
    """
    dataset = ray.data.read_parquet(str(source))
    by_session = dataset.repartition(blocks, keys=["user", "chat"])
    # `materialize` shuffles once, and not again for `check` and `write_datasink`.
    sorted_blocks: ray.data.Dataset = by_session.map_batches(
        sort_by_time, batch_format="pyarrow", batch_size=None
    ).materialize()
    return sorted_blocks


def sort_by_time(block: pa.Table) -> pa.Table:
    """Return the rows of a block in the order of user, chat and time."""
    return block.sort_by([("user", "ascending"), ("chat", "ascending"), ("sent_at", "ascending")])


def load(
    dataset: ray.data.Dataset, client: ClientFactory, ledger_dir: Path, *, workers: int
) -> DatasinkSummary:
    """Load the events that the ledgers do not have yet, and return their numbers."""
    sink = MemsyDatasink(
        client, columns=COLUMNS, constants={"kind": "user_message"}, ledger_dir=ledger_dir
    )
    sink.check(dataset)
    dataset.write_datasink(sink, concurrency=workers)
    assert sink.summary is not None
    return sink.summary
