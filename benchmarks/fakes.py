"""
CPU cost of the fakes: in a small test, as a pytest fixture, and in searches among many memories.

Each cost is printed with its ratio to another cost of the same run, because machines differ.

    python -m benchmarks.fakes
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate, product
from pathlib import Path
from random import Random
from statistics import median

from memsy import EventPayload
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalService, ServiceConfig

ROUNDS = 15
REPEATS = 50
FEW, MANY = 1_000, 100_000
BATCH_SIZE = 500
TESTS = 1_000

EVENT = EventPayload("ann", "chat-1", "user_message", "I like tea")


def create_and_close() -> None:
    FakeMemsyClient().service.close()


def ingest_and_search() -> None:
    fake = FakeMemsyClient()
    fake.ingest([EVENT])
    assert fake.search("tea", actor_id="ann").results
    fake.service.close()


async def ingest_and_search_async() -> None:
    fake = FakeAsyncMemsyClient()
    await fake.ingest([EVENT])
    assert (await fake.search("tea", actor_id="ann")).results
    fake.service.close()


def benchmark_small_tests() -> None:
    """Print the cost of one fake: created, used for an ingest and a search, and closed."""
    loop = asyncio.new_event_loop()
    benchmarks: dict[str, Callable[[], object]] = {
        "create, ingest, search, close (sync)": ingest_and_search,
        "create, ingest, search, close (async)": lambda: loop.run_until_complete(
            ingest_and_search_async()
        ),
        "create, close (sync)": create_and_close,
    }
    rounds = [[_measure(benchmark) for benchmark in benchmarks.values()] for _ in range(ROUNDS)]
    loop.close()
    print(f"one fake for each test (median of {ROUNDS} rounds)")
    for column, name in enumerate(benchmarks):
        cost = median(times[column] for times in rounds) * 1e6
        ratio = median(times[column] / times[0] for times in rounds)
        print(f"  {name:40} {cost:6.0f} us   x {ratio:.2f}")


COMMON_WORDS = {"tea": 0.9, "coffee": 0.6, "sugar": 0.6, "milk": 0.3, "lemon": 0.3}
"""Words, and the share of memories that contain them."""

SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo")
WORDS = ["".join(syllables) for syllables in product(SYLLABLES, repeat=4)]
WEIGHTS = tuple(accumulate(1 / rank for rank in range(3, len(WORDS) + 3)))
"""Cumulative weights of `WORDS`: frequency falls with rank, as in natural language."""


def random_texts(count: int) -> Sequence[str]:
    """Return texts of about a dozen words each, the same on every call."""
    random = Random(1)
    return [
        " ".join(
            random.choices(WORDS, cum_weights=WEIGHTS, k=random.randint(6, 20))
            + [word for word, share in COMMON_WORDS.items() if random.random() < share]
        )
        for _ in range(count)
    ]


def fake_with_memories(count: int) -> FakeMemsyClient:
    """Return a fake with `count` memories of 1,000 actors in 10,000 sessions."""
    fake = FakeMemsyClient(service=LocalService(config=ServiceConfig(limits={})))
    events = [
        EventPayload(f"actor-{n % 1_000}", f"session-{n % 10_000}", "user_message", text)
        for n, text in enumerate(random_texts(count))
    ]
    for start in range(0, count, BATCH_SIZE):
        fake.ingest(events[start : start + BATCH_SIZE])
    fake.ingest([EventPayload("actor-5", "session-5", "user_message", "tea rule", role_id="r")])
    return fake


QUERIES = {
    "a rare word": WORDS[-1],
    "a word in most memories": "tea",
    "five common words": " ".join(COMMON_WORDS),
    "five common words and ten others": " ".join([*COMMON_WORDS, *WORDS[5_000:5_010]]),
    "the 64 most frequent other words": " ".join(WORDS[:64]),
}
SCOPES: dict[str, Callable[[FakeMemsyClient, str], object]] = {
    "organisation": lambda fake, query: fake.search(query),
    "actor": lambda fake, query: fake.search(query, actor_id="actor-5"),
    "actor and role": lambda fake, query: fake.search(query, actor_id="actor-5", role_ids=["r"]),
    "session": lambda fake, query: fake.search(query, session_id="session-5"),
}


def benchmark_searches() -> None:
    """Print the cost of a search among many memories, and its ratio to few memories."""
    many, few = fake_with_memories(MANY), fake_with_memories(FEW)
    print(f"one search among {MANY:,} memories, ratio to {FEW:,} memories (median of {ROUNDS})")
    for query_name, query in QUERIES.items():
        for scope_name, search in SCOPES.items():
            rounds = [
                [_measure(partial(search, fake, query), repeats=1) for fake in (many, few)]
                for _ in range(ROUNDS)
            ]
            cost = median(times[0] for times in rounds) * 1e3
            ratio = median(times[0] / times[1] for times in rounds)
            print(f"  {f'{query_name} ({scope_name})':52} {cost:6.2f} ms   x {ratio:.1f}")


SUITES: Mapping[str, str] = {
    "without a fixture": "",
    "with async_memsy_client": "async_memsy_client",
}


def benchmark_fixture() -> None:
    """Print the CPU time of pytest for empty tests, with and without a fake as a fixture."""
    rounds = [[_run_pytest(fixture) for fixture in SUITES.values()] for _ in range(3)]
    print(f"{TESTS:,} empty tests (CPU time of pytest, median of {len(rounds)} rounds)")
    for column, name in enumerate(SUITES):
        cost = median(times[column] for times in rounds)
        ratio = median(times[column] / times[0] for times in rounds)
        print(f"  {name:40} {cost:6.2f} s    x {ratio:.2f}")
    difference = median(with_fixture - without for without, with_fixture in rounds)
    print(f"  {'difference':40} {difference:6.2f} s")


def _run_pytest(fixture: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        tests = "".join(f"def test_{n}({fixture}): pass\n" for n in range(TESTS))
        (Path(folder) / "test_all.py").write_text(tests)
        command = [sys.executable, "-m", "pytest", "-qq", "-p", "no:cacheprovider"]
        before = _child_cpu_seconds()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return _child_cpu_seconds() - before


def _child_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _measure(function: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the CPU time of one call in seconds, the average of `repeats` calls."""
    started_at = time.process_time()
    for _ in range(repeats):
        function()
    return (time.process_time() - started_at) / repeats


def main() -> None:
    """Run all benchmarks of the fakes."""
    benchmark_small_tests()
    benchmark_fixture()
    benchmark_searches()


if __name__ == "__main__":
    main()
