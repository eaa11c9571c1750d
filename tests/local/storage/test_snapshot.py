"""Snapshots: a service as a text, and another one that goes on where it was."""

from __future__ import annotations

import json
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
def full(ask: ServiceClient, clock: Clock) -> ServiceClient:
    """Somebody whose service has a row in every table."""
    service = ask.service
    ask.ingest("tea at four", "coffee at five", role_id="r", metadata='{"a": 1}', ts="2026-04-01")
    service.archive(service.memories[0].memory_id)
    clock.advance(1.5)
    ask.found("coffee")
    ask.post("/v1/roles", {"org_id": "org_local", "name": "Pilots", "focus": "flying"})
    ask.post("/api/interest/pro", {"name": "Ann", "email": "ann@example.invalid"})
    made = ask.post("/api/connectors/github/connect").body
    service.connectors.authorize(made["connector_id"])
    offered = [ResourceSelection("1", "repository", "one")]
    service.connectors.offer(made["connector_id"], offered)
    ask.put(
        f"/api/connectors/{made['connector_id']}/resources",
        {"resources": [{"external_id": "1", "resource_type": "repository", "name": "one"}]},
    )
    return ask


def changed(text: str, change: Change) -> str:
    said = json.loads(text)
    change(said)
    return json.dumps(said)


@pytest.fixture
def restored() -> Iterator[Callable[[LocalService], ServiceClient]]:
    """What makes a service of the snapshot of another one."""
    services = list[LocalService]()

    def restore(service: LocalService) -> ServiceClient:
        services.append(LocalService.from_snapshot(service.snapshot()))
        return ServiceClient(services[-1])

    yield restore
    for service in services:
        service.close()


Restored = Callable[[LocalService], ServiceClient]


class TestText:
    """What it says."""

    def test_it_says_what_it_is(self, service: LocalService) -> None:
        said = json.loads(service.snapshot())
        assert said["format"] == "memsy snapshot"
        assert isinstance(said["version"], int)
        assert said["taken_at"] == "2026-04-14T03:08:00Z"

    def test_it_has_all_that_is_known(self, full: ServiceClient) -> None:
        tables = json.loads(full.service.snapshot())["tables"]
        assert all(tables.values()), [name for name, rows in tables.items() if not rows]
        assert [event["content"] for event in tables["events"]] == ["tea at four", "coffee at five"]
        assert [memory["status"] for memory in tables["memories"]] == ["archived", *["active"] * 3]

    def test_nothing_of_the_index_is_in_it(self, full: ServiceClient) -> None:
        assert not [
            name for name in json.loads(full.service.snapshot())["tables"] if "index" in name
        ]

    def test_it_can_be_read_line_by_line(self, full: ServiceClient) -> None:
        lines = [line.strip() for line in full.service.snapshot().splitlines()]
        assert '"content": "tea at four",' in lines

    def test_any_script_stands_there_as_it_was_written(self, ask: ServiceClient) -> None:
        ask.ingest("Чай в четыре, 茶")
        assert "Чай в четыре, 茶" in ask.service.snapshot()

    def test_it_is_the_same_as_long_as_nothing_changes(self, full: ServiceClient) -> None:
        before = full.service.snapshot()
        assert full.service.snapshot() == before
        full.found("coffee")
        assert full.service.snapshot() != before

    def test_no_key_is_in_it(self, clock: Clock) -> None:
        with LocalService(clock=clock, api_key="msy_very_secret_indeed") as service:
            ask = ServiceClient(service)
            made = ask.post("/api/keys", {"name": "ci", "scopes": ["read"]}).body
            keys = [
                service.api_key,
                service.issue_key("one"),
                service.sign_in(Member("user_ann")),
                made["raw_key"],
            ]
            ask.post(
                "/api/connectors/s3/configure",
                {
                    "bucket": "b",
                    "region": "eu",
                    "access_key_id": "AKIA",
                    "secret_access_key": "do-not-tell",
                },
            )
            text = service.snapshot()
        for key in keys:
            assert key not in text
            assert key[len(key) // 2 :] not in text
        assert "do-not-tell" not in text

    def test_what_is_due_is_done_before(self, clock: Clock) -> None:
        with LocalService(clock=clock, config=ServiceConfig(process_delay=5.0)) as service:
            ServiceClient(service).ingest("tea")
            clock.advance(5)
            (event,) = json.loads(service.snapshot())["tables"]["events"]
        assert event["state"] == "completed"


class TestRestoring:
    """A service that goes on where the other one was."""

    def test_a_snapshot_of_it_is_the_same(self, full: ServiceClient, restored: Restored) -> None:
        assert restored(full.service).service.snapshot() == full.service.snapshot()

    def test_it_knows_the_same(self, full: ServiceClient, restored: Restored) -> None:
        twin = restored(full.service)
        assert twin.service.events == full.service.events
        assert twin.service.memories == full.service.memories
        for path in ("/v1/roles?org_id=org_local", "/v1/actors", "/api/connectors", "/api/keys"):
            assert twin.get(path) == full.get(path)

    def test_it_finds_the_same(self, full: ServiceClient, restored: Restored) -> None:
        twin = restored(full.service)
        for fields in ({}, {"role_ids": ["r"]}, {"actor_id": "lovell"}, {"session_id": "x"}):
            assert twin.search("tea or coffee", **fields) == full.search("tea or coffee", **fields)

    def test_its_clock_begins_when_the_snapshot_was_taken(
        self, full: ServiceClient, clock: Clock, restored: Restored
    ) -> None:
        twin = restored(full.service)
        assert twin.service.clock.time() == clock.time()
        assert isinstance(twin.service.clock, Clock)
        twin.service.clock.advance(60)
        assert twin.service.clock.time() == clock.time() + 60

    def test_it_may_have_a_clock_and_rules_of_its_own(self, full: ServiceClient) -> None:
        clock, config = Clock(), ServiceConfig(plan="pro")
        with LocalService.from_snapshot(
            full.service.snapshot(), clock=clock, config=config
        ) as twin:
            assert twin.clock is clock
            assert ServiceClient(twin).get("/api/me").body["tier"] == "pro"

    def test_ids_do_not_repeat(self, full: ServiceClient, restored: Restored) -> None:
        twin = restored(full.service)
        before = {event.event_id for event in full.service.events}
        assert not before.intersection(twin.ingest("something new", "something else"))
        assert len(twin.service.events) == 4

    def test_ids_may_be_made_in_another_way(self, full: ServiceClient) -> None:
        text = full.service.snapshot()
        with LocalService.from_snapshot(text, ids=lambda number: f"id-{number}") as twin:
            (event_id,) = ServiceClient(twin).ingest("something new")
        assert event_id.startswith("id-")

    def test_the_window_goes_on(self, ask: ServiceClient, clock: Clock, restored: Restored) -> None:
        first = ask.ingest("Roger.")
        clock.advance(50)
        twin = restored(ask.service)
        assert twin.ingest("Roger.") == first
        assert isinstance(twin.service.clock, Clock)
        twin.service.clock.advance(11)
        assert twin.ingest("Roger.") != first

    def test_what_is_pending_gets_due(self, clock: Clock) -> None:
        config = ServiceConfig(process_delay=10.0)
        with LocalService(clock=clock, config=config) as service:
            ServiceClient(service).ingest("tea")
            clock.advance(4)
            text = service.snapshot()
        later = Clock(clock.now)
        with LocalService.from_snapshot(text, clock=later) as twin:
            for seconds, found in ((5.9, []), (0.1, ["tea"])):
                later.advance(seconds)
                assert ServiceClient(twin).found("tea") == found

    def test_what_waits_for_a_hand_still_does(self, clock: Clock) -> None:
        config = ServiceConfig(processing="manual")
        with LocalService(clock=clock, config=config) as service:
            ServiceClient(service).ingest("tea", "coffee")
            service.fail(service.events[0].event_id)
            text = service.snapshot()
        with LocalService.from_snapshot(text, config=config) as twin:
            assert twin.process() == 1
            assert [event.state for event in twin.events] == ["failed", "completed"]

    def test_what_was_used_counts(self, full: ServiceClient, restored: Restored) -> None:
        before = full.get("/v1/health").headers
        # The reading of it was one more call.
        assert restored(full.service).get("/v1/health").headers["x-usage-eventsingested"] == "2"
        assert before["x-usage-searchqueries"] == "1"
        assert restored(full.service).get("/v1/health").headers["x-usage-searchqueries"] == "1"

    def test_issued_keys_are_good_and_others_are_not(
        self, service: LocalService, restored: Restored
    ) -> None:
        issued = service.issue_key(scopes=["read"])
        twin = restored(service).service
        assert ServiceClient(twin, issued).get("/v1/health").status == 200
        assert ServiceClient(twin, "msy_wrong").get("/v1/health").status == 401

    def test_another_key_takes_the_place_of_its_own(self, service: LocalService) -> None:
        with LocalService.from_snapshot(service.snapshot(), api_key="msy_new") as twin:
            assert ServiceClient(twin).get("/v1/health").status == 200
            assert ServiceClient(twin, "msy_local").get("/v1/health").status == 401

    def test_a_connector_is_as_it_was(self, full: ServiceClient, restored: Restored) -> None:
        twin = restored(full.service)
        (connector,) = twin.get("/api/connectors").body
        assert connector["status"] == "active"
        resources = f"/api/connectors/{connector['id']}/resources"
        assert twin.get(resources).body == full.get(resources).body

    def test_the_order_of_what_has_no_time_is_kept(
        self, ask: ServiceClient, restored: Restored
    ) -> None:
        """Keys and roles of the same moment are listed in the order in which they came."""
        for name in ("zoe", "ann", "mia"):
            ask.post("/v1/roles", {"org_id": "org_local", "name": name, "focus": "x"})
        ids = [role["role_id"] for role in ask.get("/v1/roles", org_id="org_local").body]
        ask.service.issue_key("ci")
        twin = restored(ask.service)
        names = [key["name"] for key in twin.get("/api/keys").body["keys"]]
        assert names == ["local", "ci"]
        assert [r["role_id"] for r in twin.get("/v1/roles", org_id="org_local").body] == ids

    def test_neither_changes_with_the_other(self, full: ServiceClient, restored: Restored) -> None:
        twin = restored(full.service)
        before = full.service.snapshot()
        twin.ingest("something new")
        assert full.service.snapshot() == before

    def test_it_can_go_on_in_a_file(self, full: ServiceClient, tmp_path: Path) -> None:
        path, text = tmp_path / "memsy.db", full.service.snapshot()
        with LocalService.from_snapshot(text, path=path) as twin:
            assert twin.snapshot() == text
        with LocalService(path, clock=full.service.clock) as reopened:
            assert reopened.snapshot() == text
            assert ServiceClient(reopened).found("coffee") == ["coffee at five"]


class TestRefusal:
    """What is no snapshot becomes no service, not even a part of one."""

    @pytest.mark.parametrize(
        "text", ["", "tea", "null", "[]", "{}", "1", '{"format": "other"}', "[" * 100_000, "\x00"]
    )
    def test_anything_else_is_no_snapshot(self, text: str) -> None:
        with pytest.raises(MemsyConfigurationError, match="this is no snapshot"):
            LocalService.from_snapshot(text)

    @pytest.mark.parametrize("version", [0, 2, 1_000, "3", None])
    def test_another_version_is_refused_by_its_number(
        self, service: LocalService, version: object
    ) -> None:
        text = changed(service.snapshot(), lambda said: said.update(version=version))
        with pytest.raises(MemsyConfigurationError, match=f"it has version {version!r}, not"):
            LocalService.from_snapshot(text)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda s: s.pop("taken_at"), "it has to have format, version, taken_at, tables"),
            (lambda s: s.update(more=1), "and nothing else"),
            (lambda s: s.update(tables=[]), "it has to have"),
            (lambda s: s.update(taken_at="noon"), "taken_at has to be a moment"),
            (lambda s: s.update(taken_at=None), "taken_at has to be a moment"),
            (lambda s: s["tables"].pop("usage"), "its tables have to be counter, keys"),
            (lambda s: s["tables"].update(sqlite_master=[]), "its tables have to be"),
            (lambda s: s["tables"].update(events=None), "tables.events has to be a list"),
            (lambda s: s["tables"]["events"].append("tea"), r"events\[2\] has to have"),
            (lambda s: s["tables"]["events"][1].pop("ts"), r"events\[1\] has to have"),
            (lambda s: s["tables"]["events"][1].update(x=1), r"events\[1\] has to have"),
            (lambda s: s["tables"]["events"][0].update(ts="noon"), r"events\[0\]\.ts cannot be"),
            (lambda s: s["tables"]["events"][0].update(ts=True), r"events\[0\]\.ts cannot be"),
            (lambda s: s["tables"]["events"][0].update(ts=1.5), r"events\[0\]\.ts cannot be"),
            (lambda s: s["tables"]["events"][0].update(ts=None), r"events\[0\]\.ts cannot be"),
            (lambda s: s["tables"]["events"][0].update(seq=None), r"\.seq cannot be None"),
            (lambda s: s["tables"]["events"][0].update(ts=1 << 64), "no database can hold"),
            (lambda s: s["tables"]["events"][0].update(content="\ud800"), "no database can hold"),
            (lambda s: s["tables"]["events"][0].update(fingerprint="xyz"), "hexadecimal"),
            (lambda s: s["tables"]["events"][0].update(state="lost"), "rows of events contradict"),
            (lambda s: s["tables"]["events"].append(s["tables"]["events"][0]), "the same id"),
            (lambda s: s["tables"]["events"].pop(), "rows of memories contradict"),
            (lambda s: s["tables"]["memories"][0].update(status="x"), "rows of memories"),
            (lambda s: s["tables"]["memories"][0].update(strength=float("nan")), "cannot be nan"),
            (lambda s: s["tables"]["memories"][0].update(strength=float("inf")), "cannot be inf"),
            (lambda s: s["tables"]["members"].clear(), "rows of keys contradict"),
            (lambda s: s["tables"]["keys"][0].update(scopes="all"), "rows of keys contradict"),
            (lambda s: s["tables"]["counter"].clear(), "rows of counter contradict"),
        ],
    )
    def test_rows_that_do_not_fit_are_refused_by_their_place(
        self, full: ServiceClient, tmp_path: Path, change: Change, reason: str
    ) -> None:
        """And leave no file behind."""
        text = changed(full.service.snapshot(), change)
        for path in (None, tmp_path / "memsy.db"):
            with pytest.raises(MemsyConfigurationError, match=reason):
                LocalService.from_snapshot(text, path=path)
        assert list(tmp_path.iterdir()) == []

    def test_a_file_with_a_service_in_it_is_left_alone(
        self, full: ServiceClient, tmp_path: Path, clock: Clock
    ) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            ServiceClient(service).ingest("mine")
            before = service.snapshot()
        with pytest.raises(MemsyConfigurationError, match=r"memsy\.db' has something in it"):
            LocalService.from_snapshot(full.service.snapshot(), path=path)
        with LocalService(path, clock=clock) as service:
            assert service.snapshot() == before

    def test_an_empty_key_would_let_anybody_in(self, service: LocalService, tmp_path: Path) -> None:
        path = tmp_path / "memsy.db"
        with pytest.raises(MemsyConfigurationError, match="api_key"):
            LocalService.from_snapshot(service.snapshot(), path=path, api_key="")
        assert not path.exists()


WORDS = st.sampled_from(["tea", "coffee", "water at four", "Чай", "a\tb\n", "'; DROP TABLE x"])
ACTS = st.one_of(
    st.tuples(st.just("ingest"), WORDS, st.sampled_from([None, "r", "s"])),
    st.tuples(st.just("search"), WORDS, st.none()),
    st.tuples(st.just("advance"), st.integers(0, 100), st.none()),
    st.tuples(st.sampled_from(["archive", "decay", "promote", "process"]), WORDS, st.none()),
)


def act(ask: ServiceClient, clock: Clock, name: str, what: Any, role_id: str | None) -> None:  # noqa: ANN401
    """Let something happen, if it can."""
    service = ask.service
    oldest = next(
        (m for m in service.memories if m.status == "active" and m.level == "actor"), None
    )
    if name == "ingest":
        ask.ingest(what, **({} if role_id is None else {"role_id": role_id}))
    elif name == "search":
        ask.found(what)
    elif name == "advance":
        clock.advance(what)
    elif name == "process":
        service.process(1)
    elif oldest is not None:
        act_on: dict[str, Callable[[str], object]] = {
            "archive": service.archive,
            "decay": service.decay,
            "promote": service.promote,
        }
        act_on[name](oldest.memory_id)


@given(st.lists(ACTS, max_size=12), st.sampled_from([0.0, 30.0]), st.lists(ACTS, max_size=4))
def test_whatever_happened_and_happens_the_two_are_alike(
    before: list[tuple[str, Any, str | None]],
    delay: float,
    after: list[tuple[str, Any, str | None]],
) -> None:
    """The model of a restored service is the service itself."""
    config, clock = ServiceConfig(process_delay=delay), Clock()
    with LocalService(clock=clock, config=config) as service:
        for name, what, role_id in before:
            act(ServiceClient(service), clock, name, what, role_id)
        text, later = service.snapshot(), Clock(clock.now)
        with LocalService.from_snapshot(text, config=config, clock=later) as twin:
            assert twin.snapshot() == text
            for name, what, role_id in after:
                act(ServiceClient(service), clock, name, what, role_id)
                act(ServiceClient(twin), later, name, what, role_id)
            assert twin.snapshot() == service.snapshot()
            assert ServiceClient(twin).search("tea water") == ServiceClient(service).search(
                "tea water"
            )
