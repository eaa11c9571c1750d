"""`MemsyDatasink` on a local Ray. `make scale` runs these tests; elsewhere they are skipped."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from memsy import MemsyClient, MemsyConfigurationError
from memsy.bulk import BulkIngestError, LedgerError
from memsy.local import LocalServer, LocalService, ServiceConfig
from tests.docs.blocks import blocks

ray: Any = pytest.importorskip("ray")
ray_data: Any = pytest.importorskip("ray.data")
from memsy.integrations.ray import DatasinkSummary, MemsyDatasink  # noqa: E402 - needs Ray

NOON = datetime(2026, 4, 14, 12, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server in the environment of the workers, and Ray on 127.0.0.1."""
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    with LocalServer() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEMSY_BASE_URL", running.base_url)
        patch.setenv("MEMSY_API_KEY", running.api_key)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        try:
            ray.init(
                num_cpus=2,
                include_dashboard=False,
                object_store_memory=200 * 1024 * 1024,
                log_to_driver=False,
                logging_level=logging.ERROR,
                _node_ip_address="127.0.0.1",
                _temp_dir=folder,
            )
            ray_data.DataContext.get_current().enable_progress_bars = False
            yield running
        finally:
            ray.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def service(server: LocalServer) -> LocalService:
    server.service.reset()
    server.service.config = ServiceConfig()
    return server.service


def rows(count: int, start: int = 0) -> list[dict[str, object]]:
    return [
        {"actor_id": "ann", "session_id": f"chat-{number % 3}", "text": f"text {number}"}
        for number in range(start, start + count)
    ]


def datasink(**options: Any) -> MemsyDatasink:  # noqa: ANN401 - the options of the class
    return MemsyDatasink(columns={"content": "text"}, constants={"kind": "user_message"}, **options)


def contents(service: LocalService) -> list[str]:
    return sorted(event.content for event in service.events)


def test_rows_of_all_blocks_are_stored(service: LocalService) -> None:
    sink = datasink()
    ray_data.from_items(rows(40), override_num_blocks=4).write_datasink(sink, concurrency=2)
    assert sink.summary == DatasinkSummary(stored=40, attempts=4)
    assert contents(service) == sorted(str(row["text"]) for row in rows(40))


def test_client_of_a_partial_is_created_in_the_worker(
    service: LocalService, server: LocalServer
) -> None:
    sink = datasink(client=partial(MemsyClient, server.base_url, server.api_key))
    ray_data.from_items(rows(2), override_num_blocks=1).write_datasink(sink)
    assert sink.summary == DatasinkSummary(stored=2, attempts=1)


def test_nulls_times_and_structs_of_arrow_and_pandas_become_fields(service: LocalService) -> None:
    pd: Any = pytest.importorskip("pandas")
    pa: Any = pytest.importorskip("pyarrow")
    values = {
        "actor_id": ["ann", "ann"],
        "session_id": ["chat-1", "chat-1"],
        "text": ["tea", "sugar"],
        "team_id": ["tea-team", None],
        "ts": [NOON, None],
        "metadata": [{"id": 1}, None],
    }
    frame = pd.DataFrame({**values, "ts": pd.Series(pd.to_datetime(values["ts"], utc=True))})
    for dataset in (ray_data.from_arrow(pa.table(values)), ray_data.from_pandas(frame)):
        service.reset()
        dataset.write_datasink(datasink())
        stored = [
            (event.team_id, str(event.ts)[:10] == "2026-04-14", event.metadata)
            for event in service.events
        ]
        assert stored[0][:2] == ("tea-team", True)
        assert stored[1] == (None, False, None)


def test_empty_dataset_stores_nothing(service: LocalService, tmp_path: Path) -> None:
    dataset = ray_data.from_items(rows(4)).filter(lambda row: False)
    sink = datasink(ledger_dir=tmp_path)
    assert sink.check(dataset) == 0
    dataset.write_datasink(sink)
    assert sink.summary == DatasinkSummary()
    assert len(service.requests) == 0


def test_second_run_sends_nothing(service: LocalService, tmp_path: Path) -> None:
    dataset = ray_data.from_items(rows(40), override_num_blocks=4)
    for expected in (DatasinkSummary(stored=40, attempts=4), DatasinkSummary(skipped=40)):
        sink = datasink(ledger_dir=tmp_path)
        assert sink.check(dataset) == 40
        dataset.write_datasink(sink)
        assert sink.summary == expected
        service.clock.sleep(61)
    assert len(service.events) == 40


def test_other_number_of_blocks_is_refused(service: LocalService, tmp_path: Path) -> None:
    first = ray_data.from_items(rows(40), override_num_blocks=4)
    sink = datasink(ledger_dir=tmp_path)
    sink.check(first)
    first.write_datasink(sink)
    with pytest.raises(LedgerError, match="override_num_blocks"):
        datasink(ledger_dir=tmp_path).check(ray_data.from_items(rows(40), override_num_blocks=5))
    with pytest.raises(LedgerError, match=r"check\(\) read"):
        ray_data.from_items(rows(40), override_num_blocks=5).write_datasink(sink)
    assert len(service.events) == 40


def test_write_without_check_is_refused(service: LocalService, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"call check\(dataset\)"):
        ray_data.from_items(rows(4)).write_datasink(datasink(ledger_dir=tmp_path))
    assert len(service.requests) == 0


def test_bad_row_in_the_last_block_is_found_before_anything_is_sent(
    service: LocalService,
) -> None:
    bad = [*rows(39), {"actor_id": "ann", "session_id": "chat-1", "text": None}]
    dataset = ray_data.from_items(bad, override_num_blocks=4)
    with pytest.raises(MemsyConfigurationError, match="row 9 of block 0 of write task"):
        datasink().check(dataset)
    assert len(service.requests) == 0
    with pytest.raises(MemsyConfigurationError, match="content must be text, got null"):
        dataset.write_datasink(datasink())


def test_used_up_quota_is_raised_on_the_driver_and_a_later_run_sends_the_rest(
    service: LocalService, tmp_path: Path
) -> None:
    dataset = ray_data.from_items(rows(40), override_num_blocks=4)
    service.config = ServiceConfig(limits={"events_ingested": 25})
    sink = datasink(ledger_dir=tmp_path)
    sink.check(dataset)
    with pytest.raises(BulkIngestError, match="events_ingested"):
        dataset.write_datasink(sink, concurrency=1)
    service.config = ServiceConfig()
    dataset.write_datasink(sink)
    assert sink.summary is not None
    assert (sink.summary.stored, sink.summary.skipped) == (20, 20)
    assert len(service.events) == 40


def test_blocks_of_the_page_run(
    service: LocalService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A local folder replaces the object storage."""
    pa: Any = pytest.importorskip("pyarrow")
    pq: Any = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "history").mkdir()
    for part in range(2):
        table = pa.table(
            {
                "user": ["ann", "bob"] * 10,
                "chat": ["chat-1", "chat-2"] * 10,
                "text": [f"text {part} {number}" for number in range(20)],
                "sent_at": pa.array([NOON] * 20, pa.timestamp("ms", "UTC")),
            }
        )
        pq.write_table(table, tmp_path / f"history/{part}.parquet")
    names: dict[str, object] = {"__name__": "docs_scale"}
    code = [block.code for block in blocks("docs/scale.md") if block.language == "python"]
    assert code
    for text in code:
        local = text.replace("s3://chat-archive/history/", str(tmp_path / "history"))
        exec(local.replace("/shared/ledgers", str(tmp_path / "ledgers")), names)
    assert len(service.events) == 40
