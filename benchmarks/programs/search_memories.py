"""Searches in a database file of the local service, with and without an actor."""

from __future__ import annotations

import json
import sys
import time

from memsy.testing import FakeMemsyClient, LocalService, ServiceConfig


def main() -> None:
    task = json.loads(sys.argv[1])
    queries: list[str] = task["queries"]
    actor: str | None = task["actor"]
    repeats: int = task["repeats"]
    with LocalService(task["database"], config=ServiceConfig(limits={})) as service:
        fake = FakeMemsyClient(service=service)
        assert fake.search(queries[0], actor_id=actor).results
        for query in queries:
            fake.search(query, actor_id=actor)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(repeats):
            for query in queries:
                fake.search(query, actor_id=actor)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    calls = repeats * len(queries)
    print(json.dumps({"wall": wall / calls, "cpu": cpu / calls}))


if __name__ == "__main__":
    main()
