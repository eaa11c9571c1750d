"""The other goals on a small scale, and whether a miss of them would be seen."""

from __future__ import annotations

import asyncio
import tempfile
import threading

import pytest

from chaos import crowds, deadlines, interrupts, leaks, storm
from chaos.bombs import bombs
from chaos.clients import COLOURS
from tests.raw_server import Peer, RawServer, response

GRACE = 5.0
"""Seconds, where machines are busy."""

in_both_colours = pytest.mark.parametrize("colour", COLOURS)


@pytest.mark.proves("X04")
def test_calls_that_are_cancelled_leave_nothing_behind() -> None:
    after = storm.aftermath(1)
    assert (after.untouched, after.failed, after.tasks) == (0, 0, 0)
    assert after.seconds < GRACE


@pytest.mark.proves("X01")
@in_both_colours
def test_threads_get_their_own_answers(colour: str) -> None:
    assert crowds.wrong_in_threads(colour, 16, 20) == 0


@pytest.mark.proves("X02")
@in_both_colours
def test_forked_processes_get_their_own_answers(colour: str) -> None:
    assert crowds.wrong_in_forks(colour, 2, 50) == 0


def test_an_answer_to_another_question_is_seen() -> None:
    def script(peer: Peer) -> None:
        while True:
            peer.read()
            peer.send(response(b'{"results":[]}'))

    with RawServer(script) as server:
        for colour in COLOURS:
            assert crowds.wrong_answers(server, colour, 2, 3) == 6


@pytest.mark.proves("X08")
@in_both_colours
@pytest.mark.parametrize("where", interrupts.WHERE)
def test_an_interrupt_ends_a_program(colour: str, where: str) -> None:
    assert interrupts.seconds_to_end(colour, where) < GRACE


def test_what_is_left_open_is_seen() -> None:
    before = leaks.Holdings.now()
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    loop = asyncio.new_event_loop()
    task = loop.create_task(asyncio.sleep(0))
    with tempfile.TemporaryFile():
        thread.start()
        more = leaks.Holdings.now().more_than(before)
    assert more.files >= 1
    assert (more.threads, more.tasks) == (1, 1)
    over.set()
    thread.join()
    loop.run_until_complete(task)
    loop.close()


def test_memory_that_is_held_is_seen() -> None:
    before = leaks.Holdings.now()
    held = b"x" * 2**25
    more = leaks.Holdings.now().more_than(before)
    assert more.memory > 30
    assert len(held) == 2**25


def test_every_way_to_be_slow_is_timed() -> None:
    timed = {row.id for row in deadlines.slow_rows()}
    assert {"C07", "C09", "C10", "C11", "C12", "C17", "T05"} <= timed


def test_every_bomb_is_weighed() -> None:
    assert {row.id for row in bombs()} == {"B19", "B20", "B21"}
