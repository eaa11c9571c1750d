"""Iteration over all pages of a list, each item once, in the sync and the async form."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar, runtime_checkable

from attrs import frozen

from memsy._core import encode
from memsy._core.errors import describe
from memsy._core.operation import Operation
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy.exceptions import MemsyConfigurationError, MemsyResponseError

ItemT = TypeVar("ItemT")
PageT = TypeVar("PageT")


@runtime_checkable
class ListPage(Protocol[PageT]):
    """Function that builds the operation for one page of a list."""

    def __call__(self, *, limit: int, offset: int) -> Operation[PageT]: ...


@frozen(eq=False, repr=False)
class PageLayout(Generic[PageT, ItemT]):
    """Functions that read a page."""

    items: Callable[[PageT], Sequence[ItemT]]
    item_id: Callable[[ItemT], str]
    total: Callable[[PageT], int | None]
    """Number of items on all pages; None if the page does not contain it."""


_MAX_REPEATED_PAGES = 100
"""
Pages in a row without a new item, before an error ends the step.

The iteration would not end if the service ignored the offset, or if items were added faster than
the iteration reads them.
"""


@frozen(eq=False, repr=False)
class _PageRequest(Generic[PageT]):
    operation: Operation[PageT]
    limit: int
    offset: int


class Pagination(Generic[PageT, ItemT]):
    """
    State of one iteration: the position, and the ids of the items received so far.

    An item that is added in front of the position moves the other items back, so that the next page
    repeats items. The ids identify the repeated items.

    Raises:
        MemsyConfigurationError: `page_size`, `max_items` or a filter of the list is unusable.
    """

    def __init__(
        self,
        list_page: ListPage[PageT],
        layout: PageLayout[PageT, ItemT],
        *,
        page_size: int,
        max_items: int | None,
    ) -> None:
        self._list_page = list_page
        self._layout = layout
        self._page_size = _at_least("page_size", page_size, 1)
        self._remaining = None if max_items is None else _at_least("max_items", max_items, 0)
        self._offset = 0
        self._is_complete = False
        self._seen: set[str] = set()
        self._latest_ids: list[str] = []
        self._repeated_pages = 0
        self._items: deque[ItemT] = deque()
        self._lock = threading.Lock()  # two threads may share an iterator
        list_page(limit=self._page_size, offset=0)  # checks the filters before the first request

    def next_item(self) -> ItemT | None:
        """Return the next received item. None means that a further page is needed."""
        try:
            return self._items.popleft()
        except IndexError:
            return None

    def next_request(self) -> _PageRequest[PageT] | None:
        """Return the request for the next page. None means that no page is left."""
        with self._lock:
            limit, offset, remaining = self._page_size, self._offset, self._remaining
            if self._is_complete or remaining == 0:
                return None
        if remaining is not None:
            limit = min(limit, remaining)
        return _PageRequest(self._list_page(limit=limit, offset=offset), limit, offset)

    def receive(self, request: _PageRequest[PageT], page: PageT) -> None:
        """
        Keep the new items of a page, and move to the next page.

        Raises:
            MemsyResponseError: Too many pages in a row have no new item.
        """
        items, total = self._layout.items(page), self._layout.total(page)
        with self._lock:
            if request.offset != self._offset:
                return  # another consumer of the iterator has received this page
            ids = [self._layout.item_id(item) for item in items]
            by_id = dict(zip(ids, items, strict=True))
            new = [item for id_, item in by_id.items() if id_ not in self._seen]
            new = new[: self._remaining]
            # The state changes only now: an interrupt above must not lose items of the page.
            self._items.extend(new)
            self._seen.update(ids)
            self._offset += len(items)
            if self._remaining is not None:
                self._remaining -= len(new)
            if total is None:
                # A service that ignores the offset repeats its first page.
                self._is_complete = len(items) < request.limit or ids == self._latest_ids
            else:
                self._is_complete = not items or self._offset >= total
            self._latest_ids = ids
            self._repeated_pages = 0 if new or self._is_complete else self._repeated_pages + 1
            if self._repeated_pages == _MAX_REPEATED_PAGES:
                self._repeated_pages = 0
                raise _repeated_pages_error(request.operation.route)


class PageIterator(Iterator[ItemT], Generic[PageT, ItemT]):
    """
    Iterator over the items of all pages. It requests a page when it needs the first item of it.

    After an error, the next call of `next` requests the same page again.
    """

    def __init__(self, call: Requestor, pagination: Pagination[PageT, ItemT]) -> None:
        self._call = call
        self._pagination = pagination

    def __next__(self) -> ItemT:
        while (item := self._pagination.next_item()) is None:
            request = self._pagination.next_request()
            if request is None:
                raise StopIteration
            self._pagination.receive(request, self._call(request.operation))
        return item


class AsyncPageIterator(AsyncIterator[ItemT], Generic[PageT, ItemT]):
    """
    Async iterator over the items of all pages. It requests a page when it needs the first item.

    After an error, the next item is requested again.
    """

    def __init__(self, call: AsyncRequestor, pagination: Pagination[PageT, ItemT]) -> None:
        self._call = call
        self._pagination = pagination

    async def __anext__(self) -> ItemT:
        while (item := self._pagination.next_item()) is None:
            request = self._pagination.next_request()
            if request is None:
                raise StopAsyncIteration
            self._pagination.receive(request, await self._call(request.operation))
        return item


def _at_least(name: str, value: int, minimum: int) -> int:
    number = encode.integer(name, value)
    if number < minimum:
        raise MemsyConfigurationError(f"{name} must be at least {minimum}, got {number}")
    return number


def _repeated_pages_error(route: str) -> MemsyResponseError:
    error = MemsyResponseError(
        f"{_MAX_REPEATED_PAGES} pages in a row contain no new item: the service ignores the "
        "offset, or items are added faster than the iteration reads them"
    )
    error.attempts, error.maybe_processed = 1, True
    describe(error, route)
    return error
