"""Every `iterate`: the filters of its `list`, and the requests of all pages, sync and async."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any, get_args, get_type_hints

import pytest

from memsy import MemsyConfigurationError
from tests.models.test_shapes import MODELS, body
from tests.support.recording_clients import (
    AsyncControlRecordingClient,
    AsyncRecordingClient,
    ControlRecordingClient,
    MakeAnyClient,
    Recording,
    RecordingClient,
    recording_of,
)
from tests.support.run_without_loop import run_without_loop

DATA, CONTROL = (
    (RecordingClient, AsyncRecordingClient),
    (ControlRecordingClient, AsyncControlRecordingClient),
)
ITEMS = {
    "roles": ("RoleResource", "role_id", DATA),
    "teams": ("TeamResource", "team_id", DATA),
    "memories": ("MemoryItemResource", "memory_id", DATA),
    "actors": ("ActorResource", "actor_id", DATA),
    "events": ("EventItemResponse", "event_id", CONTROL),
}
"""Model of the items, their id, and the sync and async client, by resource."""

every_iterate = pytest.mark.parametrize(
    ("make_client", "name"),
    [(make, name) for name, (_, _, clients) in ITEMS.items() for make in clients],
)


def resource_of(make_client: MakeAnyClient, name: str, recording: Recording) -> Any:  # noqa: ANN401
    return getattr(make_client(recording), name)


def filters_of(resource: object, method: str) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(getattr(resource, method)).parameters
    own = ("limit", "offset", "page_size", "max_items")
    return {name: p for name, p in parameters.items() if name not in own}


def values_of(resource: Any) -> dict[str, str]:  # noqa: ANN401
    """Return a value for each filter; of fixed words, the last one."""
    hints = get_type_hints(resource.list)
    words = {name: get_args(hints[name]) for name in filters_of(resource, "list")}
    return {
        name: options[-1] if options and isinstance(options[-1], str) else f"{name} 1"
        for name, options in words.items()
    } | ({"kind": "app_event"} if "session_id" in words else {})


def page_of(name: str, ids: list[int], total: int) -> object:
    model, id_field, _ = ITEMS[name]
    items = [{**body(MODELS[model]), id_field: f"id {number}"} for number in ids]
    if name in ("roles", "teams"):
        return items
    return {"items": items, "total": total, "limit": 2, "offset": 0}


def all_items(iterator: Iterator[object] | AsyncIterator[object]) -> list[object]:
    if isinstance(iterator, Iterator):
        return list(iterator)

    async def collect() -> list[object]:
        return [item async for item in iterator]

    return run_without_loop(collect())


def test_every_list_with_pages_has_an_iterate() -> None:
    recording = recording_of([])
    found = {
        name
        for clients in (DATA, CONTROL)
        for make in clients
        for name, attribute in inspect.getmembers(make(recording))
        if "offset" in inspect.signature(getattr(attribute, "list", lambda: None)).parameters
    }
    assert found == ITEMS.keys()


@every_iterate
def test_filters_are_those_of_list(make_client: MakeAnyClient, name: str) -> None:
    resource = resource_of(make_client, name, recording_of([]))
    assert filters_of(resource, "iterate") == filters_of(resource, "list")


@every_iterate
def test_first_request_is_that_of_list(make_client: MakeAnyClient, name: str) -> None:
    recording = recording_of(page_of(name, [], 0))
    resource = resource_of(make_client, name, recording)
    filters = values_of(resource)
    all_items(resource.iterate(**filters, page_size=7))
    listed = resource.list(**filters, limit=7, offset=0)
    if inspect.iscoroutine(listed):
        run_without_loop(listed)
    first, second = recording.requests
    assert first == second


@every_iterate
def test_items_of_all_pages_are_returned(make_client: MakeAnyClient, name: str) -> None:
    recording = recording_of(*(page_of(name, ids, 3) for ids in ([0, 1], [1, 2], [])))
    resource = resource_of(make_client, name, recording)
    required = {"org_id": "o1"} if name in ("roles", "teams") else {}
    items = all_items(resource.iterate(**required, page_size=2))
    assert [getattr(item, ITEMS[name][1]) for item in items] == ["id 0", "id 1", "id 2"]
    assert all(f"limit=2&offset={2 * n}" in r.target for n, r in enumerate(recording.requests))


@every_iterate
@pytest.mark.wrong_types
def test_wrong_argument_is_rejected_before_the_first_step(
    make_client: MakeAnyClient, name: str
) -> None:
    recording = recording_of([])
    resource = resource_of(make_client, name, recording)
    required = {"org_id": "o1"} if name in ("roles", "teams") else {}
    for wrong in ({"page_size": 0}, {"max_items": -1}, {"page_size": True}):
        with pytest.raises(MemsyConfigurationError, match=next(iter(wrong))):
            resource.iterate(**required, **wrong)
    for word in filters_of(resource, "iterate").keys() & {"sort", "kind"} - memory_kind(name):
        with pytest.raises(MemsyConfigurationError, match=f"^{word} must be '"):
            resource.iterate(**required, **{word: "unknown"})
    assert recording.requests == []


def memory_kind(name: str) -> set[str]:
    """Return the filter that accepts any word, if there is one."""
    return {"kind"} if name == "memories" else set()
