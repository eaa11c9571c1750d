"""Who may look at replies: those whose block it is, and nobody after it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from memsy._core.wire import Reply
from memsy._core.witness import show, witnessed_by

FIRST, SECOND = Reply(200), Reply(503)


def test_a_witness_sees_what_is_shown_in_its_block_and_nothing_else() -> None:
    seen: list[Reply] = []
    show(FIRST)
    with witnessed_by(seen.append):
        show(FIRST)
        show(SECOND)
    show(FIRST)
    assert seen == [FIRST, SECOND]


def test_witnesses_of_inner_and_outer_blocks_see_the_same() -> None:
    outer: list[Reply] = []
    inner: list[Reply] = []
    with witnessed_by(outer.append):
        with witnessed_by(inner.append):
            show(FIRST)
        show(SECOND)
    assert (outer, inner) == ([FIRST, SECOND], [FIRST])


def test_a_block_that_fails_ends_as_well() -> None:
    seen: list[Reply] = []
    with pytest.raises(KeyError), witnessed_by(seen.append):
        raise KeyError
    show(FIRST)
    assert seen == []


def test_another_thread_is_not_seen() -> None:
    """Neither does its witness see what is shown here."""
    seen_here: list[Reply] = []
    seen_there: list[Reply] = []

    def there() -> None:
        with witnessed_by(seen_there.append):
            show(SECOND)

    with witnessed_by(seen_here.append):
        thread = threading.Thread(target=there)
        thread.start()
        thread.join()
        show(FIRST)
    assert (seen_here, seen_there) == ([FIRST], [SECOND])


async def test_a_task_is_seen_if_it_was_started_within() -> None:
    seen: list[Reply] = []

    async def later(reply: Reply) -> None:
        await asyncio.sleep(0)
        show(reply)

    before = asyncio.create_task(later(FIRST))
    with witnessed_by(seen.append):
        within = asyncio.create_task(later(SECOND))
        await asyncio.gather(before, within)
    assert seen == [SECOND]
