"""`RecordTuple`: the values of `service.events`, `.memories`, `.requests` and `faults.pending`."""

from __future__ import annotations

from copy import deepcopy

import pytest

from memsy import EventPayload
from memsy.local import LocalService
from memsy.local.record_tuple import RecordTuple
from memsy.testing import FakeMemsyClient

NUMBERS = RecordTuple([1, 2, 3])


def test_empty_records_of_a_service_are_equal_to_an_empty_list() -> None:
    empty_tuple: object = ()
    with LocalService() as service:
        for records in (
            service.events,
            service.memories,
            service.requests,
            service.faults.pending,
        ):
            assert records == []
            assert [] == records  # noqa: SIM300 - the reflected operation
            assert records == empty_tuple
            assert not records


def test_records_and_slices_of_a_service_are_equal_to_lists() -> None:
    memsy = FakeMemsyClient()
    for text in ("tea", "coffee"):
        memsy.ingest([EventPayload("ann", "chat-1", "user_message", text)])
    service = memsy.service
    service.faults.fail_next("search", 503)
    for records in (service.events, service.memories, service.requests):
        assert records == list(records)
        assert records[1:] == [records[1]]
        assert records[0] in records[:1]
        assert len(records) == 2
    assert service.faults.pending == list(service.faults.pending)


@pytest.mark.parametrize("other", [[1, 2], [1, 2, 4], (1, 2), "123", None, {1, 2, 3}])
def test_different_values_are_not_equal(other: object) -> None:
    assert (other == NUMBERS, other != NUMBERS) == (False, True)


def test_record_tuple_is_a_tuple() -> None:
    assert NUMBERS == (1, 2, 3)
    assert hash(NUMBERS) == hash((1, 2, 3))
    assert repr(NUMBERS) == "(1, 2, 3)"
    assert deepcopy(NUMBERS) == NUMBERS[:] == [1, 2, 3]
    assert isinstance(NUMBERS[::-1], RecordTuple)
