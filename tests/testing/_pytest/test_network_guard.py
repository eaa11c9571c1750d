"""With the network forbidden, a test that uses it fails, whatever it does about that."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.testing.suites import Suite

FORBID = "--memsy-forbid-network"

MEMSY = """
@pytest.fixture
def memsy():
    with MemsyClient(*PLACE, max_retries=0) as memsy:
        yield memsy
"""


def ran(suite: Suite, code: str, *options: str) -> pytest.RunResult:
    return suite.run(MEMSY + dedent(code), *options)


def told(result: pytest.RunResult) -> list[str]:
    """What the guard says, but for the summary, which says it again where it is not cut short."""
    lines = [line for line in result.outlines if " was about to connect to " in line]
    return [line for line in lines if not line.startswith(("FAILED ", "ERROR "))]


WAYS = {
    "plainly": """
        def test_it(memsy):
            memsy.search("tea")
    """,
    "with a handler for everything": """
        def test_it(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pass
    """,
    "expecting that it fails": """
        def test_it(memsy):
            with pytest.raises(MemsyConnectionError):
                memsy.search("tea")
    """,
    "being expected to fail": """
        @pytest.mark.xfail(strict=True)
        def test_it(memsy):
            memsy.search("tea")
    """,
    "being skipped for it": """
        def test_it(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pytest.skip("no network")
    """,
    "in a thread": """
        def ask(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pass

        def test_it(memsy):
            thread = threading.Thread(target=ask, args=[memsy])
            thread.start()
            thread.join()
    """,
    "in a task": """
        async def ask():
            async with AsyncMemsyClient(*PLACE) as memsy:
                await asyncio.wait([searching := asyncio.create_task(memsy.search("tea"))])
                assert searching.exception()

        def test_it():
            asyncio.run(ask())
    """,
    "with a client of the session": """
        @pytest.fixture(scope="session")
        def shared():
            with MemsyClient(*PLACE) as memsy:
                yield memsy

        def test_it(shared):
            try:
                shared.search("tea")
            except BaseException:
                pass
    """,
}


@pytest.mark.parametrize("way", WAYS)
def test_there_is_no_way_around(suite: Suite, way: str) -> None:
    result = ran(suite, dedent(WAYS[way]) + "def test_next(): ...", FORBID)
    result.assert_outcomes(failed=1, passed=1)
    (line,) = told(result)
    assert line.startswith("test_it.py::test_it: a real ")


PHASES = {
    "setup": """
        @pytest.fixture
        def known(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pass

        def test_it(known): ...
    """,
    "teardown": """
        @pytest.fixture
        def known(memsy):
            yield
            memsy.search("tea")

        def test_it(known): ...
    """,
}


@pytest.mark.parametrize("phase", PHASES)
def test_before_and_after_a_test_counts_as_well(suite: Suite, phase: str) -> None:
    result = ran(suite, PHASES[phase], FORBID)
    result.assert_outcomes(errors=1, passed=int(phase == "teardown"))
    result.stdout.fnmatch_lines([f"*ERROR at {phase} of test_it*"])
    assert len(told(result)) == 1


CLIENTS = {
    "memsy_client": ("MemsyClient", "search (POST /search, line {} of "),
    "memsy_control": ("MemsyControlClient", "keys.list (GET /keys, line {} of "),
    "async_memsy_client": ("AsyncMemsyClient", "search (POST /search, line {} of "),
    "async_memsy_control": ("AsyncMemsyControlClient", "keys.list (GET /keys, line {} of "),
}


@pytest.mark.parametrize("fixture", CLIENTS)
def test_the_message_says_what_was_done_where_and_what_to_take(suite: Suite, fixture: str) -> None:
    client, asked = CLIENTS[fixture]
    call = "keys.list()" if "Control" in client else "search('tea')"
    if client.startswith("Async"):
        code = f"""
        async def ask():
            async with {client}("https://api.memsy.io/v1", "msy_key") as memsy:
                await memsy.{call}

        def test_it():
            asyncio.run(ask())
        """
    else:
        code = f"""
        def ask():
            with {client}("https://api.memsy.io/v1", "msy_key") as memsy:
                memsy.{call}

        def test_it():
            ask()
        """
    (line,) = told(ran(suite, code, FORBID))
    assert line.startswith(
        f"test_it.py::test_it: a real {client} was about to connect to api.memsy.io:443 "
        f"for {asked.format(suite.line_of(call))}"
    )
    assert line.endswith(
        "test_it.py), which memsy_forbid_network forbids. "
        f"Take the fixture {fixture} in its place, or let it talk to memsy_server"
    )


def test_a_local_server_is_not_the_network(suite: Suite) -> None:
    """That of the fixture or another one, under any name that leads to this machine."""
    code = """
        def test_fixture(memsy_server):
            url = memsy_server.base_url
            for url in (url, url.replace("127.0.0.1", "localhost")):
                with MemsyClient(url, memsy_server.api_key) as memsy:
                    memsy.search("tea")

        def test_other():
            with LocalServer() as server, MemsyClient(server.base_url, server.api_key) as memsy:
                memsy.search("tea")

        def test_both_colours(memsy_server):
            async def ask():
                async with AsyncMemsyControlClient(
                    memsy_server.control_url, memsy_server.api_key
                ) as control:
                    await control.me()
            asyncio.run(ask())

        def test_fakes(memsy_client):
            memsy_client.search("tea")
    """
    ran(suite, code, FORBID).assert_outcomes(passed=4)


def test_a_server_that_has_stopped_is_none(suite: Suite) -> None:
    code = """
        def test_it():
            with LocalServer() as server:
                url = server.base_url
            with MemsyClient(url, "msy_key") as memsy:
                memsy.search("tea")
    """
    ran(suite, code, FORBID).assert_outcomes(failed=1)


def test_closed_client_raises_its_own_error(suite: Suite) -> None:
    code = """
        from memsy import MemsyClientClosedError

        def test_sync(memsy):
            memsy.close()
            with pytest.raises(MemsyClientClosedError):
                memsy.search("tea")

        def test_async():
            async def ask():
                memsy = AsyncMemsyClient(*PLACE)
                await memsy.close()
                with pytest.raises(MemsyClientClosedError):
                    await memsy.search("tea")
            asyncio.run(ask())
    """
    ran(suite, code, FORBID).assert_outcomes(passed=2)


def test_a_proxy_is_the_network_wherever_it_leads(suite: Suite) -> None:
    code = """
        def test_it(memsy_server):
            with MemsyClient(
                memsy_server.base_url, memsy_server.api_key, proxy="http://proxy.test:3128"
            ) as memsy:
                memsy.search("tea")
    """
    (line,) = told(ran(suite, code, FORBID))
    assert "was about to connect to proxy.test:3128 for search" in line


def test_it_can_be_forbidden_for_good(suite: Suite) -> None:
    suite.project.makeini("[pytest]\nfilterwarnings = error\nmemsy_forbid_network = true")
    ran(suite, WAYS["plainly"]).assert_outcomes(failed=1)


def test_it_is_not_forbidden_unless_one_says_so(suite: Suite) -> None:
    """The connection is refused here: there is nobody."""
    ran(suite, WAYS["expecting that it fails"]).assert_outcomes(passed=1)
    ran(suite, WAYS["plainly"], FORBID).assert_outcomes(failed=1)
    ran(suite, WAYS["expecting that it fails"]).assert_outcomes(passed=1)


def test_it_is_told_first_and_then_what_came_of_it(suite: Suite) -> None:
    code = """
        def test_it(memsy):
            for _ in range(3):
                try:
                    memsy.search("tea")
                except BaseException:
                    pass
            assert 1 == 2
    """
    result = ran(suite, code, FORBID)
    result.stdout.fnmatch_lines(["test_it.py::test_it: a real *", "*- what came of it -*"])
    result.stdout.fnmatch_lines(["E * assert 1 == 2", "FAILED test_it.py::test_it - *a real *"])
    assert len(told(result)) == 1


@pytest.mark.parametrize("swallowed", [True, False])
def test_a_module_that_does_it_when_it_is_imported_is_an_error(
    suite: Suite, swallowed: bool
) -> None:
    code = """
        with MemsyClient(*PLACE) as memsy:
            try:
                memsy.search("tea")
            except {}:
                pass

        def test_it(): ...
    """
    kind = "BaseException" if swallowed else "Exception"
    result = ran(suite, code.format(kind), FORBID)
    result.assert_outcomes(errors=1)
    assert told(result)[0].removeprefix("E   ").startswith("test_it.py: a real MemsyClient was ")


def after_the_last_test(of: str) -> str:
    """A `conftest.py` that uses the network when a session has ended, if it is one *of* those."""
    conftest = f"""
        from memsy import MemsyClient

        def pytest_sessionfinish(session):
            if {of}:
                with MemsyClient("http://127.0.0.1:9/v1", "msy_key") as memsy:
                    try:
                        memsy.search("tea")
                    except BaseException:
                        pass
    """
    return dedent(conftest)


def test_what_happens_after_the_last_test_fails_the_run(suite: Suite) -> None:
    suite.project.makeconftest(after_the_last_test(of="True"))
    result = ran(suite, "def test_it(): ...", FORBID)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert told(result)[0].startswith("outside of any test: a real MemsyClient was ")


def test_it_is_forbidden_to_the_workers_of_xdist_too(suite: Suite) -> None:
    code = MEMSY + dedent(WAYS["with a handler for everything"])
    result = suite.run_apart(code, "-n1", FORBID, plugins=("xdist",))
    result.assert_outcomes(failed=1)
    assert told(result)[0].startswith("test_it.py::test_it: a real MemsyClient was ")


def test_what_a_worker_does_after_its_last_test_fails_the_run(suite: Suite) -> None:
    suite.project.makeconftest(after_the_last_test(of="hasattr(session.config, 'workerinput')"))
    result = suite.run_apart("def test_it(): ...", "-n1", FORBID, plugins=("xdist",))
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert told(result)[0].startswith("outside of any test: a real MemsyClient was ")
