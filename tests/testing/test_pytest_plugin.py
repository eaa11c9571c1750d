"""Tests of the pytest plugin: fixtures, the marker `memsy`, failure reports."""

from __future__ import annotations

import unittest
from textwrap import dedent

import pytest

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    EventPayload,
    MemsyClient,
    MemsyControlClient,
)
from memsy.testing import (
    Clock,
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalServer,
    LocalService,
)
from tests.testing.suites import Suite

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")


def test_fixtures_have_their_types_and_share_a_service(
    memsy_clock: Clock,
    memsy_service: LocalService,
    memsy_client: FakeMemsyClient,
    async_memsy_client: FakeAsyncMemsyClient,
    memsy_control: FakeMemsyControlClient,
    async_memsy_control: FakeAsyncMemsyControlClient,
) -> None:
    assert isinstance(memsy_client, MemsyClient)
    assert isinstance(async_memsy_client, AsyncMemsyClient)
    assert isinstance(memsy_control, MemsyControlClient)
    assert isinstance(async_memsy_control, AsyncMemsyControlClient)
    fakes = (memsy_client, async_memsy_client, memsy_control, async_memsy_control)
    assert {fake.service for fake in fakes} == {memsy_service}
    assert memsy_service.clock is memsy_clock


def test_server_fixture_serves_the_service(
    memsy_server: LocalServer, memsy_client: FakeMemsyClient
) -> None:
    memsy_client.ingest([TEA])
    with MemsyClient(memsy_server.base_url, memsy_server.api_key) as memsy:
        assert [result.content for result in memsy.search("tea").results] == ["I like tea"]


def test_clock_fixture_is_the_clock_of_the_fakes(
    memsy_clock: Clock, memsy_client: FakeMemsyClient
) -> None:
    memsy_client.service.faults.fail_next("search", 503)
    before = memsy_clock.now
    memsy_client.search("tea")
    assert memsy_clock.now > before


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_has_its_own_service(memsy_client: FakeMemsyClient, run: int) -> None:
    memsy_client.ingest([TEA])
    assert len(memsy_client.service.events) == len(memsy_client.calls) == 1


@pytest.mark.memsy(events=[TEA], plan="pro", processing="manual", limits={"api_calls": 3})
def test_marker_sets_up_the_service(memsy_client: FakeMemsyClient) -> None:
    service = memsy_client.service
    assert [(event.content, event.state) for event in service.events] == [("I like tea", "pending")]
    assert (service.config.plan, service.config.limits) == ("pro", {"api_calls": 3})
    assert len(memsy_client.calls) == 0


@pytest.mark.memsy(plan="pro", max_keys=3)
class TestSeveralMarks:
    @pytest.mark.memsy(max_keys=7)
    def test_nearest_mark_wins_for_each_argument(self, memsy_service: LocalService) -> None:
        assert (memsy_service.config.plan, memsy_service.config.max_keys) == ("pro", 7)

    @pytest.mark.memsy(events=[TEA])
    def test_other_arguments_keep_their_defaults(self, memsy_service: LocalService) -> None:
        assert (memsy_service.config.max_keys, memsy_service.config.max_orgs) == (3, 10)
        assert len(memsy_service.events) == 1


def test_module_mark_applies_to_all_tests_of_the_module(suite: Suite) -> None:
    code = """
        pytestmark = pytest.mark.memsy(plan="pro", max_keys=3)

        @pytest.mark.memsy(max_keys=4)
        class TestMarked:
            def test_marked(self, memsy_service):
                assert (memsy_service.config.plan, memsy_service.config.max_keys) == ("pro", 4)

        def test_other(memsy_service):
            assert (memsy_service.config.plan, memsy_service.config.max_keys) == ("pro", 3)
    """
    suite.run(code).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("plann='pro'", "has no argument 'plann': use events, org_id, plan, pro_only, limits,"),
        (
            "processing='later'",
            "processing='later': 'processing' must be in ('immediate', 'manual')",
        ),
        ("limits={'tea': 3}", "unknown dimension: tea; choose from api_calls, events_ingested"),
        ("limits=3", "limits=3: "),
        ("max_keys=-1", "max_keys=-1: 'max_keys' must be >= 0: -1"),
        ("plan=3", "plan=3: "),
        ("gateway_auth='no'", "gateway_auth='no': "),
        ("events=TEA", "events must be a list of EventPayload, got EventPayload"),
        ("events=(TEA for _ in '12')", "events must be a list of EventPayload, got generator"),
        ("events=[TEA, 'tea']", "events[1] must be an EventPayload, got str"),
        (
            "events=[TEA, EventPayload('ann', '', 'user_message', 'x')]",
            "the service rejects events[1].session_id: String should have at least 1 char",
        ),
        (
            r"events=[TEA, EventPayload('ann', 's', 'user_message', '\ud83d')]",
            "the service rejects seed: events[1].content cannot be encoded as JSON",
        ),
        ("[TEA]", "takes keyword arguments only, got [EventPayload("),
    ],
)
def test_unusable_marker_argument_is_an_error_of_the_test(
    suite: Suite, arguments: str, message: str
) -> None:
    """The error starts with the test, takes one line and has no traceback."""
    code = f"@pytest.mark.memsy({arguments})\ndef test_marked(memsy_client): ...\n"
    result = suite.run(code + "def test_other(memsy_client): ...")
    result.assert_outcomes(errors=1, passed=1)
    (line,) = (line for line in result.outlines if line.startswith("test_module.py::test_marked: "))
    assert message in line
    assert "During handling" not in result.stdout.str()


OVERRIDES = {
    "new-service": """
        @pytest.fixture
        def memsy_service():
            with LocalService(config=ServiceConfig(plan="pro", max_keys=2)) as service:
                yield service
    """,
    "changed-default": """
        @pytest.fixture
        def memsy_service(memsy_service):
            memsy_service.config = ServiceConfig(plan="pro", max_keys=2)
            return memsy_service
    """,
    "parametrized": """
        @pytest.fixture(params=["pro"])
        def memsy_service(request):
            config = ServiceConfig(plan=request.param, max_keys=2)
            with LocalService(config=config) as service:
                yield service
    """,
    **{
        scope: f"""
        @pytest.fixture(scope="{scope}")
        def memsy_service():
            config = ServiceConfig(plan="pro", max_keys=2)
            with LocalService(config=config) as service:
                yield service
                assert service.config == config
    """
        for scope in ("class", "module", "package", "session")
    },
    "changed-session": """
        @pytest.fixture(scope="session")
        def shared_service():
            with LocalService() as service:
                yield service

        @pytest.fixture
        def memsy_service(shared_service):
            shared_service.config = ServiceConfig(plan="pro", max_keys=2)
            return shared_service
    """,
}


@pytest.mark.parametrize("override", OVERRIDES)
def test_marker_sets_up_an_overridden_service(suite: Suite, override: str) -> None:
    """The settings of the fixture remain, unless the mark names them."""
    suite.project.makeconftest(
        "import pytest\nfrom memsy.testing import LocalService, ServiceConfig\n"
        + dedent(OVERRIDES[override])
    )
    code = """
        @pytest.fixture
        def texts_at_start(memsy_service):
            return [event.content for event in memsy_service.events]

        @pytest.mark.memsy(events=[TEA], max_keys=7, org_id="org_tea")
        def test_marked(texts_at_start, memsy_client, memsy_control):
            config = memsy_client.service.config
            assert (config.plan, config.max_keys) == ("pro", 7)
            assert texts_at_start == ["I like tea"]
            assert memsy_client.search("tea").results
            assert memsy_control.me().org_id == "org_tea"

        @pytest.mark.memsy(events=[TEA], max_keys=3)
        def test_only_the_service(memsy_service):
            assert memsy_service.config.max_keys == 3
            memsy_service.reset()
            assert [event.content for event in memsy_service.events] == ["I like tea"]

        def test_not_marked(memsy_client, memsy_control):
            assert memsy_client.service.config.max_keys == 2
            memsy_client.service.reset()
            assert memsy_client.service.events == []
            assert memsy_control.me().org_id == "org_local"
    """
    suite.run(code).assert_outcomes(passed=3)


@pytest.mark.memsy(max_keys=4)
def test_marker_sets_up_a_service_that_is_requested_by_name(request: pytest.FixtureRequest) -> None:
    memsy: FakeMemsyClient = request.getfixturevalue("memsy_client")
    assert memsy.service.config.max_keys == 4


def test_marker_on_a_service_of_another_type_is_an_error(suite: Suite) -> None:
    code = """
        import unittest.mock

        @pytest.fixture
        def memsy_service():
            return unittest.mock.Mock()

        @pytest.mark.memsy(plan="pro")
        def test_marked(memsy_service): ...

        def test_not_marked(memsy_service): ...
    """
    result = suite.run(code)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(
        ["test_module.py::test_marked: *memsy_service: the fixture returns a Mock, not a LocalS*"]
    )


@pytest.mark.memsy(events=[TEA])
def test_reset_keeps_the_events_of_the_marker(memsy_client: FakeMemsyClient) -> None:
    memsy_client.ingest([EventPayload("bob", "chat-2", "app_event", "it rains")])
    memsy_client.service.reset()
    assert [event.content for event in memsy_client.service.events] == ["I like tea"]


@pytest.mark.parametrize(
    "limit", [pytest.param(3, marks=pytest.mark.memsy(max_keys=3)), 20], ids=["marked", "default"]
)
def test_mark_of_one_parameter_applies_to_its_test(memsy_service: LocalService, limit: int) -> None:
    assert memsy_service.config.max_keys == limit


@pytest.mark.memsy(plan="pro", events=[TEA])
@pytest.mark.usefixtures("hand_over_client")
class UnittestSuiteTest(unittest.TestCase):
    """A `unittest.TestCase` gets its fixtures by name."""

    memsy: FakeMemsyClient

    @pytest.fixture
    def hand_over_client(self, memsy_client: FakeMemsyClient) -> None:
        self.memsy = memsy_client

    def test_marker_sets_up_the_service(self) -> None:
        self.assertEqual(self.memsy.service.config.plan, "pro")  # noqa: PT009
        self.assertEqual(len(self.memsy.service.events), 1)  # noqa: PT009


def test_doctest_gets_the_fixtures(suite: Suite) -> None:
    """A doctest has no marks."""
    code = """
        def search():
            \"\"\"
            >>> getfixture("memsy_client").search("tea").results
            []
            \"\"\"
    """
    suite.run(code, "--doctest-modules").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("option", "outcomes"),
    [("--setup-show", {"passed": 1}), ("--setup-only", {}), ("--setup-plan", {})],
)
def test_marker_works_with_setup_options(
    suite: Suite, option: str, outcomes: dict[str, int]
) -> None:
    code = """
        @pytest.fixture(scope="session")
        def memsy_service():
            with LocalService() as service:
                yield service

        @pytest.mark.memsy(events=[TEA])
        def test_marked(memsy_client):
            assert len(memsy_client.service.events) == 1
    """
    result = suite.run(code, option)
    result.assert_outcomes(**outcomes)
    assert result.ret == pytest.ExitCode.OK


UNUSED_MARKS = {
    "test": """
        @pytest.mark.memsy(plan="pro")
        def test_marked(tmp_path): ...
    """,
    "test-with-its-own-fake": """
        from memsy.testing import FakeMemsyClient

        @pytest.mark.memsy(plan="pro")
        def test_marked():
            assert FakeMemsyClient().service.config.plan == "free"
    """,
    "test-with-the-clock": """
        @pytest.mark.memsy(plan="pro")
        def test_marked(memsy_clock): ...
    """,
    "parameter": """
        @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.memsy(plan="pro"))])
        def test_marked(n): ...
    """,
    "class": """
        @pytest.mark.memsy(plan="pro")
        class TestMarked:
            def test_marked(self): ...
            def test_next(self): ...

        def test_other(memsy_client): ...
    """,
    "module": """
        pytestmark = pytest.mark.memsy(plan="pro")

        def test_marked(): ...
        def test_next(): ...
    """,
    "unittest": """
        import unittest

        @pytest.mark.memsy(plan="pro")
        class MarkedTest(unittest.TestCase):
            def test_marked(self): ...
    """,
}


@pytest.mark.parametrize("place", UNUSED_MARKS)
def test_mark_without_an_effect_gives_one_warning(suite: Suite, place: str) -> None:
    result = suite.run(UNUSED_MARKS[place], "-Wdefault")
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes()["warnings"] == 1
    result.stdout.fnmatch_lines(
        ["*MemsyMarkerWarning: @pytest.mark.memsy has no effect: *of a memsy fixture: use a*"]
    )


@pytest.mark.slow
def test_marker_and_warning_work_in_xdist_workers(suite: Suite) -> None:
    suite.project.makeconftest(
        "import pytest\nfrom memsy.testing import LocalService, ServiceConfig\n"
        + dedent(OVERRIDES["session"])
    )
    code = """
        @pytest.mark.parametrize("n", range(4))
        @pytest.mark.memsy(max_keys=7)
        def test_marked(memsy_client, n):
            assert memsy_client.service.config.max_keys == 7

        @pytest.mark.memsy(max_keys=7)
        def test_unused(): ...
    """
    result = suite.run_in_subprocess(code, "-n2", "-Wdefault", plugins=("xdist",))
    result.assert_outcomes(passed=5, warnings=1)
    result.stdout.fnmatch_lines(["*MemsyMarkerWarning: @pytest.mark.memsy has no effect: *"])


def test_warning_about_a_mark_fails_the_test_if_warnings_are_errors(suite: Suite) -> None:
    result = suite.run(UNUSED_MARKS["test"] + "\n        def test_next(): ...")
    result.assert_outcomes(failed=1, passed=1)
    option = "-Wignore::memsy.testing.pytest_plugin.MemsyMarkerWarning"
    suite.run(UNUSED_MARKS["test"], option).assert_outcomes(passed=1)


USED_MARKS = """
    @pytest.mark.memsy(plan="pro")
    class TestMarked:
        def test_other(self): ...

        def test_uses_the_service(self, memsy_client): ...

    @pytest.mark.memsy(plan="pro")
    class TestDynamic:
        def test_uses_the_service(self, request):
            request.getfixturevalue("memsy_client")

    @pytest.mark.memsy(plan="pro")
    def test_skipped():
        pytest.skip("not today")
"""


@pytest.mark.parametrize(
    "selection", [(), ("-kother",), ("test_module.py::TestMarked::test_other",)]
)
def test_mark_of_a_class_with_one_test_that_uses_it_gives_no_warning(
    suite: Suite, selection: tuple[str, ...]
) -> None:
    result = suite.run(USED_MARKS, *selection)
    assert result.ret == pytest.ExitCode.OK


def test_mark_on_a_fixture_is_reported_by_pytest(suite: Suite) -> None:
    code = """
        @pytest.mark.memsy(plan="pro")
        @pytest.fixture
        def marked(): ...

        def test_next(marked): ...
    """
    result = suite.run(code)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*Marks cannot be applied to fixtures*"])


def test_failure_report_shows_calls_events_and_memories(suite: Suite) -> None:
    code = """
        @pytest.mark.memsy(events=[TEA], processing="manual")
        def test_fails(memsy_client, memsy_control):
            memsy_client.search("coffee")
            memsy_client.service.process()
            memsy_client.ingest([EventPayload("bob", "chat-2", "app_event", "it rains")])
            memsy_control.me()
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "*- memsy -*",
            "Calls of memsy_client:",
            "  search('coffee') -> 0 results",
            "  ingest(1 event) -> 1 event id",
            "Calls of memsy_control:",
            "  me() -> MeResponse",
            "Events in memsy_service:",
            "  * completed: user_message of actor ann in session chat-1: 'I like tea'",
            "  * pending: app_event of actor bob in session chat-2: 'it rains'",
            "Memories in memsy_service:",
            "  * active: memory of actor ann: 'I like tea'",
        ],
        consecutive=True,
    )


def test_failure_report_shows_the_requests_to_a_server(suite: Suite) -> None:
    code = """
        def test_fails(memsy_server):
            with MemsyClient(memsy_server.base_url, memsy_server.api_key) as memsy:
                memsy.search("tea")
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "Requests to memsy_service:",
            "  <POST /v1/search -> 200>",
            "Events in memsy_service: none",
            "Memories in memsy_service: none",
        ],
        consecutive=True,
    )


def test_failure_report_includes_a_fake_of_the_test(suite: Suite) -> None:
    code = """
        from memsy import AuthenticationError
        from memsy.testing import FakeMemsyClient

        def test_fails(memsy_service):
            unauthorized = FakeMemsyClient(api_key="msy_no", service=memsy_service)
            with pytest.raises(AuthenticationError):
                unauthorized.search("tea")
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "*- memsy -*",
            "Calls of a FakeMemsyClient:",
            "  search('tea') -> AuthenticationError",
            "Events in memsy_service: none",
        ],
        consecutive=True,
    )


def test_failure_report_shows_requests_of_a_deleted_fake(suite: Suite) -> None:
    code = """
        import gc
        from memsy.testing import FakeMemsyClient

        def test_fails(memsy_client, memsy_service):
            memsy_client.search("tea")
            FakeMemsyClient(service=memsy_service).health()
            gc.collect()
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "Calls of memsy_client:",
            "  search('tea') -> 0 results",
            "Requests to memsy_service:",
            "  <POST /v1/search -> 200>",
            "  <GET /v1/health -> 200>",
        ],
        consecutive=True,
    )


def test_failure_report_includes_fakes_without_a_fixture(suite: Suite) -> None:
    code = """
        from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient

        def test_fails():
            memsy = FakeMemsyClient()
            other = FakeAsyncMemsyClient(service=memsy.service)
            memsy.ingest([TEA])
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "*- memsy -*",
            "Calls of a FakeMemsyClient:",
            "  ingest(1 event) -> 1 event id",
            "Calls of a FakeAsyncMemsyClient: none",
            "Events in the service of the fake:",
        ],
        consecutive=True,
    )


def test_failure_report_includes_copies_of_a_deleted_fake(suite: Suite) -> None:
    """A fake, its copies and the clients of `with_options` have one list of calls."""
    code = """
        import copy
        import gc
        from memsy.testing import FakeMemsyClient

        def test_fails():
            patient = FakeMemsyClient().with_options(timeout=90.0)
            clone = copy.copy(patient)
            gc.collect()
            clone.search("tea")
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "*- memsy -*",
            "Calls of a FakeMemsyClient:",
            "  search('tea') -> 0 results",
            "Events in the service of the fake: none",
        ],
        consecutive=True,
    )


def test_failure_report_lists_fakes_by_service(suite: Suite) -> None:
    code = """
        from memsy.testing import FakeMemsyClient

        def test_fails(memsy_client, memsy_service):
            unauthorized = FakeMemsyClient(api_key="msy_no", service=memsy_service)
            other = FakeMemsyClient()
            try:
                unauthorized.search("tea")
            except Exception:
                other.search("tea")
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "Calls of memsy_client: none",
            "Calls of a FakeMemsyClient:",
            "  search('tea') -> AuthenticationError",
            "Events in memsy_service: none",
            "Memories in memsy_service: none",
            "Calls of a FakeMemsyClient:",
            "  search('tea') -> 0 results",
            "Events in the service of the fake: none",
        ],
        consecutive=True,
    )


def test_failure_report_does_not_keep_a_fake_alive(suite: Suite) -> None:
    code = """
        import gc, weakref
        from memsy.testing import FakeMemsyClient

        def test_passes():
            fake = weakref.ref(FakeMemsyClient())
            gc.collect()
            assert fake() is None
    """
    suite.run(code).assert_outcomes(passed=1)


def test_failure_report_omits_requests_that_the_calls_show(suite: Suite) -> None:
    code = """
        def test_fails(memsy_client):
            memsy_client.search("tea")
            assert False
    """
    assert "Requests to memsy_service" not in suite.run(code).stdout.str()


def test_failure_report_covers_an_overridden_service_on_a_server(suite: Suite) -> None:
    code = """
        @pytest.fixture
        def memsy_service():
            with LocalService() as service:
                service.seed([TEA])
                yield service

        def test_fails(memsy_server):
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        ["Requests to memsy_service: none", "Events in memsy_service:"], consecutive=True
    )


def test_failure_report_escapes_line_breaks(suite: Suite) -> None:
    code = """
        def test_fails(memsy_client):
            memsy_client.ingest([EventPayload("a\\nn", "s", "app_event", "x")])
            assert False
    """
    suite.run(code).stdout.fnmatch_lines(
        ["  * completed: app_event of actor a\\nn in session s: 'x'"]
    )


def test_failure_in_a_fixture_teardown_has_a_report(suite: Suite) -> None:
    """The plugin closes the service after the report."""
    code = """
        services = []

        @pytest.fixture
        def expect_no_calls(memsy_client):
            services.append(memsy_client.service)
            yield
            assert not memsy_client.calls

        def test_passes(expect_no_calls, memsy_client):
            memsy_client.ingest([TEA])

        def test_next():
            with pytest.raises(Exception, match="used after close"):
                services[0].events
    """
    result = suite.run(code)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*- memsy -*", "  ingest(1 event) -> 1 event id"])
    result.stdout.fnmatch_lines(
        ["  * completed: user_message of actor ann in session chat-1: 'I like tea'"]
    )


def test_error_of_a_call_keeps_no_local_of_the_test_alive(suite: Suite) -> None:
    """The traceback of an error refers to the frames of the test, and so to their locals."""
    code = """
        import gc
        import weakref

        references = []

        class Local: ...

        @pytest.fixture(autouse=True, scope="module")
        def without_garbage_collector():
            gc.disable()
            yield
            gc.enable()

        def test_passes(memsy_client):
            local = Local()
            references.append(weakref.ref(local))
            memsy_client.service.faults.fail_next("search", 400)
            with pytest.raises(Exception, match="400"):
                memsy_client.search("tea")

        def test_next():
            assert references[0]() is None
    """
    suite.run(code).assert_outcomes(passed=2)


def test_failure_report_shows_20_items_of_120_characters(suite: Suite) -> None:
    """Each list shows its latest items, and each item its beginning."""
    code = """
        def test_fails(memsy_client):
            for n in range(50):
                tick = EventPayload("ann", "s", "app_event", f"{n} " + "tick " * 100)
                memsy_client.ingest([tick])
            assert False
    """
    result = suite.run(code)
    report = result.outlines[result.outlines.index("Calls of memsy_client:") :]
    assert report.count("  ... (30 earlier)") == 3
    assert len([line for line in report if line.startswith("  ingest")]) == 20
    assert any(": '49 tick" in line for line in report)
    assert not any(": '29 tick" in line for line in report)
    assert max(map(len, report)) <= 130


def test_failure_report_masks_secrets(suite: Suite) -> None:
    code = """
        def test_fails(memsy_control):
            memsy_control.connectors.configure_s3(
                access_key_id="AKIA", secret_access_key="hunter" + "2", region="eu", bucket="b"
            )
            raise LookupError
    """
    output = suite.run(code).stdout.str()
    assert "connectors.configure_s3(access_key_id='AKIA', secret_access_key='***'" in output
    assert "hunter2" not in output


def test_overridden_service_is_reported_and_not_closed(suite: Suite) -> None:
    code = """
        @pytest.fixture
        def memsy_service():
            with LocalService(api_key="msy_mine") as service:
                yield service
                assert len(service.events) == 1

        def test_fails(memsy_client):
            memsy_client.ingest([TEA])
            assert False
    """
    result = suite.run(code)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["  * completed: user_message of actor ann in session chat-1: 'I like tea'"]
    )


def test_failing_clock_is_named_in_the_report(suite: Suite) -> None:
    """The first test and the session go on."""
    code = """
        from memsy.testing import Clock, FakeMemsyClient

        class BrokenClock(Clock):
            error = None

            def time(self):
                if self.error is not None:
                    raise self.error
                return super().time()

        @pytest.fixture
        def memsy_clock():
            return BrokenClock()

        @pytest.mark.parametrize(
            "error", [OSError("no battery"), pytest.fail.Exception("never ask"), KeyError]
        )
        def test_fails(memsy_client, memsy_clock, error):
            memsy_client.search("tea")
            memsy_clock.error = error
            assert False

        def test_next(): ...
    """
    result = suite.run(code)
    result.assert_outcomes(failed=3, passed=1)
    for error in ("OSError: no battery", "Failed: never ask", "KeyError"):
        assert f"Events in memsy_service: not available: {error}" in result.outlines
        assert f"Memories in memsy_service: not available: {error}" in result.outlines
    assert result.outlines.count("  search('tea') -> 0 results") == 3


def test_closed_service_is_named_in_the_report(suite: Suite) -> None:
    code = """
        def test_fails(memsy_client):
            memsy_client.service.close()
            assert False
    """
    suite.run(code).stdout.fnmatch_lines(
        ["Events in memsy_service: not available: the service is closed"]
    )


BROKEN_FAKES = {
    "service-is-deleted": ("fake = FakeMemsyClient(); del fake.service", "the fake has no service"),
    "service-is-none": ("fake = FakeMemsyClient(); fake.service = None", "the fake has no service"),
    "service-is-a-mock": (
        "fake = FakeMemsyClient(); fake.service = unittest.mock.Mock()",
        "TypeError: 'Mock' object is not subscriptable",
    ),
    "attribute-fails": ("fake = BrokenFake(); fake.is_broken = True", "the fake has no service"),
}


@pytest.mark.parametrize("name", BROKEN_FAKES)
def test_broken_fake_does_not_end_the_session(suite: Suite, name: str) -> None:
    statements, reason = BROKEN_FAKES[name]
    code = f"""
        import unittest.mock
        from memsy.testing import FakeMemsyClient

        class BrokenFake(FakeMemsyClient):
            is_broken = False

            def __getattribute__(self, name):
                if name in ("calls", "service") and self.is_broken:
                    raise OSError
                return super().__getattribute__(name)

        def test_fails():
            {statements}
            assert False

        def test_next(): ...
    """
    result = suite.run(code)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["Calls of a *Fake*: none", f"*: not available: {reason}"])


def test_overridden_service_of_another_type_does_not_end_the_session(suite: Suite) -> None:
    code = """
        import unittest.mock

        @pytest.fixture(params=["no service", None, unittest.mock.Mock()], ids=str)
        def memsy_service(request):
            return request.param

        def test_fails(memsy_client): ...

        def test_fails_with_service(memsy_service):
            assert False

        def test_next(): ...
    """
    result = suite.run(code)
    assert "INTERNALERROR" not in result.stdout.str()
    assert result.parseoutcomes()["passed"] >= 1


def test_service_that_cannot_be_closed_is_named_in_the_report(suite: Suite) -> None:
    code = """
        @pytest.fixture
        def failing(memsy_client):
            def close():
                raise OSError("stuck")

            yield
            memsy_client.service.close = close
            assert False

        def test_passes(failing): ...

        def test_next(): ...
    """
    result = suite.run(code)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["memsy_service could not be closed: OSError: stuck"])


def test_failure_without_fakes_has_no_memsy_section(suite: Suite) -> None:
    output = suite.run("def test_fails():\n    assert False").stdout.str()
    assert "- memsy -" not in output


def test_marker_is_registered_with_a_description(suite: Suite) -> None:
    suite.run("", "--markers").stdout.fnmatch_lines(
        ["@pytest.mark.memsy(events=[[]...[]], **config): *"]
    )


USE_CLIENTS = """
async def use_clients(memsy, control, server):
    assert (await memsy.ingest([TEA])).event_ids
    assert (await control.events.list()).total == 1
    async with AsyncMemsyClient(server.base_url, server.api_key) as real:
        found = await real.search("tea")
    assert [result.content for result in found.results] == ["I like tea"]
"""

ASYNC_TEST = """{helper}
{mark}
async def test_fixtures(async_memsy_client, async_memsy_control, memsy_server):
    await use_clients(async_memsy_client, async_memsy_control, memsy_server)
"""

AIOHTTP_TEST = """
from aiohttp import web

async def test_an_application(aiohttp_client, async_memsy_client):
    async def chat(request):
        await async_memsy_client.ingest([TEA])
        return web.json_response(len((await async_memsy_client.search("tea")).results))

    app = web.Application()
    app.router.add_get("/", chat)
    browser = await aiohttp_client(app)
    assert await (await browser.get("/")).json() == 1
"""

LOOP_SCOPE = "-oasyncio_default_fixture_loop_scope=function"

ANYIO_BACKEND = """
@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mark", "extra_code", "plugins", "options"),
    [
        ("@pytest.mark.asyncio", "", ("asyncio",), ("--asyncio-mode=strict", LOOP_SCOPE)),
        ("", AIOHTTP_TEST, ("asyncio", "aiohttp"), ("--asyncio-mode=auto", LOOP_SCOPE)),
        ("@pytest.mark.anyio", ANYIO_BACKEND, ("anyio",), ()),
    ],
    ids=["pytest-asyncio-strict", "pytest-asyncio-auto-and-pytest-aiohttp", "anyio"],
)
def test_fixtures_work_with_each_async_plugin(
    suite: Suite, mark: str, extra_code: str, plugins: tuple[str, ...], options: tuple[str, ...]
) -> None:
    code = ASYNC_TEST.format(helper=USE_CLIENTS, mark=mark) + extra_code
    result = suite.run_in_subprocess(code, *options, plugins=plugins)
    result.assert_outcomes(passed=2 if extra_code == AIOHTTP_TEST else 1)


TYPED_SUITE = """
import typeguard

def test_fake_ingests(memsy_client):
    memsy_client.ingest([TEA])
    assert memsy_client.orgs.list() == []

async def test_async_fake_ingests(async_memsy_client):
    await async_memsy_client.ingest([TEA])

def test_wrong_type_is_reported(memsy_client):
    with pytest.raises(typeguard.TypeCheckError, match="query"):
        memsy_client.search(7)
"""


@pytest.mark.slow
def test_suite_passes_with_typeguard_and_warnings_as_errors(suite: Suite) -> None:
    """typeguard would warn that the package `memsy` is imported already."""
    options = ("--typeguard-packages=memsy", "--memsy-forbid-network", "-Werror")
    result = suite.run_in_subprocess(
        TYPED_SUITE, *options, "--asyncio-mode=auto", LOOP_SCOPE, plugins=("asyncio",)
    )
    result.assert_outcomes(passed=3)
    assert result.ret == pytest.ExitCode.OK
