"""Iteration over pages, on a list that changes between the requests, in both modes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ClassVar, TypeAlias

import pytest
from attrs import define, evolve, field
from hypothesis import assume, given
from hypothesis import strategies as st

from memsy._core import encode
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.operation import Endpoint, Operation
from memsy._core.pagination import AsyncPageIterator, PageIterator, PageLayout, Pagination
from memsy._core.plane import Plane
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetryPolicy
from memsy._core.secret import Secret
from memsy._core.settings import ConnectionSettings, Settings
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyConfigurationError, MemsyResponseError, ServerError
from memsy.local.clock import Clock
from tests.support.run_without_loop import run_without_loop

SETTINGS = Settings(
    plane=Plane.DATA,
    base_url="https://memsy.test/v1",
    api_key=Secret("msy_key"),
    timeout=Timeout(),
    retry=RetryPolicy(max_retries=0),
    connection=ConnectionSettings(),
)

Page: TypeAlias = "tuple[list[str], int | None]"
"""The items of a page, and the number of items on all pages."""


def _decode(response: HTTPResponse) -> Page:
    items, total = json.loads(response.content)
    return items, total


LIST = Endpoint[Page](
    name="roles.list", plane=Plane.DATA, method="GET", path="/roles", response=tuple, decode=_decode
)
LAYOUT = PageLayout[Page, str](
    items=lambda page: page[0], item_id=lambda item: item, total=lambda page: page[1]
)


def list_page(*, limit: int, offset: int, sort: str = "asc") -> Operation[Page]:
    query: dict[str, int | str] = {"sort": encode.text("sort", sort)}
    return LIST.operation(query={**query, "limit": limit, "offset": offset})


@define
class ListService:
    """A transport to a list with pages."""

    items: list[str]
    has_total: bool = True
    before_page: Callable[[ListService], None] = lambda service: None
    """Changes the list before each page."""
    failures: list[HTTPResponse] = field(factory=list)
    """Responses in place of the next pages."""
    ignores_offset: bool = False

    requests: list[tuple[int, int]] = field(factory=list, init=False)
    """Limit and offset of each request."""
    clock: Clock = field(factory=Clock, init=False)
    peer: None = field(default=None, init=False)

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        parameters = dict(part.split("=") for part in request.target.partition("?")[2].split("&"))
        limit, offset = int(parameters["limit"]), int(parameters["offset"])
        self.before_page(self)
        self.requests.append((limit, offset))
        if self.failures:
            return self.failures.pop(0)
        start = 0 if self.ignores_offset else offset
        total = len(self.items) if self.has_total else None
        return page_of(self.items[start : start + limit], total)

    def close(self) -> None: ...


@define
class AsyncListService:
    """Async transport over a `ListService`."""

    service: ListService
    peer: None = None
    yields: bool = False
    """Lets other tasks run within each request."""

    @property
    def clock(self) -> Clock:
        return self.service.clock

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        if self.yields:
            await asyncio.sleep(0)
        return self.service.send(request, deadline)

    async def close(self) -> None: ...


def page_of(items: list[str], total: int | None) -> HTTPResponse:
    return HTTPResponse(200, {}, json.dumps([items, total]).encode())


def pagination(
    page_size: int = 3, max_items: int | None = None, sort: str = "asc"
) -> Pagination[Page, str]:
    return Pagination(
        partial(list_page, sort=sort), LAYOUT, page_size=page_size, max_items=max_items
    )


def sync_items(service: ListService, pages: Pagination[Page, str]) -> Iterator[str]:
    return PageIterator(Requestor(SETTINGS, service), pages)


def async_items(service: ListService, pages: Pagination[Page, str]) -> Iterator[str]:
    """Return a sync iterator over the items of the async one."""
    items = AsyncPageIterator(AsyncRequestor(SETTINGS, AsyncListService(service)), pages)
    end = ""

    async def next_item() -> str:
        return await anext(items, end)

    return iter(lambda: run_without_loop(next_item()), end)


Iterate: TypeAlias = Callable[[ListService, Pagination[Page, str]], Iterator[str]]

in_both_modes = pytest.mark.parametrize("iterate", [sync_items, async_items])
with_and_without_total = pytest.mark.parametrize("has_total", [True, False])


def numbered(count: int) -> list[str]:
    return [f"item {number}" for number in range(count)]


@in_both_modes
@with_and_without_total
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_all_items_are_returned_in_order(iterate: Iterate, has_total: bool, count: int) -> None:
    service = ListService(numbered(count), has_total)
    assert list(iterate(service, pagination())) == numbered(count)


@in_both_modes
def test_page_is_requested_when_its_first_item_is_needed(iterate: Iterate) -> None:
    service = ListService(numbered(7))
    items = iterate(service, pagination())
    assert service.requests == []
    for _ in range(3):
        next(items)
    assert service.requests == [(3, 0)]
    next(items)
    assert service.requests == [(3, 0), (3, 3)]


@in_both_modes
def test_last_page_of_a_list_with_total_is_not_followed_by_a_request(iterate: Iterate) -> None:
    service = ListService(numbered(6))
    list(iterate(service, pagination()))
    assert service.requests == [(3, 0), (3, 3)]


@in_both_modes
@with_and_without_total
def test_item_added_in_front_repeats_no_item(iterate: Iterate, has_total: bool) -> None:
    def add(service: ListService) -> None:
        service.items.insert(0, f"new {len(service.items)}")

    service = ListService(numbered(7), has_total, add)
    items = list(iterate(service, pagination()))
    assert items[1:] == numbered(7)
    assert items[0].startswith("new")


@in_both_modes
def test_page_that_only_repeats_items_does_not_end_the_iteration(iterate: Iterate) -> None:
    service = ListService(numbered(7))
    items = iterate(service, pagination())
    first = next(items)
    service.items[:0] = ["new 0", "new 1", "new 2"]
    assert [first, *items] == numbered(7)
    assert service.requests == [(3, 0), (3, 3), (3, 6), (3, 9)]


@in_both_modes
def test_item_added_at_the_end_is_returned(iterate: Iterate) -> None:
    service = ListService(numbered(3))
    items = iterate(service, pagination(page_size=2))
    assert next(items) == "item 0"
    service.items.append("new")
    assert list(items) == ["item 1", "item 2", "new"]


@in_both_modes
def test_service_that_ignores_the_offset_ends_the_iteration(iterate: Iterate) -> None:
    service = ListService(numbered(3), has_total=False, ignores_offset=True)
    assert list(iterate(service, pagination())) == numbered(3)
    assert len(service.requests) == 2


@in_both_modes
def test_service_that_ignores_the_offset_of_a_longer_list_is_an_error(iterate: Iterate) -> None:
    """The items that it never sends must not be missing without notice."""
    service = ListService(numbered(1000), ignores_offset=True)
    items = iterate(service, pagination())
    assert [next(items) for _ in range(3)] == numbered(3)
    with pytest.raises(MemsyResponseError) as caught:
        next(items)
    assert str(caught.value) == (
        "GET /roles: 100 pages in a row contain no new item: the service ignores the offset, or "
        "items are added faster than the iteration reads them (1 attempt)"
    )
    assert len(service.requests) == 101


@in_both_modes
def test_iteration_ends_although_items_are_added_without_end(iterate: Iterate) -> None:
    def add(service: ListService) -> None:
        service.items[:0] = [f"new {len(service.items)}.{number}" for number in range(3)]

    items = iterate(ListService(numbered(7), before_page=add), pagination())
    received = [next(items) for _ in range(3)]
    with pytest.raises(MemsyResponseError, match="items are added faster"):
        next(items)
    assert len(set(received)) == 3


@in_both_modes
def test_iteration_goes_on_after_the_error_about_repeated_items(iterate: Iterate) -> None:
    def add(service: ListService) -> None:
        if len(service.requests) < 150:
            service.items[:0] = [f"new {len(service.items)}.{number}" for number in range(3)]

    items = iterate(ListService(numbered(7), before_page=add), pagination())
    received = [next(items) for _ in range(3)]
    with pytest.raises(MemsyResponseError, match="100 pages in a row"):
        next(items)
    received += items
    assert received[3:] == numbered(7)


@in_both_modes
@pytest.mark.parametrize("total", [0, 1, 5, 99])
def test_wrong_total_neither_repeats_items_nor_goes_on_for_ever(
    iterate: Iterate, total: int
) -> None:
    service = ListService(numbered(7))
    service.failures = [page_of(numbered(3), total)]
    items = list(iterate(service, pagination()))
    assert items == numbered(7 if total > 3 else 3)


@in_both_modes
def test_empty_page_in_front_of_the_total_ends_the_iteration(iterate: Iterate) -> None:
    service = ListService(numbered(7))
    service.failures = [page_of(numbered(3), 7), page_of([], 7)]
    assert list(iterate(service, pagination())) == numbered(3)
    assert len(service.requests) == 2


@in_both_modes
def test_more_items_than_requested_are_accepted(iterate: Iterate) -> None:
    service = ListService(numbered(7))
    service.failures = [page_of(numbered(5), 7)]
    assert list(iterate(service, pagination())) == numbered(7)
    assert service.requests == [(3, 0), (3, 5)]
    service.failures = [page_of(numbered(5), 7)]
    assert list(iterate(service, pagination(max_items=2))) == numbered(2)


@in_both_modes
def test_ended_iteration_stays_ended(iterate: Iterate) -> None:
    service = ListService(numbered(2))
    items = iterate(service, pagination())
    assert list(items) == numbered(2)
    service.items.append("new")
    assert list(items) == []
    assert len(service.requests) == 1


@in_both_modes
def test_iterations_of_one_list_are_independent(iterate: Iterate) -> None:
    service = ListService(numbered(5))
    first, second = (iterate(service, pagination(2)) for _ in range(2))
    assert list(zip(first, second, strict=True)) == [(i, i) for i in numbered(5)]


def test_tasks_that_share_an_iterator_get_each_item_once() -> None:
    async def shares() -> list[list[str]]:
        service = AsyncListService(ListService(numbered(100)), yields=True)
        items = AsyncPageIterator(AsyncRequestor(SETTINGS, service), pagination(page_size=7))

        async def share() -> list[str]:
            return [item async for item in items]

        return list(await asyncio.gather(*(share() for _ in range(5))))

    received = [item for share in asyncio.run(shares()) for item in share]
    assert sorted(received) == sorted(numbered(100))


@in_both_modes
def test_shorter_pages_than_requested_are_followed_by_the_next_page(iterate: Iterate) -> None:
    """A service may have a lower limit than `page_size`."""
    service = ListService(numbered(5))
    service.failures = [page_of(numbered(2), 5)]
    assert list(iterate(service, pagination())) == numbered(5)
    assert service.requests == [(3, 0), (3, 2)]


@in_both_modes
@pytest.mark.parametrize(
    ("max_items", "requests"),
    [(0, []), (1, [(1, 0)]), (3, [(3, 0)]), (4, [(3, 0), (1, 3)]), (99, [(3, 0), (3, 3), (3, 6)])],
)
def test_max_items_limits_items_and_requests(
    iterate: Iterate, max_items: int, requests: list[tuple[int, int]]
) -> None:
    service = ListService(numbered(7))
    assert list(iterate(service, pagination(max_items=max_items))) == numbered(min(max_items, 7))
    assert service.requests == requests


@in_both_modes
def test_repeated_items_do_not_count_for_max_items(iterate: Iterate) -> None:
    service = ListService(numbered(7))
    items = iterate(service, pagination(page_size=2, max_items=5))
    first = next(items)
    service.items.insert(0, "new")
    assert [first, *items] == numbered(5)


@in_both_modes
def test_iteration_goes_on_after_an_error(iterate: Iterate) -> None:
    """The next step requests the page of the error again."""
    service = ListService(numbered(5))
    items = iterate(service, pagination(page_size=2))
    assert [next(items), next(items)] == numbered(2)
    service.failures = [HTTPResponse(503)]
    with pytest.raises(ServerError):
        next(items)
    assert list(items) == numbered(5)[2:]


class InterruptedOnce(str):
    """Id whose first use as a key is interrupted, as by Ctrl-C."""

    __slots__ = ()
    interrupts: ClassVar[list[BaseException]] = []

    def __hash__(self) -> int:
        if self == "item 1" and self.interrupts:
            raise self.interrupts.pop()
        return str.__hash__(self)


@in_both_modes
def test_iteration_goes_on_after_an_interrupt_without_losing_items(
    iterate: Iterate, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = evolve(LAYOUT, item_id=InterruptedOnce)
    pages = Pagination(list_page, layout, page_size=3, max_items=None)
    items = iterate(ListService(numbered(5)), pages)
    monkeypatch.setattr(InterruptedOnce, "interrupts", [KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        next(items)
    assert list(items) == numbered(5)


def test_threads_that_share_an_iterator_get_each_item_once() -> None:
    service = ListService(numbered(1000))
    items = sync_items(service, pagination(page_size=7))
    with ThreadPoolExecutor(8) as pool:
        shares = list(pool.map(lambda _: list(items), range(8)))
    assert sorted(item for share in shares for item in share) == sorted(numbered(1000))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"page_size": 0}, "page_size must be at least 1, got 0"),
        ({"page_size": True}, "page_size must be a whole number, got True"),
        ({"max_items": -1}, "max_items must be at least 0, got -1"),
        ({"max_items": 1.5}, "max_items must be a whole number, got 1.5"),
        ({"sort": "\ud800"}, "sort must not contain a lone surrogate"),
    ],
)
@pytest.mark.wrong_types
def test_invalid_argument_is_rejected_before_the_first_item(
    arguments: dict[str, int], message: str
) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"^{message}"):
        pagination(**arguments)  # type: ignore[arg-type]  # wrong on purpose


@in_both_modes
@with_and_without_total
@given(
    size=st.integers(0, 30),
    page_size=st.integers(2, 10),
    added=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), max_size=8),
)
def test_no_item_is_repeated_or_skipped_when_items_are_added(
    iterate: Iterate, has_total: bool, size: int, page_size: int, added: list[tuple[int, int]]
) -> None:
    """`added` has the position and the number of the new items before each page."""
    # Without a total, exactly one page of new items looks like a service that ignores the offset.
    assume(has_total or all(count != page_size for _, count in added))
    changes = list(added)

    def add(service: ListService) -> None:
        if changes:
            position, count = changes.pop()
            service.items[position:position] = [f"new {len(changes)}.{i}" for i in range(count)]

    items = list(iterate(ListService(numbered(size), has_total, add), pagination(page_size)))
    assert len(set(items)) == len(items)
    assert [item for item in items if item.startswith("item")] == numbered(size)
