"""
What the fakes cost a test: made, used, searched among very many memories, taken as a fixture.

Beside each cost stands a ratio to another one of the same run, for machines differ and drift.

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
TIMES = 50
FEW, MANY = 1_000, 100_000
BATCH = 500
TESTS = 1_000

EVENT = EventPayload("ann", "chat-1", "user_message", "I like tea")


def made() -> None:
    FakeMemsyClient().service.close()


def used() -> None:
    fake = FakeMemsyClient()
    fake.ingest([EVENT])
    assert fake.search("tea", actor_id="ann").results
    fake.service.close()


async def used_awaiting() -> None:
    fake = FakeAsyncMemsyClient()
    await fake.ingest([EVENT])
    assert (await fake.search("tea", actor_id="ann")).results
    fake.service.close()


def race_of_small_tests() -> None:
    """Fakes that are made, asked to ingest and to search, and closed."""
    loop = asyncio.new_event_loop()
    contestants: dict[str, Callable[[], object]] = {
        "used": used,
        "used, awaiting": lambda: loop.run_until_complete(used_awaiting()),
        "made and closed only": made,
    }
    rounds = [[_timed(use) for use in contestants.values()] for _ in range(ROUNDS)]
    loop.close()
    print(f"a fake for every test (median of {ROUNDS} rounds)")
    for place, name in enumerate(contestants):
        cost = median(times[place] for times in rounds) * 1e6
        ratio = median(times[place] / times[0] for times in rounds)
        print(f"  {name:40} {cost:6.0f} us   x {ratio:.2f}")


COMMON = {"tea": 0.9, "coffee": 0.6, "sugar": 0.6, "milk": 0.3, "lemon": 0.3}
"""Words, and in how many of all memories they are."""

SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo")
WORDS = ["".join(syllables) for syllables in product(SYLLABLES, repeat=4)]
"""As words are: the second is half as frequent as the first, the third has a third of that."""

WEIGHTS = tuple(accumulate(1 / place for place in range(3, len(WORDS) + 3)))


def texts(number: int) -> Sequence[str]:
    """Memories of about a dozen words each."""
    random = Random(1)
    return [
        " ".join(
            random.choices(WORDS, cum_weights=WEIGHTS, k=random.randint(6, 20))
            + [word for word, share in COMMON.items() if random.random() < share]
        )
        for _ in range(number)
    ]


def filled(number: int) -> FakeMemsyClient:
    """A fake whose service has so many memories, of a thousand actors in ten times the sessions."""
    fake = FakeMemsyClient(service=LocalService(config=ServiceConfig(limits={})))
    events = [
        EventPayload(f"actor-{n % 1_000}", f"session-{n % 10_000}", "user_message", text)
        for n, text in enumerate(texts(number))
    ]
    for first in range(0, number, BATCH):
        fake.ingest(events[first : first + BATCH])
    fake.ingest([EventPayload("actor-5", "session-5", "user_message", "tea rule", role_id="r")])
    return fake


QUERIES = {
    "a rare word": WORDS[-1],
    "a word that most have": "tea",
    "five words that many have": " ".join(COMMON),
    "these, and ten others": " ".join([*COMMON, *WORDS[5_000:5_010]]),
    "the 64 most frequent others": " ".join(WORDS[:64]),
}
SCOPES: dict[str, Callable[[FakeMemsyClient, str], object]] = {
    "of everybody": lambda fake, query: fake.search(query),
    "of an actor": lambda fake, query: fake.search(query, actor_id="actor-5"),
    "of an actor with a role": lambda fake, query: fake.search(
        query, actor_id="actor-5", role_ids=["r"]
    ),
    "of a session": lambda fake, query: fake.search(query, session_id="session-5"),
}


def race_of_searches() -> None:
    """The same searches among many memories and among few."""
    many, few = filled(MANY), filled(FEW)
    print(f"a search among {MANY:,} memories, and beside one among {FEW:,} (median of {ROUNDS})")
    for asked, query in QUERIES.items():
        for scope, search in SCOPES.items():
            rounds = [
                [_timed(partial(search, fake, query), times=1) for fake in (many, few)]
                for _ in range(ROUNDS)
            ]
            cost = median(times[0] for times in rounds) * 1e3
            ratio = median(times[0] / times[1] for times in rounds)
            print(f"  {f'{asked}, {scope}':52} {cost:6.2f} ms   x {ratio:.1f}")


SUITES: Mapping[str, str] = {
    "without a fixture": "",
    "with async_memsy_client": "async_memsy_client",
}


def race_of_suites() -> None:
    """What pytest takes for a thousand tests that do nothing, with the fixture and without it."""
    rounds = [[_run(fixture) for fixture in SUITES.values()] for _ in range(3)]
    print(f"{TESTS:,} tests (CPU time of pytest, median of {len(rounds)} rounds)")
    for place, name in enumerate(SUITES):
        cost = median(times[place] for times in rounds)
        ratio = median(times[place] / times[0] for times in rounds)
        print(f"  {name:40} {cost:6.2f} s    x {ratio:.2f}")
    added = median(after - before for before, after in rounds)
    print(f"  {'that is, the fixture adds':40} {added:6.2f} s")


def _run(fixture: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        tests = "".join(f"def test_{n}({fixture}): pass\n" for n in range(TESTS))
        (Path(folder) / "test_all.py").write_text(tests)
        command = [sys.executable, "-m", "pytest", "-qq", "-p", "no:cacheprovider"]
        before = _cpu_of_children()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return _cpu_of_children() - before


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(do: Callable[[], object], times: int = TIMES) -> float:
    """How many seconds of CPU it takes to do it once."""
    began = time.process_time()
    for _ in range(times):
        do()
    return (time.process_time() - began) / times


def main() -> None:
    race_of_small_tests()
    race_of_suites()
    race_of_searches()


if __name__ == "__main__":
    main()
