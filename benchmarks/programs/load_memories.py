"""Creation of a database file of the local service with many memories."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import cycle, islice

from memsy import EventPayload
from memsy.testing import FakeMemsyClient, LocalService, ServiceConfig

BATCH_SIZE = 500


def events(file: str, count: int) -> Iterator[EventPayload]:
    """
    Yield `count` events in 10,000 sessions, with the texts of `file` in turn.

    Half of them are events of `ann`, the others of 1,000 actors.
    """
    with open(file, encoding="utf-8") as lines:  # noqa: PTH123 - shorter
        texts = [json.loads(line)["content"] for line in lines]
    for number, text in enumerate(islice(cycle(texts), count)):
        actor = f"actor-{number // 2 % 1_000}" if number % 2 else "ann"
        yield EventPayload(actor, f"session-{number % 10_000}", "user_message", text)


def main() -> None:
    task = json.loads(sys.argv[1])
    pending = events(task["file"], task["memories"])
    with LocalService(task["database"], config=ServiceConfig(limits={})) as service:
        fake = FakeMemsyClient(service=service)
        while batch := list(islice(pending, BATCH_SIZE)):
            fake.ingest(batch)


if __name__ == "__main__":
    main()
