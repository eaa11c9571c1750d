"""`memsy memories`: the memories themselves, in pages, one by one, and in numbers."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from memsy import MemoryItemResource, MemoryListResponse, MemoryStatsResponse, MemsyClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit
from memsy.cli.text import moment


def listed(
    actor: Annotated[str | None, typer.Option(help="Only this actor's.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only this family: semantic, episodic, procedural.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="Only this type, such as fact or preference.")
    ] = None,
    status: Annotated[
        str | None, typer.Option(help="active (the default), archived, decayed, superseded.")
    ] = None,
    sort: Annotated[
        str,
        typer.Option(
            help="observed_at_desc, observed_at_asc, strength_desc, confidence_desc, "
            "created_at_desc."
        ),
    ] = "observed_at_desc",
    search: Annotated[str | None, typer.Option(help="Only those whose text has this.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="The most memories.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List memories, the newest first."""
    with MemsyClient(base_url, api_key) as client:
        page = client.memories.list(
            actor_id=actor,
            kind=kind,
            type=type_,
            status=status,
            sort=sort,
            search=search,
            limit=limit,
            offset=offset,
        )
    emit(page, view_page, as_json=as_json)


def get(
    memory_id: Annotated[str, typer.Argument(metavar="ID", help="A memory's id.")],
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Show all that is known of one memory."""
    with MemsyClient(base_url, api_key) as client:
        emit(client.memories.get(memory_id), view_memory, as_json=as_json)


def stats(as_json: AsJson = False, base_url: BaseUrl = None, api_key: ApiKey = None) -> None:
    """Sum up the organisation's memories."""
    with MemsyClient(base_url, api_key) as client:
        emit(client.memories.stats(), view_stats, as_json=as_json)


def view_page(page: MemoryListResponse) -> RenderableType:
    """A table, and which part of the whole it is."""
    return Group(tables.memories(page.items), tables.page(page.offset, len(page.items), page.total))


def view_memory(item: MemoryItemResource) -> Table:
    """Everything, a line each."""
    return tables.facts(
        [
            ("text", item.text),
            ("summary", item.summary),
            ("id", item.memory_id),
            ("scope", tables.whose(item.scope)),
            ("type", item.type),
            ("kind", item.memory_kind or item.kind),
            ("status", item.status),
            ("strength", f"{item.strength:.2f} of 5"),
            ("confidence", f"{item.confidence:.2f}"),
            ("recalled", f"{item.recall_count} times {moment(item.last_recalled_at)}".rstrip()),
            ("half-life", f"{item.decay_half_life_days:g} days"),
            ("pinned", "yes" if item.pinned else None),
            ("tags", ", ".join(item.tags)),
            ("observed", moment(item.observed_at)),
            ("created", moment(item.created_at)),
            ("updated", moment(item.updated_at)),
            ("effective", " to ".join(filter(None, map(moment, _span(item))))),
            ("events", ", ".join(item.source_event_ids)),
            ("sources", ", ".join(item.source_urls)),
        ]
    )


def _span(item: MemoryItemResource) -> tuple[str | None, str | None]:
    return item.effective_from, item.effective_to


def view_stats(numbers: MemoryStatsResponse) -> Table:
    """The numbers, a line each."""
    return tables.facts(
        [
            ("memories", f"{numbers.total_memories}, {numbers.active_memories} of them active"),
            ("by type", _counts(numbers.by_type)),
            ("by kind", _counts(numbers.by_kind)),
            ("by status", _counts(numbers.by_status)),
            ("confidence", f"{numbers.avg_confidence:.2f} on average"),
            ("strength", f"{numbers.avg_strength:.2f} on average"),
            ("observed", " to ".join(map(moment, (numbers.date_range or {}).values()))),
        ]
    )


def _counts(numbers: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in numbers.items())
