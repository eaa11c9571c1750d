"""Ingest of many events into a fake, in batches. The figures are those of one event."""

from __future__ import annotations

import json
import sys
import time
from itertools import islice

from memsy import EventPayload
from memsy.testing import FakeMemsyClient


def main() -> None:
    task = json.loads(sys.argv[1])
    with open(task["file"], encoding="utf-8") as lines:  # noqa: PTH123 - shorter
        events = [EventPayload(**json.loads(line)) for line in islice(lines, task["events"])]
    fake = FakeMemsyClient()
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(events), task["batch"]):
        fake.ingest(events[start : start + task["batch"]])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert len(fake.service.events) == len(events)
    print(json.dumps({"wall": wall / len(events), "cpu": cpu / len(events)}))


if __name__ == "__main__":
    main()
