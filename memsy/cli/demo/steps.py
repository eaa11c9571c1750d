"""Steps of the demo, in the order in which the command runs them."""

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
from memsy.cli.errors import CommandError
from memsy.cli.listing import FieldList

Connect: TypeAlias = Callable[[], AsyncMemsyClientProtocol]

_BATCH_SIZE = 20
_ACTORS = ("cc", "cmp", "lmp", "cdr")


def introduce(output: DemoOutput, memsy: MemsyClientProtocol, service: str) -> None:
    """Print the story, the service in use and its health."""
    output.print_title(f"memsy {__version__}")
    output.print_paragraph(
        "14 April 1970. Apollo 13 is 56 hours into its flight to the Moon. This demo stores the "
        "next two hours of radio traffic between the crew and Houston, and searches the memories "
        "that Memsy makes of them. The words are from NASA's transcript. The speakers are cdr "
        "(the commander), cmp and lmp (the two pilots) and cc (Houston)."
    )
    output.print_code("memsy.health()")
    output.print_indented(FieldList([("service", service), ("status", memsy.health().status)]))


def ingest_events(
    output: DemoOutput, memsy: MemsyClientProtocol, connect: Connect, events: Sequence[EventPayload]
) -> list[str]:
    """
    Ingest half of the events with the sync client and half with the async client.

    Returns:
        The distinct event ids.
    """
    output.print_heading("Ingest")
    output.print_paragraph(
        f"The demo sends {len(events)} messages as events, {_BATCH_SIZE} in each request. The sync "
        "client sends the first half, and the async client sends the second. Both have the same "
        "methods."
    )
    output.print_code(
        "memsy.ingest(batch)          # MemsyClient\n"
        "await memsy.ingest(batch)    # AsyncMemsyClient"
    )
    half = len(events) // 2
    event_ids = list[str]()
    with output.progress_bars() as progress:
        sync_task = progress.add_task("MemsyClient", total=half)
        async_task = progress.add_task("AsyncMemsyClient", total=len(events) - half)

        for batch in _batches(events[:half]):
            event_ids.extend(memsy.ingest(batch).event_ids)
            progress.advance(sync_task, len(batch))

        async def ingest_second_half() -> None:
            async with connect() as memsy:
                for batch in _batches(events[half:]):
                    event_ids.extend((await memsy.ingest(batch)).event_ids)
                    progress.advance(async_task, len(batch))

        asyncio.run(ingest_second_half())
    distinct_ids = list(dict.fromkeys(event_ids))
    output.print_caption(
        f"{len(event_ids)} events sent, {len(event_ids) - len(distinct_ids)} of them "
        'deduplicated: a "Roger." that the same speaker repeats within a minute is the same event.'
    )
    return distinct_ids


def _batches(events: Sequence[EventPayload]) -> Iterator[Sequence[EventPayload]]:
    return (events[start : start + _BATCH_SIZE] for start in range(0, len(events), _BATCH_SIZE))


def wait_for_processing(
    output: DemoOutput, memsy: MemsyClientProtocol, event_ids: list[str], timeout: float = 120.0
) -> None:
    """
    Poll until no event is pending.

    Args:
        output: Output of the demo.
        memsy: Client of the service that stores the events.
        event_ids: Events to wait for.
        timeout: Limit of the wait in seconds.

    Raises:
        CommandError: Events are still pending after `timeout`.
    """
    output.print_heading("Wait")
    output.print_paragraph(
        "The service turns events into memories in the background. status() returns the events "
        "that are still pending."
    )
    output.print_code("memsy.status(event_ids)")
    started = time.monotonic()
    with output.progress_bars() as progress:
        task = progress.add_task("completed", total=len(event_ids))
        polls = 1
        while (response := memsy.status(event_ids)).pending_ids:
            progress.update(task, completed=len(response.completed_ids))
            if time.monotonic() - started > timeout:
                raise CommandError(
                    f"{len(response.pending_ids)} events are still pending after {timeout:g} s: "
                    "run the demo again when the service has processed them"
                )
            time.sleep(min(0.2 * polls, 2.0))
            polls += 1
        progress.update(task, completed=len(response.completed_ids))
    output.print_caption(f"{polls} polls, {time.monotonic() - started:.1f} s")


def run_searches(output: DemoOutput, memsy: MemsyClientProtocol) -> None:
    """Run the searches of `QUERIES` one after the other."""
    for query in QUERIES:
        output.print_heading(query.title)
        output.print_paragraph(query.explanation)
        output.print_code(f"memsy.{query.to_code()}")
        started = time.perf_counter()
        response = memsy.search(query.query, **query.filters)
        seconds = time.perf_counter() - started
        output.print_indented(
            tables.search_result_table(response.results, query.query, with_ids=False)
        )
        output.print_caption(_duration_text(response.results, seconds))


def search_in_parallel(output: DemoOutput, connect: Connect) -> None:
    """Search the memories of four actors concurrently with the async client."""
    text = "close the valve on the fuel cell"
    queries = [DemoQuery(text, {"actor_id": actor, "limit": 1}) for actor in _ACTORS]
    output.print_heading("In parallel")
    output.print_paragraph(
        "Search the memories of four people concurrently. The requests share one connection pool."
    )
    calls = [f"    memsy.{query.to_code()}," for query in queries]
    output.print_code("\n".join(["await asyncio.gather(", *calls, ")"]))

    async def search_all() -> list[SearchResponse]:
        async with connect() as memsy:
            return await asyncio.gather(*(memsy.search(text, **query.filters) for query in queries))

    started = time.perf_counter()
    responses = asyncio.run(search_all())
    seconds = time.perf_counter() - started
    results = [result for response in responses for result in response.results]
    output.print_indented(tables.search_result_table(results, text, with_ids=False))
    output.print_caption(_duration_text(results, seconds))


def _duration_text(results: Sequence[object], seconds: float) -> str:
    noun = "memory" if len(results) == 1 else "memories"
    return f"{len(results)} {noun} in {seconds * 1000:.0f} ms"


def show_error_response(output: DemoOutput, memsy: MemsyClientProtocol) -> None:
    """Call an endpoint that the service does not implement, and print the exception."""
    output.print_heading("An error response")
    output.print_paragraph(
        "The service has an endpoint for clear(), but does not implement it. An error "
        "response becomes a typed exception with the details of the response. All exceptions of "
        "the package are subclasses of MemsyError."
    )
    output.print_code('memsy.clear("apollo-13")')
    try:
        memsy.clear("apollo-13")
    except MemsyAPIError as error:
        output.print_indented(
            FieldList(
                [
                    ("raised", type(error).__name__),
                    ("str()", error),
                    ("status_code", error.status_code),
                    ("error_code", error.error_code),
                    ("detail", error.detail),
                ]
            )
        )


def show_next_steps(output: DemoOutput) -> None:
    """Print the commands to try next."""
    output.print_heading("Next steps")
    output.print_paragraph(
        "The same code works with a local service and with the hosted Memsy service."
    )
    output.console.print()
    output.print_indented(
        FieldList(
            [
                ("memsy serve", "start a local service, and print the variables to export"),
                ("memsy ingest FILE", "send your own events from JSON Lines, CSV or Parquet"),
                ("memsy search QUERY", "search the memories"),
                ("memsy --help", "list all commands"),
                ("README.md", "use both clients in your code, and the fakes in your tests"),
            ]
        )
    )
    output.console.print()
