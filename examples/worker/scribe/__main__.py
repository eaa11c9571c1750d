"""`scribe transcript.jsonl`: store a transcript, wait until it is known, say what is left."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from memsy import EventPayload, MemsyClient

from scribe.transcript import utterances
from scribe.work import Scribe


def main(arguments: Sequence[str] | None = None) -> int:
    """On the service that MEMSY_BASE_URL and MEMSY_API_KEY name."""
    parser = ArgumentParser("scribe", description="Bring a transcript into memory.")
    parser.add_argument("transcript", type=Path, help="JSON Lines, an utterance each")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first so many")
    options = parser.parse_args(arguments)
    with options.transcript.open(encoding="utf-8") as lines, MemsyClient() as memory:
        return run(Scribe(memory), utterances(lines)[options.skip :], skipped=options.skip)


def run(scribe: Scribe, events: Sequence[EventPayload], *, skipped: int = 0) -> int:
    """Do the work and say what came of it; 0 if nothing is left to do."""
    report = scribe.write(events)
    print(f"{len(report.stored)} of {len(events)} utterances are stored")
    unsettled = scribe.unsettled(report.stored)
    if unsettled:
        print(f"not known yet: {', '.join(unsettled)}")
    if report.trouble:
        print(f"{report.trouble}; go on with --skip {skipped + len(report.stored)}")
    return 1 if report.trouble else 0


if __name__ == "__main__":
    sys.exit(main())
