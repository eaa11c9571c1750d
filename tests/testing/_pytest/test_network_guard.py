"""Tests of the network guard: a test fails if a real client connects to the network."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.testing.suites import Suite

FORBID = "--memsy-forbid-network"

MEMSY = """
@pytest.fixture
def memsy():
    with MemsyClient(*TARGET, max_retries=0) as memsy:
        yield memsy
"""


def run(suite: Suite, code: str, *options: str) -> pytest.RunResult:
    return suite.run(MEMSY + dedent(code), *options)


def messages(result: pytest.RunResult) -> list[str]:
    """Return the messages of the guard, without their copies in the short test summary."""
    lines = [line for line in result.outlines if " tried to connect to " in line]
    return [line for line in lines if not line.startswith(("FAILED ", "ERROR "))]


SCENARIOS = {
    "uncaught": """
        def test_search(memsy):
            memsy.search("tea")
    """,
    "swallowed": """
        def test_search(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pass
    """,
    "expected-exception": """
        def test_search(memsy):
            with pytest.raises(MemsyConnectionError):
                memsy.search("tea")
    """,
    "xfail": """
        @pytest.mark.xfail(strict=True)
        def test_search(memsy):
            memsy.search("tea")
    """,
    "skip": """
        def test_search(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pytest.skip("no network")
    """,
    "thread": """
        def call_service(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pass

        def test_search(memsy):
            thread = threading.Thread(target=call_service, args=[memsy])
            thread.start()
            thread.join()
    """,
    "task": """
        async def call_service():
            async with AsyncMemsyClient(*TARGET) as memsy:
                await asyncio.wait([task := asyncio.create_task(memsy.search("tea"))])
                assert task.exception()

        def test_search():
            asyncio.run(call_service())
    """,
    "session-fixture": """
        @pytest.fixture(scope="session")
        def shared():
            with MemsyClient(*TARGET) as memsy:
                yield memsy

        def test_search(shared):
            try:
                shared.search("tea")
            except BaseException:
                pass
    """,
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_connection_fails_the_test(suite: Suite, scenario: str) -> None:
    result = run(suite, dedent(SCENARIOS[scenario]) + "def test_next(): ...", FORBID)
    result.assert_outcomes(failed=1, passed=1)
    (line,) = messages(result)
    assert line.startswith("test_module.py::test_search: a real ")


PHASES = {
    "setup": """
        @pytest.fixture
        def seeded(memsy):
            try:
                memsy.search("tea")
            except BaseException:
                pass

        def test_search(seeded): ...
    """,
    "teardown": """
        @pytest.fixture
        def seeded(memsy):
            yield
            memsy.search("tea")

        def test_search(seeded): ...
    """,
}


@pytest.mark.parametrize("phase", PHASES)
def test_connection_in_a_fixture_is_an_error(suite: Suite, phase: str) -> None:
    result = run(suite, PHASES[phase], FORBID)
    result.assert_outcomes(errors=1, passed=int(phase == "teardown"))
    result.stdout.fnmatch_lines([f"*ERROR at {phase} of test_search*"])
    assert len(messages(result)) == 1


CLIENTS = {
    "memsy_client": ("MemsyClient", "search (POST /search, "),
    "memsy_control": ("MemsyControlClient", "keys.list (GET /keys, "),
    "async_memsy_client": ("AsyncMemsyClient", "search (POST /search, "),
    "async_memsy_control": ("AsyncMemsyControlClient", "keys.list (GET /keys, "),
}


@pytest.mark.parametrize("fixture", CLIENTS)
def test_message_names_client_operation_line_and_fixture(suite: Suite, fixture: str) -> None:
    client, operation = CLIENTS[fixture]
    call = "keys.list()" if "Control" in client else "search('tea')"
    if client.startswith("Async"):
        code = f"""
        async def call_service():
            async with {client}("https://api.memsy.io/v1", "msy_key") as memsy:
                await memsy.{call}

        def test_search():
            asyncio.run(call_service())
        """
    else:
        code = f"""
        def call_service():
            with {client}("https://api.memsy.io/v1", "msy_key") as memsy:
                memsy.{call}

        def test_search():
            call_service()
        """
    (line,) = messages(run(suite, code, FORBID))
    assert line.startswith(
        f"test_module.py::test_search: a real {client} tried to connect to api.memsy.io:443 "
        f"for {operation}"
    )
    assert line.endswith(
        f"test_module.py:{suite.line_of(call)}), but memsy_forbid_network is set. "
        f"Use the fixture {fixture}, or connect the client to memsy_server"
    )


def test_local_server_is_allowed(suite: Suite) -> None:
    """The server of the fixture and any other one, by any name of this machine."""
    code = """
        def test_fixture(memsy_server):
            url = memsy_server.base_url
            for url in (url, url.replace("127.0.0.1", "localhost")):
                with MemsyClient(url, memsy_server.api_key) as memsy:
                    memsy.search("tea")

        def test_other():
            with LocalServer() as server, MemsyClient(server.base_url, server.api_key) as memsy:
                memsy.search("tea")

        def test_async(memsy_server):
            async def call_service():
                async with AsyncMemsyControlClient(
                    memsy_server.control_url, memsy_server.api_key
                ) as control:
                    await control.me()
            asyncio.run(call_service())

        def test_fakes(memsy_client):
            memsy_client.search("tea")
    """
    run(suite, code, FORBID).assert_outcomes(passed=4)


def test_connection_to_a_stopped_server_fails_the_test(suite: Suite) -> None:
    code = """
        def test_search():
            with LocalServer() as server:
                url = server.base_url
            with MemsyClient(url, "msy_key") as memsy:
                memsy.search("tea")
    """
    run(suite, code, FORBID).assert_outcomes(failed=1)


def test_closed_client_raises_client_closed_error(suite: Suite) -> None:
    code = """
        from memsy import MemsyClientClosedError

        def test_sync(memsy):
            memsy.close()
            with pytest.raises(MemsyClientClosedError):
                memsy.search("tea")

        def test_async():
            async def call_service():
                memsy = AsyncMemsyClient(*TARGET)
                await memsy.close()
                with pytest.raises(MemsyClientClosedError):
                    await memsy.search("tea")
            asyncio.run(call_service())
    """
    run(suite, code, FORBID).assert_outcomes(passed=2)


def test_proxy_is_refused_even_to_a_local_server(suite: Suite) -> None:
    code = """
        def test_search(memsy_server):
            with MemsyClient(
                memsy_server.base_url, memsy_server.api_key, proxy="http://proxy.test:3128"
            ) as memsy:
                memsy.search("tea")
    """
    (line,) = messages(run(suite, code, FORBID))
    assert "tried to connect to proxy.test:3128 for search" in line


def test_setting_in_pytest_ini_installs_the_guard(suite: Suite) -> None:
    suite.project.makeini("[pytest]\nfilterwarnings = error\nmemsy_forbid_network = true")
    run(suite, SCENARIOS["uncaught"]).assert_outcomes(failed=1)


def test_guard_is_off_by_default(suite: Suite) -> None:
    """The connection fails here, as no server listens."""
    run(suite, SCENARIOS["expected-exception"]).assert_outcomes(passed=1)
    run(suite, SCENARIOS["uncaught"], FORBID).assert_outcomes(failed=1)
    run(suite, SCENARIOS["expected-exception"]).assert_outcomes(passed=1)


def test_report_shows_the_guard_first_and_the_original_failure_after(suite: Suite) -> None:
    code = """
        def test_search(memsy):
            for _ in range(3):
                try:
                    memsy.search("tea")
                except BaseException:
                    pass
            assert 1 == 2
    """
    result = run(suite, code, FORBID)
    result.stdout.fnmatch_lines(["test_module.py::test_search: a real *", "*- original failure -*"])
    result.stdout.fnmatch_lines(
        ["E * assert 1 == 2", "FAILED test_module.py::test_search - *a real *"]
    )
    assert len(messages(result)) == 1


@pytest.mark.parametrize("swallowed", [True, False])
def test_connection_at_import_is_a_collection_error(suite: Suite, swallowed: bool) -> None:
    code = """
        with MemsyClient(*TARGET) as memsy:
            try:
                memsy.search("tea")
            except {}:
                pass

        def test_search(): ...
    """
    exception = "BaseException" if swallowed else "Exception"
    result = run(suite, code.format(exception), FORBID)
    result.assert_outcomes(errors=1)
    assert (
        messages(result)[0]
        .removeprefix("E   ")
        .startswith("test_module.py: a real MemsyClient tried ")
    )


def connect_after_the_last_test(condition: str) -> str:
    """Return a `conftest.py` that uses the network at the end of a session, on `condition`."""
    conftest = f"""
        from memsy import MemsyClient

        def pytest_sessionfinish(session):
            if {condition}:
                with MemsyClient("http://127.0.0.1:9/v1", "msy_key") as memsy:
                    try:
                        memsy.search("tea")
                    except BaseException:
                        pass
    """
    return dedent(conftest)


def test_connection_after_the_last_test_fails_the_run(suite: Suite) -> None:
    suite.project.makeconftest(connect_after_the_last_test("True"))
    result = run(suite, "def test_search(): ...", FORBID)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert messages(result)[0].startswith("outside of any test: a real MemsyClient tried ")


@pytest.mark.slow
def test_xdist_worker_is_guarded(suite: Suite) -> None:
    code = MEMSY + dedent(SCENARIOS["swallowed"])
    result = suite.run_in_subprocess(code, "-n1", FORBID, plugins=("xdist",))
    result.assert_outcomes(failed=1)
    assert messages(result)[0].startswith("test_module.py::test_search: a real MemsyClient tried ")


@pytest.mark.slow
def test_xdist_worker_after_its_last_test_fails_the_run(suite: Suite) -> None:
    suite.project.makeconftest(
        connect_after_the_last_test("hasattr(session.config, 'workerinput')")
    )
    result = suite.run_in_subprocess("def test_search(): ...", "-n1", FORBID, plugins=("xdist",))
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert messages(result)[0].startswith("outside of any test: a real MemsyClient tried ")
