"""The acts of the demonstration, in the order in which they are played."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from memsy import (
    AsyncMemsyClientProtocol,
    EventPayload,
    MemsyAPIError,
    MemsyClientProtocol,
    SearchResponse,
    __version__,
)
from memsy.cli import tables
from memsy.cli.demo.output import DemoOutput
from memsy.cli.demo.queries import QUERIES, DemoQuery
from memsy.cli.error_reporting import CommandError

Connect: TypeAlias = Callable[[], AsyncMemsyClientProtocol]

_BATCH = 20
_SPEAKERS = ("cc", "cmp", "lmp", "cdr")


def introduction(stage: DemoOutput, memsy: MemsyClientProtocol, place: str) -> None:
    """Say what will be seen, and where."""
    stage.title(f"memsy {__version__}")
    stage.tell(
        "14 April 1970: Apollo 13 is 56 hours out, on its way to the Moon. What the crew and "
        "Houston say to each other in the next two hours becomes memories, and memories answer "
        "questions. The words are those of NASA's transcript. The speakers: cdr, the commander; "
        "cmp and lmp, his pilots; cc, Houston."
    )
    stage.code("memsy.health()")
    stage.show(tables.facts([("place", place), ("status", memsy.health().status)]))


def ingestion(
    stage: DemoOutput, memsy: MemsyClientProtocol, connect: Connect, events: Sequence[EventPayload]
) -> list[str]:
    """Send *events*, the first half blocking, the second awaiting; gives their ids."""
    stage.heading("Ingest")
    stage.tell(
        f"{len(events)} utterances go in, {_BATCH} a call. Two clients share the work, one that "
        "blocks and one that awaits; they are alike to the letter."
    )
    stage.code(
        "memsy.ingest(batch)          # MemsyClient\n"
        "await memsy.ingest(batch)    # AsyncMemsyClient"
    )
    half = len(events) // 2
    event_ids = list[str]()
    with stage.progress() as bars:
        blocking = bars.add_task("MemsyClient", total=half)
        awaiting = bars.add_task("AsyncMemsyClient", total=len(events) - half)

        for batch in _batches(events[:half]):
            event_ids.extend(memsy.ingest(batch).event_ids)
            bars.advance(blocking, len(batch))

        async def ingest_the_rest() -> None:
            async with connect() as memsy:
                for batch in _batches(events[half:]):
                    event_ids.extend((await memsy.ingest(batch)).event_ids)
                    bars.advance(awaiting, len(batch))

        asyncio.run(ingest_the_rest())
    distinct = list(dict.fromkeys(event_ids))
    stage.note(
        f"{len(event_ids)} sent, {len(event_ids) - len(distinct)} of them de-duplicated: "
        "who says “Roger.” twice within a minute has said it once."
    )
    return distinct


def _batches(events: Sequence[EventPayload]) -> Iterator[Sequence[EventPayload]]:
    return (events[start : start + _BATCH] for start in range(0, len(events), _BATCH))


def processing(
    stage: DemoOutput, memsy: MemsyClientProtocol, event_ids: list[str], patience: float = 120.0
) -> None:
    """
    Poll until no event is pending.

    Raises:
        Failure: that takes longer than *patience*, in seconds.
    """
    stage.heading("Wait")
    stage.tell("The service makes memories of events in its own time; status() says how far it is.")
    stage.code("memsy.status(event_ids)")
    began = time.monotonic()
    with stage.progress() as bars:
        task = bars.add_task("completed", total=len(event_ids))
        polls = 1
        while (answer := memsy.status(event_ids)).pending_ids:
            bars.update(task, completed=len(answer.completed_ids))
            if time.monotonic() - began > patience:
                raise CommandError(
                    f"{len(answer.pending_ids)} events still pend after {patience:g} s"
                )
            time.sleep(min(0.2 * polls, 2.0))
            polls += 1
        bars.update(task, completed=len(answer.completed_ids))
    stage.note(f"{polls} polls, {time.monotonic() - began:.1f} s")


def searches(stage: DemoOutput, memsy: MemsyClientProtocol) -> None:
    """Ask in five ways."""
    for question in QUERIES:
        stage.heading(question.title)
        stage.tell(question.told)
        stage.code(f"memsy.{question.call()}")
        began = time.perf_counter()
        found = memsy.search(question.query, **question.narrowing)
        took = time.perf_counter() - began
        stage.show(tables.results(found.results, question.query, with_ids=False))
        stage.note(_in_time(found.results, took))


def parallel(stage: DemoOutput, connect: Connect) -> None:
    """Ask everybody at once."""
    query = "close the valve on the fuel cell"
    questions = [DemoQuery(query, {"actor_id": actor, "limit": 1}) for actor in _SPEAKERS]
    stage.heading("In parallel")
    stage.tell("One question to four people at once, over connections that the calls share.")
    calls = [f"    memsy.{question.call()}," for question in questions]
    stage.code("\n".join(["await asyncio.gather(", *calls, ")"]))

    async def ask_everybody() -> list[SearchResponse]:
        async with connect() as memsy:
            return await asyncio.gather(
                *(memsy.search(query, **question.narrowing) for question in questions)
            )

    began = time.perf_counter()
    answers = asyncio.run(ask_everybody())
    took = time.perf_counter() - began
    best = [result for answer in answers for result in answer.results]
    stage.show(tables.results(best, query, with_ids=False))
    stage.note(_in_time(best, took))


def _in_time(found: Sequence[object], seconds: float) -> str:
    return f"{len(found)} {'memory' if len(found) == 1 else 'memories'} in {seconds * 1000:.0f} ms"


def refusal(stage: DemoOutput, memsy: MemsyClientProtocol) -> None:
    """Ask for what the service does not do."""
    stage.heading("A refusal")
    stage.tell(
        "The service has a route for clear(), but nothing behind it. Every refusal is a typed "
        "error that carries what the service said, and every error is a MemsyError."
    )
    stage.code('memsy.clear("apollo-13")')
    try:
        memsy.clear("apollo-13")
    except MemsyAPIError as error:
        stage.show(
            tables.facts(
                [
                    ("raised", type(error).__name__),
                    ("str()", error),
                    ("status_code", error.status_code),
                    ("error_code", error.error_code),
                    ("detail", error.detail),
                ]
            )
        )


def farewell(stage: DemoOutput) -> None:
    """Say how to go on."""
    stage.heading("Your turn")
    stage.tell("The same code talks to a service on this machine and to Memsy's own.")
    stage.console.print()
    stage.show(
        tables.facts(
            [
                ("memsy serve", "starts a local service, and says what to export"),
                ("memsy ingest FILE", "sends events of your own, as JSON lines"),
                ("memsy search QUESTION", "asks; memsy --help knows the rest"),
                ("README.md", "both clients in ten lines each, and fakes for your tests"),
            ]
        )
    )
    stage.console.print()
