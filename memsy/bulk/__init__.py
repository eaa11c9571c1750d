"""
Bulk ingest: any number of events, in parallel batches, with a ledger of what was acknowledged.

::

    from memsy.bulk import Ledger, bulk_ingest

    with MemsyClient() as client, Ledger("import.ledger") as ledger:
        summary = bulk_ingest(client, read_events(), ledger=ledger, source="import")
"""

from __future__ import annotations

from memsy.bulk._ingest import async_bulk_ingest, async_stream_ingest, bulk_ingest, stream_ingest
from memsy.bulk._ledger import Ledger
from memsy.bulk._ledger_errors import LedgerError, LedgerMismatchError
from memsy.bulk._results import BatchResult, BulkIngestError, BulkSummary

__all__ = [
    "BatchResult",
    "BulkIngestError",
    "BulkSummary",
    "Ledger",
    "LedgerError",
    "LedgerMismatchError",
    "async_bulk_ingest",
    "async_stream_ingest",
    "bulk_ingest",
    "stream_ingest",
]
