"""Properties of the window, for every order in which the batches end."""

from __future__ import annotations

from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st

from memsy import EventPayload
from memsy.bulk._event import ReadEvent
from memsy.bulk._pace import Pace
from memsy.bulk._window import Window


@given(st.data(), st.lists(st.integers(0, 4), max_size=60), st.integers(1, 6), st.integers(1, 4))
def test_order_bound_and_completeness_hold_for_every_interleaving(
    data: st.DataObject, sessions: list[int], batch_size: int, max_in_flight: int
) -> None:
    window = Window(batch_size, batch_size * max_in_flight)
    source = [
        ReadEvent(position, EventPayload("ada", f"s{session}", "user_message", "text"))
        for position, session in enumerate(sessions)
    ]
    in_flight: list[list[ReadEvent]] = []
    sent: list[ReadEvent] = []
    read = done = 0
    while done < len(source):
        batch = (
            window.next_batch(is_last=read == len(source)) if len(in_flight) < max_in_flight else []
        )
        if batch:
            assert len(batch) <= batch_size
            busy = {event.session for other in in_flight for event in other}
            assert not busy & {event.session for event in batch}
            in_flight.append(batch)
            sent += batch
        elif in_flight and (
            window.is_full or read == len(source) or data.draw(st.booleans(), "batch ends")
        ):
            ended = in_flight.pop(data.draw(st.integers(0, len(in_flight) - 1), "which batch"))
            window.finish(ended)
            done += len(ended)
        else:
            assert not window.is_full
            window.add(source[read])
            read += 1
        assert read - done <= batch_size * max_in_flight
    assert sorted(sent, key=attrgetter("position")) == source
    assert window.waiting_count == 0
    for session in set(sessions):
        positions = [event.position for event in sent if event.session[1] == f"s{session}"]
        assert positions == sorted(positions)


@given(st.lists(st.sampled_from(["enter", "leave", "success", "throttle"]), max_size=80))
def test_calls_in_flight_stay_within_the_limit(actions: list[str]) -> None:
    pace = Pace(8)
    active = 0

    def on_turn() -> None:
        nonlocal active
        active += 1
        assert active <= pace.limit

    for action in actions:
        if action == "enter":
            pace.enter(on_turn)
        elif action == "leave" and active:
            active -= 1
            pace.leave()
        elif action == "success":
            pace.record_success(pace.cuts)
        elif action == "throttle":
            pace.record_throttling(pace.cuts)
        assert 1 <= pace.limit <= 8


def test_one_cut_counts_for_all_calls_that_started_before_it() -> None:
    pace = Pace(8)
    for _ in range(8):
        pace.record_throttling(0)
    assert pace.limit == 4
    pace.record_throttling(1)
    assert pace.limit == 2
    for _ in range(2 + 3):
        pace.record_success(2)
    assert pace.limit == 4


def test_successes_of_calls_that_started_before_a_cut_do_not_raise_the_limit() -> None:
    pace = Pace(8)
    pace.record_throttling(0)
    for _ in range(7):
        pace.record_success(0)
    assert pace.limit == 4
    for _ in range(4):
        pace.record_success(1)
    assert pace.limit == 5


def test_stop_gives_a_turn_to_all_that_wait() -> None:
    turns: list[int] = []
    pace = Pace(1)
    for number in range(3):
        pace.enter(lambda number=number: turns.append(number))  # type: ignore[misc]
    assert turns == [0]
    pace.stop()
    assert turns == [0, 1, 2]
