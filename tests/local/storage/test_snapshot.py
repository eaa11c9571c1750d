"""Snapshots: text format, restored service, rejected input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy.exceptions import MemsyConfigurationError
from memsy.local import LocalService, Member, ServiceConfig
from memsy.local.clock import Clock
from memsy.models import ResourceSelection
from tests.support.service_requests import ServiceClient

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def populated(api: ServiceClient, clock: Clock) -> ServiceClient:
    """Return a client of a service with a row in every table."""
    service = api.service
    api.ingest("tea at four", "coffee at five", role_id="r", metadata='{"a": 1}', ts="2026-04-01")
    service.archive(service.memories[0].memory_id)
    clock.advance(1.5)
    api.search_texts("coffee")
    api.post("/v1/roles", {"org_id": "org_local", "name": "Pilots", "focus": "flying"})
    api.post("/api/interest/pro", {"name": "Ann", "email": "ann@example.invalid"})
    service.config = ServiceConfig(agent_signup=True)
    api.post("/api/agents/signup", {"org_name": "Agents"})
    connector_id = api.post("/api/connectors/github/connect").body["connector_id"]
    service.connectors.authorize(connector_id)
    service.connectors.offer(connector_id, [ResourceSelection("1", "repository", "one")])
    api.put(
        f"/api/connectors/{connector_id}/resources",
        {"resources": [{"external_id": "1", "resource_type": "repository", "name": "one"}]},
    )
    return api


def changed(text: str, change: Change) -> str:
    document = json.loads(text)
    change(document)
    return json.dumps(document)


@pytest.fixture
def restore() -> Iterator[Callable[[LocalService], ServiceClient]]:
    """Return a function that restores the snapshot of a service to a new one."""
    services = list[LocalService]()

    def create(service: LocalService) -> ServiceClient:
        services.append(LocalService.from_snapshot(service.snapshot()))
        return ServiceClient(services[-1])

    yield create
    for service in services:
        service.close()


Restore = Callable[[LocalService], ServiceClient]


class TestExport:
    """Text of a snapshot."""

    def test_snapshot_has_format_version_and_time(self, service: LocalService) -> None:
        document = json.loads(service.snapshot())
        assert document["format"] == "memsy snapshot"
        assert isinstance(document["version"], int)
        assert document["taken_at"] == "2026-04-14T03:08:00Z"

    def test_snapshot_has_all_tables_and_rows(self, populated: ServiceClient) -> None:
        tables = json.loads(populated.service.snapshot())["tables"]
        assert all(tables.values()), [name for name, rows in tables.items() if not rows]
        assert [event["content"] for event in tables["events"]] == ["tea at four", "coffee at five"]
        assert [memory["status"] for memory in tables["memories"]] == ["archived", *["active"] * 3]

    def test_snapshot_omits_the_search_index(self, populated: ServiceClient) -> None:
        assert not [
            name for name in json.loads(populated.service.snapshot())["tables"] if "index" in name
        ]

    def test_snapshot_has_one_value_per_line(self, populated: ServiceClient) -> None:
        lines = [line.strip() for line in populated.service.snapshot().splitlines()]
        assert '"content": "tea at four",' in lines

    def test_snapshot_does_not_escape_non_ascii_text(self, api: ServiceClient) -> None:
        api.ingest("Чай в четыре, 茶")
        assert "Чай в четыре, 茶" in api.service.snapshot()

    def test_equal_data_give_an_equal_snapshot(self, populated: ServiceClient) -> None:
        before = populated.service.snapshot()
        assert populated.service.snapshot() == before
        populated.search_texts("coffee")
        assert populated.service.snapshot() != before

    def test_snapshot_has_no_secrets(self, clock: Clock) -> None:
        with LocalService(clock=clock, api_key="msy_very_secret_indeed") as service:
            api = ServiceClient(service)
            created = api.post("/api/keys", {"name": "ci", "scopes": ["read"]}).body
            keys = [
                service.api_key,
                service.issue_key("one"),
                service.sign_in(Member("user_ann")),
                created["raw_key"],
            ]
            api.post(
                "/api/connectors/s3/configure",
                {
                    "bucket": "b",
                    "region": "eu",
                    "access_key_id": "AKIA",
                    "secret_access_key": "s3-secret",
                },
            )
            text = service.snapshot()
        for key in keys:
            assert key not in text
            assert key[len(key) // 2 :] not in text
        assert "s3-secret" not in text

    def test_due_events_are_processed_before_the_export(self, clock: Clock) -> None:
        with LocalService(clock=clock, config=ServiceConfig(process_delay=5.0)) as service:
            ServiceClient(service).ingest("tea")
            clock.advance(5)
            (event,) = json.loads(service.snapshot())["tables"]["events"]
        assert event["state"] == "completed"


class TestRestore:
    """A restored service continues from the state of the original."""

    def test_restored_service_has_the_same_snapshot(
        self, populated: ServiceClient, restore: Restore
    ) -> None:
        assert restore(populated.service).service.snapshot() == populated.service.snapshot()

    def test_restored_service_has_the_same_records(
        self, populated: ServiceClient, restore: Restore
    ) -> None:
        restored = restore(populated.service)
        assert restored.service.events == populated.service.events
        assert restored.service.memories == populated.service.memories
        for path in ("/v1/roles?org_id=org_local", "/v1/actors", "/api/connectors", "/api/keys"):
            assert restored.get(path) == populated.get(path)

    def test_restored_service_has_the_same_search_results(
        self, populated: ServiceClient, restore: Restore
    ) -> None:
        restored = restore(populated.service)
        for fields in ({}, {"role_ids": ["r"]}, {"actor_id": "lovell"}, {"session_id": "x"}):
            assert restored.search("tea or coffee", **fields) == populated.search(
                "tea or coffee", **fields
            )

    def test_default_clock_starts_at_the_time_of_the_snapshot(
        self, populated: ServiceClient, clock: Clock, restore: Restore
    ) -> None:
        restored = restore(populated.service)
        assert restored.service.clock.time() == clock.time()
        assert isinstance(restored.service.clock, Clock)
        restored.service.clock.advance(60)
        assert restored.service.clock.time() == clock.time() + 60

    def test_clock_and_config_can_be_set(self, populated: ServiceClient) -> None:
        clock, config = Clock(), ServiceConfig(plan="pro")
        with LocalService.from_snapshot(
            populated.service.snapshot(), clock=clock, config=config
        ) as restored:
            assert restored.clock is clock
            assert ServiceClient(restored).get("/api/me").body["tier"] == "pro"

    def test_restored_service_does_not_reuse_ids(
        self, populated: ServiceClient, restore: Restore
    ) -> None:
        restored = restore(populated.service)
        before = {event.event_id for event in populated.service.events}
        assert not before.intersection(restored.ingest("something new", "something else"))
        assert len(restored.service.events) == 4

    def test_id_function_can_be_set(self, populated: ServiceClient) -> None:
        text = populated.service.snapshot()
        with LocalService.from_snapshot(text, ids=lambda number: f"id-{number}") as restored:
            (event_id,) = ServiceClient(restored).ingest("something new")
        assert event_id.startswith("id-")

    def test_dedup_window_continues(
        self, api: ServiceClient, clock: Clock, restore: Restore
    ) -> None:
        first = api.ingest("Roger.")
        clock.advance(50)
        restored = restore(api.service)
        assert restored.ingest("Roger.") == first
        assert isinstance(restored.service.clock, Clock)
        restored.service.clock.advance(11)
        assert restored.ingest("Roger.") != first

    def test_pending_events_become_due(self, clock: Clock) -> None:
        config = ServiceConfig(process_delay=10.0)
        with LocalService(clock=clock, config=config) as service:
            ServiceClient(service).ingest("tea")
            clock.advance(4)
            text = service.snapshot()
        later = Clock(clock.now)
        with LocalService.from_snapshot(text, clock=later) as restored:
            for seconds, expected in ((5.9, []), (0.1, ["tea"])):
                later.advance(seconds)
                assert ServiceClient(restored).search_texts("tea") == expected

    def test_manual_processing_continues(self, clock: Clock) -> None:
        config = ServiceConfig(processing="manual")
        with LocalService(clock=clock, config=config) as service:
            ServiceClient(service).ingest("tea", "coffee")
            service.fail(service.events[0].event_id)
            text = service.snapshot()
        with LocalService.from_snapshot(text, config=config) as restored:
            assert restored.process() == 1
            assert [event.state for event in restored.events] == ["failed", "completed"]

    def test_usage_is_restored(self, populated: ServiceClient, restore: Restore) -> None:
        before = populated.get("/v1/health").headers
        # Each health request is one more call, so compare the other dimensions.
        assert restore(populated.service).get("/v1/health").headers["x-usage-eventsingested"] == "2"
        assert before["x-usage-searchqueries"] == "1"
        assert restore(populated.service).get("/v1/health").headers["x-usage-searchqueries"] == "1"

    def test_issued_keys_are_restored(self, service: LocalService, restore: Restore) -> None:
        issued = service.issue_key(scopes=["read"])
        restored = restore(service).service
        assert ServiceClient(restored, issued).get("/v1/health").status == 200
        assert ServiceClient(restored, "msy_wrong").get("/v1/health").status == 401

    def test_api_key_can_be_replaced(self, service: LocalService) -> None:
        with LocalService.from_snapshot(service.snapshot(), api_key="msy_new") as restored:
            assert ServiceClient(restored).get("/v1/health").status == 200
            assert ServiceClient(restored, "msy_local").get("/v1/health").status == 401

    def test_connectors_are_restored(self, populated: ServiceClient, restore: Restore) -> None:
        restored = restore(populated.service)
        (connector,) = restored.get("/api/connectors").body
        assert connector["status"] == "active"
        resources = f"/api/connectors/{connector['id']}/resources"
        assert restored.get(resources).body == populated.get(resources).body

    def test_order_of_equal_timestamps_is_restored(
        self, api: ServiceClient, restore: Restore
    ) -> None:
        """Keys and roles with equal timestamps are listed in order of creation."""
        for name in ("zoe", "ann", "mia"):
            api.post("/v1/roles", {"org_id": "org_local", "name": name, "focus": "x"})
        ids = [role["role_id"] for role in api.get("/v1/roles", org_id="org_local").body]
        api.service.issue_key("ci")
        restored = restore(api.service)
        names = [key["name"] for key in restored.get("/api/keys").body["keys"]]
        assert names == ["local", "ci"]
        assert [r["role_id"] for r in restored.get("/v1/roles", org_id="org_local").body] == ids

    def test_original_and_restored_service_are_independent(
        self, populated: ServiceClient, restore: Restore
    ) -> None:
        restored = restore(populated.service)
        before = populated.service.snapshot()
        restored.ingest("something new")
        assert populated.service.snapshot() == before

    def test_snapshot_can_be_restored_to_a_file(
        self, populated: ServiceClient, tmp_path: Path
    ) -> None:
        path, text = tmp_path / "memsy.db", populated.service.snapshot()
        with LocalService.from_snapshot(text, path=path) as restored:
            assert restored.snapshot() == text
        with LocalService(path, clock=populated.service.clock) as reopened:
            assert reopened.snapshot() == text
            assert ServiceClient(reopened).search_texts("coffee") == ["coffee at five"]


class TestInvalid:
    """Invalid input creates no service and no file."""

    @pytest.mark.parametrize(
        "text", ["", "tea", "null", "[]", "{}", "1", '{"format": "other"}', "[" * 100_000, "\x00"]
    )
    def test_text_that_is_not_a_snapshot_is_rejected(self, text: str) -> None:
        with pytest.raises(MemsyConfigurationError, match="not a snapshot of a local service"):
            LocalService.from_snapshot(text)

    @pytest.mark.parametrize("text", [None, 1, b"{}"])
    def test_input_that_is_not_text_is_rejected(self, text: Any) -> None:  # noqa: ANN401
        with pytest.raises(MemsyConfigurationError, match="it must be a text, got"):
            LocalService.from_snapshot(text)

    @pytest.mark.parametrize("version", [0, 2, 1_000, "3", 3.0, None])
    def test_snapshot_of_another_version_is_rejected_with_its_number(
        self, service: LocalService, version: object
    ) -> None:
        text = changed(service.snapshot(), lambda document: document.update(version=version))
        with pytest.raises(MemsyConfigurationError, match=f"it has version {version!r}, not"):
            LocalService.from_snapshot(text)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda s: s.pop("taken_at"), "it must have exactly format, version, taken_at, tables"),
            (lambda s: s.update(more=1), "it must have exactly"),
            (lambda s: s.update(tables=[]), "it must have exactly"),
            (lambda s: s.update(taken_at="noon"), "taken_at must be a time"),
            (lambda s: s.update(taken_at=None), "taken_at must be a time"),
            (lambda s: s.update(taken_at=20260414), "taken_at must be a time"),
            (lambda s: s["tables"].pop("usage"), "its tables must be counter, keys"),
            (lambda s: s["tables"].update(sqlite_master=[]), "its tables must be"),
            (lambda s: s["tables"].update(events=None), "tables.events must be a list"),
            (lambda s: s["tables"]["events"].append("tea"), r"events\[2\] must have"),
            (lambda s: s["tables"]["events"][1].pop("ts"), r"events\[1\] must have"),
            (lambda s: s["tables"]["events"][1].update(x=1), r"events\[1\] must have"),
            (lambda s: s["tables"]["events"][0].update(ts="noon"), r"events\[0\]\.ts must not be"),
            (lambda s: s["tables"]["events"][0].update(ts=True), r"events\[0\]\.ts must not be"),
            (lambda s: s["tables"]["events"][0].update(ts=1.5), r"events\[0\]\.ts must not be"),
            (lambda s: s["tables"]["events"][0].update(ts=None), r"events\[0\]\.ts must not be"),
            (lambda s: s["tables"]["events"][0].update(seq=None), r"\.seq must not be None"),
            (
                lambda s: s["tables"]["events"][0].update(ts=1 << 64),
                r"events\[0\] has a value that SQLite cannot store",
            ),
            (
                lambda s: s["tables"]["events"][0].update(content="\ud800"),
                r"events\[0\] has a value that SQLite cannot store",
            ),
            (lambda s: s["tables"]["events"][0].update(fingerprint="xyz"), "hexadecimal"),
            (
                lambda s: s["tables"]["events"].append(s["tables"]["events"][0]),
                r"events\[2\] has the id of another row",
            ),
            (
                lambda s: s["tables"]["events"].pop(),
                r"memories\[2\]\.event_id must be the id of another row, got '01K",
            ),
            (lambda s: s["tables"]["memories"][0].update(strength=float("nan")), "must not be nan"),
            (lambda s: s["tables"]["memories"][0].update(strength=float("inf")), "must not be inf"),
            (
                lambda s: s["tables"]["members"].clear(),
                r"keys\[0\]\.user_id must be the id of another row, got 'user_org_local'",
            ),
            (
                lambda s: s["tables"]["connectors"].clear(),
                r"offers\[0\]\.connector_id must be the id of another row",
            ),
            (
                lambda s: s["tables"]["selections"][0].update(connector_id="none"),
                r"selections\[0\]\.connector_id must be the id of another row, got 'none'",
            ),
            (lambda s: s["tables"]["counter"].clear(), r"counter\[0\]\.value must not be None"),
            (
                lambda s: s["tables"]["counter"].append({"value": 99}),
                r"counter\[0\]\.value must not be",
            ),
        ],
    )
    def test_invalid_row_is_rejected_with_its_path(
        self, populated: ServiceClient, tmp_path: Path, change: Change, reason: str
    ) -> None:
        text = changed(populated.service.snapshot(), change)
        for path in (None, tmp_path / "memsy.db"):
            with pytest.raises(MemsyConfigurationError, match=reason):
                LocalService.from_snapshot(text, path=path)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("table", "column", "value"),
        [
            ("counter", "value", 0),
            ("counter", "value", -1),
            ("counter", "value", (1 << 63) - 1),
            ("keys", "scopes", "all"),
            ("keys", "scopes", '["admin"]'),
            ("keys", "digest", "00"),
            ("keys", "is_session", 2),
            ("keys", "expires_at", 1 << 62),
            ("members", "role", "owner"),
            ("members", "has_seat", -1),
            ("usage", "dimension", "tea"),
            ("usage", "quantity", -1),
            ("usage", "quantity", (1 << 63) - 1),
            ("usage", "hour", 1 << 62),
            ("interest", "expressed_at", -(1 << 62)),
            ("connectors", "provider", "fax"),
            ("connectors", "status", "lost"),
            ("connectors", "is_authorized", 7),
            ("hierarchy", "noun", "squad"),
            ("hierarchy", "prompt_meta", "{"),
            ("hierarchy", "prompt_meta", "[]"),
            ("events", "seq", 0),
            ("events", "kind", "telegram"),
            ("events", "state", "lost"),
            ("events", "ts", 1 << 62),
            ("memories", "seq", -1),
            ("memories", "memory_id", "m-1"),
            ("memories", "status", "x"),
            ("memories", "level", "squad"),
            ("memories", "level", "team"),
            ("memories", "strength", 6.0),
            ("memories", "confidence", -0.1),
            ("memories", "half_life_days", 0.0),
            ("memories", "recall_count", -1),
            ("memories", "observed_at", -(1 << 62)),
        ],
    )
    def test_value_that_a_service_never_writes_is_rejected_with_its_path(
        self, populated: ServiceClient, table: str, column: str, value: object
    ) -> None:
        text = changed(
            populated.service.snapshot(), lambda s: s["tables"][table][0].update({column: value})
        )
        path = re.escape(f"$.tables.{table}[0].{column} must not be ")
        with pytest.raises(MemsyConfigurationError, match=path):
            LocalService.from_snapshot(text)

    def test_counter_below_an_existing_id_is_rejected(self, populated: ServiceClient) -> None:
        """The next event would get the id of another event."""
        text = changed(
            populated.service.snapshot(), lambda s: s["tables"]["counter"][0].update(value=2)
        )
        changed_id = text.replace("01K00000000000000000000002", "01K00000000000000000000009")
        with pytest.raises(MemsyConfigurationError, match=r"counter\[0\]\.value must not be 2"):
            LocalService.from_snapshot(changed_id)

    def test_message_shows_the_start_of_a_long_value(self, service: LocalService) -> None:
        text = changed(
            service.snapshot(), lambda s: s["tables"]["keys"][0].update(created_at="x" * 10_000)
        )
        with pytest.raises(MemsyConfigurationError, match="created_at must not be 'xxx") as excinfo:
            LocalService.from_snapshot(text)
        assert len(str(excinfo.value)) < 500

    def test_file_with_content_is_rejected_unchanged(
        self, populated: ServiceClient, tmp_path: Path, clock: Clock
    ) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            ServiceClient(service).ingest("mine")
            before = service.snapshot()
        with pytest.raises(MemsyConfigurationError, match=r"memsy\.db' is not empty"):
            LocalService.from_snapshot(populated.service.snapshot(), path=path)
        with LocalService(path, clock=clock) as service:
            assert service.snapshot() == before

    def test_empty_api_key_is_rejected(self, service: LocalService, tmp_path: Path) -> None:
        path = tmp_path / "memsy.db"
        with pytest.raises(MemsyConfigurationError, match="api_key"):
            LocalService.from_snapshot(service.snapshot(), path=path, api_key="")
        assert not path.exists()


WORDS = st.sampled_from(["tea", "coffee", "water at four", "Чай", "a\tb\n", "'; DROP TABLE x"])
STEPS = st.one_of(
    st.tuples(st.just("ingest"), WORDS, st.sampled_from([None, "r", "s"])),
    st.tuples(st.just("search"), WORDS, st.none()),
    st.tuples(st.just("advance"), st.integers(0, 100), st.none()),
    st.tuples(st.sampled_from(["archive", "decay", "promote", "process"]), WORDS, st.none()),
)


def run_step(api: ServiceClient, clock: Clock, name: str, value: Any, role_id: str | None) -> None:  # noqa: ANN401
    """Perform one random step; a step without a suitable memory does nothing."""
    service = api.service
    oldest = next(
        (m for m in service.memories if m.status == "active" and m.level == "actor"), None
    )
    if name == "ingest":
        api.ingest(value, **({} if role_id is None else {"role_id": role_id}))
    elif name == "search":
        api.search_texts(value)
    elif name == "advance":
        clock.advance(value)
    elif name == "process":
        service.process(1)
    elif oldest is not None:
        operations: dict[str, Callable[[str], object]] = {
            "archive": service.archive,
            "decay": service.decay,
            "promote": service.promote,
        }
        operations[name](oldest.memory_id)


@given(st.lists(STEPS, max_size=12), st.sampled_from([0.0, 30.0]), st.lists(STEPS, max_size=4))
def test_restored_service_behaves_like_the_original(
    before: list[tuple[str, Any, str | None]],
    delay: float,
    after: list[tuple[str, Any, str | None]],
) -> None:
    """Random steps before and after the snapshot have equal effects on both services."""
    config, clock = ServiceConfig(process_delay=delay), Clock()
    with LocalService(clock=clock, config=config) as service:
        for name, value, role_id in before:
            run_step(ServiceClient(service), clock, name, value, role_id)
        text, later = service.snapshot(), Clock(clock.now)
        with LocalService.from_snapshot(text, config=config, clock=later) as restored:
            assert restored.snapshot() == text
            for name, value, role_id in after:
                run_step(ServiceClient(service), clock, name, value, role_id)
                run_step(ServiceClient(restored), later, name, value, role_id)
            assert restored.snapshot() == service.snapshot()
            assert ServiceClient(restored).search("tea water") == ServiceClient(service).search(
                "tea water"
            )
