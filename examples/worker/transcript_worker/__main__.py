"""Command `transcript-worker`: ingest a transcript, wait for processing, report what is left."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from memsy import EventPayload, MemsyClient

from transcript_worker.parser import parse_transcript
from transcript_worker.worker import TranscriptWorker


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command on the service of MEMSY_BASE_URL and MEMSY_API_KEY."""
    parser = ArgumentParser("transcript-worker", description="Ingest a call transcript.")
    parser.add_argument("transcript", type=Path, help="JSON Lines file, one message per line")
    parser.add_argument("--skip", type=int, default=0, help="skip this many messages")
    options = parser.parse_args(arguments)
    with options.transcript.open(encoding="utf-8") as lines, MemsyClient() as memory:
        events = parse_transcript(lines)[options.skip :]
        return run(TranscriptWorker(memory), events, skipped=options.skip)


def run(worker: TranscriptWorker, events: Sequence[EventPayload], *, skipped: int = 0) -> int:
    """Ingest events, print a report, and return the exit code: 0 if all events are stored."""
    report = worker.ingest(events)
    print(f"{len(report.stored_ids)} of {len(events)} messages stored")
    unprocessed = worker.wait_until_processed(report.stored_ids)
    if unprocessed:
        print(f"failed or still pending: {', '.join(unprocessed)}")
    if report.error:
        print(f"{report.error}; resume with --skip {skipped + len(report.stored_ids)}")
    return 1 if report.error else 0


if __name__ == "__main__":
    sys.exit(main())
