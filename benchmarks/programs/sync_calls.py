"""Sequential calls of one sync client: memsy (ours or the official SDK), requests or urllib3."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Task = dict[str, Any]
Response = dict[str, Any]
Call = Callable[[], object]


@contextmanager
def memsy_call(task: Task) -> Iterator[Call]:
    from memsy import EventPayload, MemsyClient

    events = [EventPayload(**event) for event in task["body"].get("events", ())]
    with MemsyClient(task["url"], task["api_key"]) as client:
        if events:
            assert len(client.ingest(events).event_ids) == task["items"]
            yield lambda: client.ingest(events)
        else:
            query: str = task["body"]["query"]
            assert len(client.search(query).results) == task["items"]
            yield lambda: client.search(query)


@contextmanager
def requests_call(task: Task) -> Iterator[Call]:
    import requests

    url, body = f"{task['url']}/{task['operation']}", task["body"]
    headers = {"Authorization": f"Bearer {task['api_key']}"}
    with requests.Session() as session:

        def call() -> Response:
            parsed: Response = session.post(url, json=body, headers=headers).json()
            return parsed

        yield checked(call, task["items"])


@contextmanager
def urllib3_call(task: Task) -> Iterator[Call]:
    import urllib3

    url, body = f"{task['url']}/{task['operation']}", task["body"]
    headers = {
        "Authorization": f"Bearer {task['api_key']}",
        "Content-Type": "application/json",
    }
    with urllib3.PoolManager() as pool:

        def call() -> Response:
            response = pool.request("POST", url, body=json.dumps(body).encode(), headers=headers)
            parsed: Response = json.loads(response.data)
            return parsed

        yield checked(call, task["items"])


def checked(call: Callable[[], Response], items: int) -> Call:
    """Return `call`, after one call that has the expected number of items in its response."""
    (found,) = call().values()
    assert len(found) == items
    return call


CONTENDERS = {"memsy": memsy_call, "requests": requests_call, "urllib3": urllib3_call}


def main() -> None:
    task = json.loads(sys.argv[1])
    calls: int = task["calls"]
    with CONTENDERS[task["contender"]](task) as call:
        for _ in range(max(3, calls // 10)):
            call()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(calls):
            call()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"wall": wall / calls, "cpu": cpu / calls}))


if __name__ == "__main__":
    main()
