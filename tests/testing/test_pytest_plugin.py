"""The fixtures, the marker, and what a failure tells: tried in test suites made for the purpose."""

from __future__ import annotations

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


def test_every_fixture_is_what_its_name_says(
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


def test_the_server_runs_and_has_the_same_service(
    memsy_server: LocalServer, memsy_client: FakeMemsyClient
) -> None:
    memsy_client.ingest([TEA])
    with MemsyClient(memsy_server.base_url, memsy_server.api_key) as memsy:
        assert [result.content for result in memsy.search("tea").results] == ["I like tea"]


def test_the_clock_is_the_one_by_which_the_fakes_wait(
    memsy_clock: Clock, memsy_client: FakeMemsyClient
) -> None:
    memsy_client.service.faults.fail_next("search", 503)
    before = memsy_clock.now
    memsy_client.search("tea")
    assert memsy_clock.now > before


@pytest.mark.parametrize("visit", [1, 2])
def test_every_test_has_a_service_of_its_own(memsy_client: FakeMemsyClient, visit: int) -> None:
    memsy_client.ingest([TEA])
    assert len(memsy_client.service.events) == len(memsy_client.calls) == 1


@pytest.mark.memsy(events=[TEA], plan="pro", processing="manual", limits={"api_calls": 3})
def test_a_mark_sets_the_service_up(memsy_client: FakeMemsyClient) -> None:
    service = memsy_client.service
    assert [(event.content, event.state) for event in service.events] == [("I like tea", "pending")]
    assert (service.config.plan, service.config.limits) == ("pro", {"api_calls": 3})
    assert len(memsy_client.calls) == 0


@pytest.mark.memsy(plan="pro", max_keys=3)
class TestMarks:
    @pytest.mark.memsy(max_keys=7)
    def test_the_nearest_counts_argument_by_argument(self, memsy_service: LocalService) -> None:
        assert (memsy_service.config.plan, memsy_service.config.max_keys) == ("pro", 7)

    @pytest.mark.memsy(events=[TEA])
    def test_and_what_none_of_them_says_is_as_ever(self, memsy_service: LocalService) -> None:
        assert (memsy_service.config.max_keys, memsy_service.config.max_orgs) == (3, 10)
        assert len(memsy_service.events) == 1


def test_a_mark_of_a_module_is_one_of_all_its_tests(suite: Suite) -> None:
    code = """
        pytestmark = pytest.mark.memsy(plan="pro", max_keys=3)

        @pytest.mark.memsy(max_keys=4)
        class TestIt:
            def test_it(self, memsy_service):
                assert (memsy_service.config.plan, memsy_service.config.max_keys) == ("pro", 4)

        def test_other(memsy_service):
            assert (memsy_service.config.plan, memsy_service.config.max_keys) == ("pro", 3)
    """
    suite.run(code).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("mark", "complaint"),
    [
        ("plann='pro'", "has no argument 'plann'; it has events, org_id, plan, pro_only, limits,"),
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
            "the service would not take events[1].session_id: String should have at least 1 char",
        ),
        ("[TEA]", "takes arguments by name only, got [EventPayload("),
    ],
)
def test_a_mark_that_asks_for_what_there_is_not_is_an_error_that_says_so(
    suite: Suite, mark: str, complaint: str
) -> None:
    """Of the one test that has it, by its name, and in one line: nobody wants our traceback."""
    code = f"@pytest.mark.memsy({mark})\ndef test_marked(memsy_client): ...\n"
    result = suite.run(code + "def test_other(memsy_client): ...")
    result.assert_outcomes(errors=1, passed=1)
    (line,) = (line for line in result.outlines if line.startswith("test_it.py::test_marked: "))
    assert complaint in line
    assert "During handling" not in result.stdout.str()


def test_a_failure_tells_what_was_asked_and_what_the_service_held(suite: Suite) -> None:
    code = """
        @pytest.mark.memsy(events=[TEA], processing="manual")
        def test_it(memsy_client, memsy_control):
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
            "memsy_client was asked:",
            "  search('coffee') -> 0 results",
            "  ingest(1 event) -> 1 event id",
            "memsy_control was asked:",
            "  me() -> MeResponse",
            "memsy_service held the events:",
            "  * completed: user_message of ann in chat-1: 'I like tea'",
            "  * pending: app_event of bob in chat-2: 'it rains'",
            "memsy_service held the memories:",
            "  * active: of actor ann: 'I like tea'",
        ],
        consecutive=True,
    )


def test_a_failure_over_a_server_tells_what_arrived(suite: Suite) -> None:
    code = """
        def test_it(memsy_server):
            with MemsyClient(memsy_server.base_url, memsy_server.api_key) as memsy:
                memsy.search("tea")
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "memsy_service got:",
            "  <POST /v1/search -> 200>",
            "memsy_service held the events: nothing",
            "memsy_service held the memories: nothing",
        ],
        consecutive=True,
    )


def test_of_a_fake_of_the_tests_own_a_failure_tells_what_it_was_asked(suite: Suite) -> None:
    code = """
        from memsy import AuthenticationError
        from memsy.testing import FakeMemsyClient

        def test_it(memsy_service):
            stranger = FakeMemsyClient(api_key="msy_no", service=memsy_service)
            with pytest.raises(AuthenticationError):
                stranger.search("tea")
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "*- memsy -*",
            "a FakeMemsyClient was asked:",
            "  search('tea') -> AuthenticationError",
            "memsy_service held the events: nothing",
        ],
        consecutive=True,
    )


def test_of_a_fake_that_is_gone_a_failure_tells_what_arrived(suite: Suite) -> None:
    code = """
        import gc
        from memsy.testing import FakeMemsyClient

        def test_it(memsy_client, memsy_service):
            memsy_client.search("tea")
            FakeMemsyClient(service=memsy_service).health()
            gc.collect()
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "memsy_client was asked:",
            "  search('tea') -> 0 results",
            "memsy_service got:",
            "  <POST /v1/search -> 200>",
            "  <GET /v1/health -> 200>",
        ],
        consecutive=True,
    )


def test_of_a_fake_without_any_fixture_a_failure_tells_too(suite: Suite) -> None:
    code = """
        from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient

        def test_it():
            memsy = FakeMemsyClient()
            other = FakeAsyncMemsyClient(service=memsy.service)
            memsy.ingest([TEA])
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "*- memsy -*",
            "a FakeMemsyClient was asked:",
            "  ingest(1 event) -> 1 event id",
            "a FakeAsyncMemsyClient was asked: nothing",
            "its service held the events:",
        ],
        consecutive=True,
    )


def test_a_fake_beside_those_of_the_fixtures_is_told_of_with_its_service(suite: Suite) -> None:
    code = """
        from memsy.testing import FakeMemsyClient

        def test_it(memsy_client, memsy_service):
            stranger = FakeMemsyClient(api_key="msy_no", service=memsy_service)
            elsewhere = FakeMemsyClient()
            try:
                stranger.search("tea")
            except Exception:
                elsewhere.search("tea")
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        [
            "memsy_client was asked: nothing",
            "a FakeMemsyClient was asked:",
            "  search('tea') -> AuthenticationError",
            "memsy_service held the events: nothing",
            "memsy_service held the memories: nothing",
            "a FakeMemsyClient was asked:",
            "  search('tea') -> 0 results",
            "its service held the events: nothing",
        ],
        consecutive=True,
    )


def test_a_fake_that_is_gone_is_not_kept_for_the_report(suite: Suite) -> None:
    code = """
        import gc, weakref
        from memsy.testing import FakeMemsyClient

        def test_it():
            fake = weakref.ref(FakeMemsyClient())
            gc.collect()
            assert fake() is None
    """
    suite.run(code).assert_outcomes(passed=1)


def test_what_the_fakes_of_the_fixtures_were_asked_is_told_once(suite: Suite) -> None:
    code = """
        def test_it(memsy_client):
            memsy_client.search("tea")
            assert False
    """
    assert "memsy_service got" not in suite.run(code).stdout.str()


def test_a_service_of_the_suites_own_that_is_served_is_told_of(suite: Suite) -> None:
    code = """
        @pytest.fixture
        def memsy_service():
            with LocalService() as service:
                service.seed([TEA])
                yield service

        def test_it(memsy_server):
            assert False
    """
    result = suite.run(code)
    result.stdout.fnmatch_lines(
        ["memsy_service got: nothing", "memsy_service held the events:"], consecutive=True
    )


def test_whatever_an_id_is_it_takes_one_line(suite: Suite) -> None:
    code = """
        def test_it(memsy_client):
            memsy_client.ingest([EventPayload("a\\nn", "s", "app_event", "x")])
            assert False
    """
    suite.run(code).stdout.fnmatch_lines(["  * completed: app_event of a\\nn in s: 'x'"])


def test_a_failure_at_the_end_of_a_fixture_tells_it_too(suite: Suite) -> None:
    """The service is closed only after that, and then for good."""
    code = """
        services = []

        @pytest.fixture
        def quiet(memsy_client):
            services.append(memsy_client.service)
            yield
            assert not memsy_client.calls

        def test_it(quiet, memsy_client):
            memsy_client.ingest([TEA])

        def test_next():
            with pytest.raises(Exception, match="used after close"):
                services[0].events
    """
    result = suite.run(code)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*- memsy -*", "  ingest(1 event) -> 1 event id"])
    result.stdout.fnmatch_lines(["  * completed: user_message of ann in chat-1: 'I like tea'"])


def test_what_a_call_has_failed_with_keeps_nothing_of_a_test_alive(suite: Suite) -> None:
    """An error knows the frames that it passed through, and their locals."""
    code = """
        import gc
        import weakref

        things = []

        class Thing: ...

        @pytest.fixture(autouse=True, scope="module")
        def untidied():
            gc.disable()
            yield
            gc.enable()

        def test_it(memsy_client):
            thing = Thing()
            things.append(weakref.ref(thing))
            memsy_client.service.faults.fail_next("search", 400)
            with pytest.raises(Exception, match="400"):
                memsy_client.search("tea")

        def test_next():
            assert things[0]() is None
    """
    suite.run(code).assert_outcomes(passed=2)


def test_what_is_told_is_cut_to_a_readable_length(suite: Suite) -> None:
    """The latest of it, and of each the beginning."""
    code = """
        def test_it(memsy_client):
            for n in range(50):
                tick = EventPayload("ann", "s", "app_event", f"{n} " + "tick " * 100)
                memsy_client.ingest([tick])
            assert False
    """
    result = suite.run(code)
    told = result.outlines[result.outlines.index("memsy_client was asked:") :]
    assert told.count("  ... (30 before these)") == 3
    assert len([line for line in told if line.startswith("  ingest")]) == 20
    assert any(": '49 tick" in line for line in told)
    assert not any(": '29 tick" in line for line in told)
    assert max(map(len, told)) <= 130


def test_a_failure_tells_no_secret(suite: Suite) -> None:
    code = """
        def test_it(memsy_control):
            memsy_control.connectors.configure_s3(
                access_key_id="AKIA", secret_access_key="hunter" + "2", region="eu", bucket="b"
            )
            raise LookupError
    """
    shown = suite.run(code).stdout.str()
    assert "connectors.configure_s3(access_key_id='AKIA', secret_access_key='***'" in shown
    assert "hunter2" not in shown


def test_a_service_of_the_suites_own_is_told_of_and_left_alone(suite: Suite) -> None:
    code = """
        @pytest.fixture
        def memsy_service():
            with LocalService(api_key="msy_mine") as service:
                yield service
                assert len(service.events) == 1

        def test_it(memsy_client):
            memsy_client.ingest([TEA])
            assert False
    """
    result = suite.run(code)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  * completed: user_message of ann in chat-1: 'I like tea'"])


def test_a_test_without_our_fixtures_is_told_nothing_of_us(suite: Suite) -> None:
    shown = suite.run("def test_it():\n    assert False").stdout.str()
    assert "- memsy -" not in shown


def test_the_marker_is_known_and_explained(suite: Suite) -> None:
    suite.run("", "--markers").stdout.fnmatch_lines(
        ["@pytest.mark.memsy(events=[[]...[]], **rules): *"]
    )


USES = """
async def use(memsy, control, server):
    assert (await memsy.ingest([TEA])).event_ids
    assert (await control.events.list()).total == 1
    async with AsyncMemsyClient(server.base_url, server.api_key) as real:
        found = await real.search("tea")
    assert [result.content for result in found.results] == ["I like tea"]
"""

ASYNC_TEST = """{uses}
{mark}
async def test_it(async_memsy_client, async_memsy_control, memsy_server):
    await use(async_memsy_client, async_memsy_control, memsy_server)
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

LOOPS = "-oasyncio_default_fixture_loop_scope=function"

ANYIO_BACKEND = """
@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.mark.parametrize(
    ("mark", "more", "plugins", "options"),
    [
        ("@pytest.mark.asyncio", "", ("asyncio",), ("--asyncio-mode=strict", LOOPS)),
        ("", AIOHTTP_TEST, ("asyncio", "aiohttp"), ("--asyncio-mode=auto", LOOPS)),
        ("@pytest.mark.anyio", ANYIO_BACKEND, ("anyio",), ()),
    ],
    ids=["pytest-asyncio, strict", "pytest-asyncio, auto, and pytest-aiohttp", "anyio"],
)
def test_the_fixtures_work_under_whatever_runs_asynchronous_tests(
    suite: Suite, mark: str, more: str, plugins: tuple[str, ...], options: tuple[str, ...]
) -> None:
    code = ASYNC_TEST.format(uses=USES, mark=mark) + more
    result = suite.run_apart(code, *options, plugins=plugins)
    result.assert_outcomes(passed=2 if more == AIOHTTP_TEST else 1)
