"""Parts of `MemsyDatasink` that need no Ray: columns, rate, ledgers and the writer of a task."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from memsy import EventPayload, MemsyConfigurationError, MemsyError
from memsy._core.extras import install_hint
from memsy.bulk import BulkIngestError, LedgerError
from memsy.integrations._ray.columns import EventColumns
from memsy.integrations._ray.ledger_folder import BlockInfo, LedgerFolder, describe
from memsy.integrations._ray.task_limits import TaskLimits
from memsy.integrations._ray.writer import BlockWriter, DatasinkSummary, SharedLedgers
from memsy.testing import Clock, FakeMemsyClient, LocalService

COLUMNS = EventColumns({"content": "text"}, {"kind": "user_message"})
NO_LIMIT = TaskLimits(None, 500, 4)


def rows(*texts: object, session: str = "chat-1") -> Mapping[str, Sequence[Any]]:
    return {
        "actor_id": ["ann"] * len(texts),
        "session_id": [session] * len(texts),
        "text": list(texts),
    }


def events(*texts: str) -> list[EventPayload]:
    return [EventPayload("ann", "chat-1", "user_message", text) for text in texts]


# Columns


def test_columns_and_constants_become_events() -> None:
    block = {**rows("tea", "sugar"), "team_id": ["a", None], "unused": [1, 2]}
    assert list(COLUMNS.to_events([block], "the block")) == [
        EventPayload("ann", "chat-1", "user_message", "tea", team_id="a"),
        EventPayload("ann", "chat-1", "user_message", "sugar"),
    ]


def test_times_and_metadata_of_columns_become_text() -> None:
    noon = datetime(2026, 4, 14, 12, tzinfo=timezone.utc)
    block = {**rows("tea", "sugar"), "ts": [noon, None], "metadata": [{"id": 1}, '{"id": 2}']}
    first, second = COLUMNS.to_events([block], "the block")
    assert (first.ts, first.metadata) == ("2026-04-14T12:00:00Z", '{"id":1}')
    assert (second.ts, second.metadata) == (None, '{"id": 2}')


def test_block_without_rows_has_no_events() -> None:
    assert list(COLUMNS.to_events([], "the block")) == []
    assert list(COLUMNS.to_events([rows()], "the block")) == []


@pytest.mark.parametrize(
    ("columns", "constants", "message"),
    [
        ({"text": "content"}, {}, "columns: 'text' is not a field of EventPayload"),
        ({}, {"actor": "ann"}, "constants: 'actor' is not a field of EventPayload"),
        ({"kind": "type"}, {"kind": "app_event"}, "kind has a column and a constant"),
        ({}, {"kind": None}, r"constants\['kind'\] must not be None"),
        ({"kind": 3}, {}, r"columns\['kind'\] must be the name of a column, got int"),
    ],
)
def test_wrong_mapping_is_an_error(
    columns: Mapping[str, Any], constants: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(MemsyConfigurationError, match=message):
        EventColumns(columns, constants)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "no column 'content' for content: its columns are actor_id, session_id, text"),
        ({"content": "body"}, "no column 'body' for content"),
        ({"content": "text", "team_id": "team"}, "no column 'team' for team_id"),
    ],
)
def test_missing_column_is_an_error(columns: Mapping[str, str], message: str) -> None:
    mapping = EventColumns(columns, {"kind": "user_message"})
    with pytest.raises(MemsyConfigurationError, match=message):
        list(mapping.to_events([rows("tea")], "the block"))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("text", None, "row 1 of block 2: content must be text, got null"),
        ("text", 7, "row 1 of block 2: content must be text, got int"),
        ("team_id", 7, "row 1 of block 2: team_id must be text, got int"),
        ("metadata", ["secret"], "row 1 of block 2: metadata must be JSON text or a struct, got"),
        ("ts", 1700000000, "row 1 of block 2: EventPayload: ts must be ISO 8601 text"),
        ("ts", datetime(2026, 4, 14), "row 1 of block 2: EventPayload: ts .* time zone"),  # noqa: DTZ001
    ],
)
def test_bad_value_is_an_error_with_its_row(column: str, value: object, message: str) -> None:
    block = {
        **rows("tea", "sugar"),
        "team_id": [None] * 2,
        "metadata": [None] * 2,
        "ts": [None] * 2,
    }
    block[column] = [block[column][0], value]
    with pytest.raises(MemsyConfigurationError, match=message) as caught:
        list(COLUMNS.to_events([block], "block 2"))
    assert "secret" not in str(caught.value)


def test_rows_are_counted_across_the_slices_of_a_block() -> None:
    with pytest.raises(MemsyConfigurationError, match="row 2 of the block"):
        list(COLUMNS.to_events([rows("tea", "sugar"), rows(None)], "the block"))


# Rate


def test_rate_is_divided_over_the_workers() -> None:
    assert TaskLimits.share(4000, 4, batch_size=500, max_in_flight=8) == TaskLimits(1000, 500, 2)
    assert TaskLimits.share(400, 4, batch_size=500, max_in_flight=8) == TaskLimits(100, 100, 1)
    assert TaskLimits.share(None, None, batch_size=500, max_in_flight=8) == TaskLimits(None, 500, 8)


@pytest.mark.parametrize(("rate", "workers"), [(10, None), (10, 0), (3, 4), (float("nan"), 1)])
def test_rate_without_workers_or_below_one_event_is_an_error(
    rate: float, workers: int | None
) -> None:
    with pytest.raises(MemsyConfigurationError, match="max_rate"):
        TaskLimits.share(rate, workers, batch_size=500, max_in_flight=8)


def test_wait_sleeps_until_the_sent_events_are_due() -> None:
    clock = Clock()
    limits = TaskLimits(100, 100, 1)
    limits.wait(100, clock.monotonic(), clock)
    assert clock.monotonic() == 1
    limits.wait(50, 0, clock)
    assert clock.monotonic() == 1
    TaskLimits(None, 500, 4).wait(1000, 0, clock)
    assert clock.monotonic() == 1


# Ledger folder


def test_ledger_is_named_by_the_events_of_its_block(tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path)
    block = describe(events("tea", "sugar"))
    assert block.events == 2
    assert folder.ledger_path(block) == tmp_path / f"{block.digest}.ledger"
    assert describe(iter(events("tea", "sugar"))) == block
    others = [events("sugar", "tea"), events("tea"), events("tea", "sugar", "milk"), []]
    assert len({describe(other).digest for other in others} | {block.digest}) == 5


def test_same_blocks_in_another_order_are_accepted(tmp_path: Path) -> None:
    folder, blocks = LedgerFolder(tmp_path / "new"), [BlockInfo("a", 1), BlockInfo("b", 1)]
    folder_id = folder.accept(blocks)
    for block in blocks:
        folder.ledger_path(block).touch()
    assert folder.accept(blocks[::-1]) == folder_id
    folder.require(folder_id)


def test_more_blocks_or_fewer_blocks_are_accepted(tmp_path: Path) -> None:
    folder, (first, second, third) = LedgerFolder(tmp_path), (BlockInfo(x, 1) for x in "abc")
    folder.ledger_path(first).touch()
    folder.ledger_path(second).touch()
    folder.accept([first])
    folder.accept([third, second, first])


def test_other_division_into_blocks_is_refused(tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path)
    folder.ledger_path(BlockInfo("a", 1)).touch()
    with pytest.raises(LedgerError, match=r"ledgers of 1 blocks .* none for 2 of its 2 blocks"):
        folder.accept([BlockInfo("c", 1), BlockInfo("d", 1)])


def test_equal_blocks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="2 blocks have the same 7 events"):
        LedgerFolder(tmp_path).accept([BlockInfo("a", 7), BlockInfo("b", 7), BlockInfo("a", 7)])


def test_worker_without_the_folder_of_the_driver_is_refused(tmp_path: Path) -> None:
    folder_id = LedgerFolder(tmp_path / "driver").accept([])
    LedgerFolder(tmp_path / "other").accept([])
    for name in ("missing", "other"):
        with pytest.raises(LedgerError, match="is not the folder of the driver"):
            LedgerFolder(tmp_path / name).require(folder_id)


def test_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(LedgerError, match="cannot be used: "):
            LedgerFolder(path).accept([])
        with pytest.raises(LedgerError, match="cannot be used: "):
            LedgerFolder(path).require("id")


# Writer


def writer(
    service: LocalService, folder: Path | None = None, *, raise_on_error: bool = True
) -> BlockWriter:
    def client() -> FakeMemsyClient:
        return FakeMemsyClient(service=service)

    return BlockWriter(client, COLUMNS, NO_LIMIT, ledgers(folder), raise_on_error)


def ledgers(folder: Path | None) -> SharedLedgers | None:
    if folder is None:
        return None
    shared = LedgerFolder(folder)
    blocks = [describe(events("tea", "sugar")), describe(events("milk"))]
    return SharedLedgers(shared, shared.accept(blocks), frozenset(b.digest for b in blocks))


TWO_BLOCKS = [[rows("tea"), rows("sugar")], [], [rows("milk")]]


def test_writer_stores_all_blocks(memsy_service: LocalService) -> None:
    summary = writer(memsy_service).write(TWO_BLOCKS, 0)
    assert summary == DatasinkSummary(stored=3, attempts=2)
    assert [event.content for event in memsy_service.events] == ["tea", "sugar", "milk"]


def test_second_run_sends_nothing(
    memsy_service: LocalService, memsy_clock: Clock, tmp_path: Path
) -> None:
    writer(memsy_service, tmp_path).write(TWO_BLOCKS, 0)
    memsy_clock.advance(61)
    summary = writer(memsy_service, tmp_path).write(TWO_BLOCKS[::-1], 1)
    assert summary == DatasinkSummary(skipped=3)
    assert len(memsy_service.events) == 3


def test_block_that_the_driver_did_not_check_is_refused(
    memsy_service: LocalService, tmp_path: Path
) -> None:
    with pytest.raises(LedgerError, match=r"check\(\) read"):
        writer(memsy_service, tmp_path).write([[rows("sugar", "tea")]], 0)
    assert len(memsy_service.events) == 0


def test_bad_row_is_an_error_before_its_block_is_sent(memsy_service: LocalService) -> None:
    blocks = [[rows("tea")], [rows("sugar"), rows(None)]]
    with pytest.raises(MemsyConfigurationError, match="row 1 of block 1 of write task 7"):
        writer(memsy_service).write(blocks, 7)
    assert [event.content for event in memsy_service.events] == ["tea"]


def test_failed_request_is_raised(memsy_service: LocalService) -> None:
    memsy_service.faults.fail_next("ingest", 422)
    with pytest.raises(BulkIngestError):
        writer(memsy_service).write(TWO_BLOCKS, 0)


def test_failed_blocks_are_counted_without_raise_on_error(memsy_service: LocalService) -> None:
    memsy_service.faults.fail_next("ingest", 422)
    summary = writer(memsy_service, raise_on_error=False).write(TWO_BLOCKS, 0)
    assert (summary.stored, summary.failed, summary.unsent) == (1, 2, 0)
    (error,) = summary.errors
    assert pickle.loads(pickle.dumps(summary)).errors[0].args == error.args


@pytest.mark.memsy(limits={"events_ingested": 2})
def test_used_up_quota_leaves_the_rest_unsent(memsy_service: LocalService) -> None:
    summary = writer(memsy_service, raise_on_error=False).write(TWO_BLOCKS, 0)
    assert (summary.stored, summary.failed + summary.unsent) == (2, 1)


def test_rate_is_kept_between_requests(memsy_service: LocalService, memsy_clock: Clock) -> None:
    paced = BlockWriter(
        lambda: FakeMemsyClient(service=memsy_service),
        COLUMNS,
        TaskLimits.share(10, 1, batch_size=500, max_in_flight=4),
        None,
        True,
        memsy_clock,
    )
    paced.write([[rows(*(f"text {number}" for number in range(100)))]], 0)
    assert memsy_clock.monotonic() == pytest.approx(10)


def test_total_adds_numbers_and_keeps_the_first_errors() -> None:
    part = DatasinkSummary(1, 2, 3, 4, 5, [MemsyError("down")] * 60)
    total = DatasinkSummary.total([part, part])
    assert (total.stored, total.skipped, total.failed, total.unsent, total.attempts) == (
        *(2, 4, 6, 8),
        10,
    )
    assert len(total.errors) == 100


def test_missing_ray_is_an_error_that_names_the_extra() -> None:
    program = (
        "import sys; sys.modules['ray'] = None\n"
        "try: import memsy.integrations.ray\n"
        "except ImportError as error: print(error)"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert output == f"memsy.integrations.ray needs Ray. {install_hint('ray')}\n"
