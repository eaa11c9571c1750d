"""The logger `memsy`: its lines, its fields, and the variable `MEMSY_LOG`."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from memsy import (
    EventPayload,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyError,
    MemsyTimeoutError,
    RetryPolicy,
)
from memsy._core.call_log import LOGGER, StderrHandler, configure_logging
from memsy._core.environment import Environment
from memsy.hooks import AttemptEnd
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")

in_both_modes = pytest.mark.parametrize("make_fake", [FakeMemsyClient, FakeAsyncMemsyClient])


def run(value: Any) -> Any:  # noqa: ANN401 - of any method
    return asyncio.run(value) if inspect.iscoroutine(value) else value


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return level and message of the records, with a placeholder for each duration."""
    return [
        (record.levelname, re.sub(r"in [\d.]+ (m?s)", r"in # \1", record.getMessage()))
        for record in caplog.records
        if record.name == "memsy"
    ]


@in_both_modes
def test_debug_has_a_line_for_each_attempt(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake()
    fake.service.faults.fail_next("search", 503)
    with caplog.at_level(logging.DEBUG, "memsy"):
        run(fake.search("tea"))
    assert lines(caplog) == [
        (
            "DEBUG",
            "POST /search -> 503 in # ms, attempt 1 of 4, request id req_1, retrying in # s",
        ),
        ("DEBUG", "POST /search -> 200 in # ms, attempt 2 of 4, request id req_2"),
        ("INFO", "POST /search -> 200 after 2 attempts in # s, request id req_2"),
    ]


@in_both_modes
def test_record_has_the_values_as_fields(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake()
    fake.service.faults.fail_next("search", 503)
    with caplog.at_level(logging.DEBUG, "memsy"):
        run(fake.search("tea"))
    failed, answered, succeeded = (vars(record) for record in caplog.records)
    assert failed["memsy_retry_in"] > 0
    assert failed["memsy_elapsed"] >= 0
    names = ("operation", "route", "status", "attempt", "max_attempts", "request_id", "error")
    assert [failed[f"memsy_{name}"] for name in names] == [
        *("search", "POST /search", 503, 1, 4, "req_1", "ServerError")
    ]
    assert (answered["memsy_error"], answered["memsy_retry_in"]) == (None, None)
    assert (succeeded["memsy_attempts"], succeeded["memsy_status"]) == (2, 200)


@in_both_modes
def test_info_has_a_line_only_for_calls_with_retries(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake()
    with caplog.at_level(logging.INFO, "memsy"):
        run(fake.search("tea"))
        assert caplog.records == []
        fake.service.faults.fail_next("search", 503)
        run(fake.search("tea"))
    assert [level for level, _ in lines(caplog)] == ["INFO"]


@in_both_modes
@pytest.mark.parametrize("level", [logging.WARNING, logging.DEBUG])
def test_warning_has_a_line_for_a_call_that_failed_after_retries(
    make_fake: Callable[..., Any], level: int, caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake()
    fake.service.faults.fail_next("search", 503, times=None)
    with caplog.at_level(level, "memsy"), pytest.raises(MemsyError):
        run(fake.search("tea"))
    warnings = [line for line in lines(caplog) if line[0] != "DEBUG"]
    assert warnings == [
        ("WARNING", "POST /search failed after 4 attempts in # s: 503, request id req_4")
    ]
    record = vars(caplog.records[-1])
    assert (record["memsy_attempts"], record["memsy_status"]) == (4, 503)
    assert (record["memsy_error"], record["memsy_request_id"]) == ("ServerError", "req_4")


@in_both_modes
@pytest.mark.parametrize("level", [logging.WARNING, logging.DEBUG])
def test_polls_are_no_retries(
    make_fake: Callable[..., Any], level: int, caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake()
    with caplog.at_level(level, "memsy"):
        with pytest.raises(MemsyTimeoutError):
            run(fake.wait_until_processed(["e1"], timeout=10))
        assert [line for line in lines(caplog) if line[0] != "DEBUG"] == []
        fake.service.faults.fail_next("status", 503)
        with pytest.raises(MemsyTimeoutError):
            run(fake.wait_until_processed(["e1"], timeout=10, poll_interval=6))
    assert [line for line in lines(caplog) if line[0] != "DEBUG"] == [
        (
            "WARNING",
            "POST /status failed after 4 attempts in # s: MemsyTimeoutError, request id req_9",
        )
    ]


@in_both_modes
@pytest.mark.parametrize("level", [logging.WARNING, logging.DEBUG])
def test_warning_counts_the_attempts_of_all_requests(
    make_fake: Callable[..., Any], level: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The first request of the call needed a retry, and the second one failed at once."""
    fake = make_fake()
    with caplog.at_level(level, "memsy"):
        fake.service.faults.fail_next("ingest", 503)
        fake.service.faults.fail_next("ingest", 400, after=1)
        with pytest.raises(MemsyError):
            run(fake.ingest([TEA] * 501))
    assert [line for line in lines(caplog) if line[0] != "DEBUG"] == [
        ("WARNING", "POST /ingest failed after 3 attempts in # s: 400, request id req_3")
    ]


@pytest.mark.parametrize("level", [logging.WARNING, logging.DEBUG])
def test_retry_that_was_not_sent_is_no_warning(
    level: int, caplog: pytest.LogCaptureFixture
) -> None:
    class Closing:
        def on_attempt_end(self, event: AttemptEnd) -> None:
            fake.close()

    fake = FakeMemsyClient(hooks=[Closing()])
    fake.service.faults.fail_next("search", 503)
    with caplog.at_level(level, "memsy"), pytest.raises(MemsyClientClosedError) as excinfo:
        fake.search("tea")
    assert [line for line in lines(caplog) if line[0] != "DEBUG"] == []
    assert (excinfo.value.route, excinfo.value.attempts) == ("POST /search", 1)
    assert str(excinfo.value) == (
        "POST /search: the client was used after close(); create a new client (1 attempt)"
    )


@in_both_modes
def test_call_that_failed_without_retries_is_no_warning(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake(retry=RetryPolicy(max_retries=0))
    fake.service.faults.fail_next("search", 503)
    with pytest.raises(MemsyError):
        run(fake.search("tea"))
    assert caplog.records == []


@in_both_modes
def test_error_without_a_response_is_named(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake(retry=RetryPolicy(max_retries=0))
    fake.service.faults.delay_next("search", 60)
    fake.service.faults.truncate_next("health")
    with caplog.at_level(logging.DEBUG, "memsy"):
        calls: list[Callable[[], Any]] = [lambda: fake.search("tea"), fake.health]
        for call in calls:
            with pytest.raises(MemsyError):
                run(call())
    assert [message for _, message in lines(caplog)] == [
        "POST /search -> MemsyTimeoutError in # ms, attempt 1 of 1",
        "GET /health -> MemsyResponseError in # ms, attempt 1 of 1",
    ]


@in_both_modes
def test_log_shows_neither_key_nor_query_nor_content_nor_id(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    fake = make_fake(api_key="msy_hunter2_0123456789")
    fake.service.faults.fail_next("actors.get", 503, times=None)
    with caplog.at_level(logging.DEBUG, "memsy"):
        calls: list[Callable[[], Any]] = [
            lambda: fake.ingest([TEA]),
            lambda: fake.search("my query", actor_id="ann"),
            lambda: fake.actors.get("ann"),
            lambda: fake.memories.list(actor_id="ann"),
        ]
        for call in calls:
            with pytest.raises(MemsyError):
                run(call())
    shown = repr([vars(record) for record in caplog.records]) + caplog.text
    for secret in ("hunter2", "my query", "like tea", "ann"):
        assert secret not in shown
    assert "GET /actors/{actor_id} -> " in caplog.text


async def test_cancelled_attempt_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "memsy"):
        call = asyncio.create_task(FakeAsyncMemsyClient().health())
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert lines(caplog) == [("DEBUG", "GET /health -> CancelledError in # ms, attempt 1 of 4")]


# MEMSY_LOG

PROGRAM = """
from memsy.testing import FakeMemsyClient

fake = FakeMemsyClient()
FakeMemsyClient()
fake.service.faults.fail_next("health", 503)
fake.health()
"""


def stderr_with(word: str | None, program: str = PROGRAM) -> str:
    return run_program(word, program).stderr


def run_program(word: str | None, program: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "MEMSY_LOG"}
    if word is not None:
        environment["MEMSY_LOG"] = word
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("word", "levels"),
    [
        (None, []),
        ("", []),
        ("info", ["INFO"]),
        ("debug", ["DEBUG", "DEBUG", "INFO"]),
        ("DEBUG", ["DEBUG", "DEBUG", "INFO"]),
    ],
)
def test_variable_shows_the_log_on_stderr(word: str | None, levels: list[str]) -> None:
    shown = stderr_with(word).splitlines()
    assert [line.split()[2] for line in shown] == levels
    assert all(re.match(r"[-\d]{10} [\d:,]{12} [A-Z]+ memsy: GET /health -> ", s) for s in shown)


@pytest.mark.parametrize(
    ("setup", "lines"),
    [
        ("logging.basicConfig(level=logging.WARNING)", ["INFO:memsy:GET /health -> 200 after 2"]),
        ("logging.getLogger('memsy').addHandler(logging.StreamHandler())", ["GET /health -> 200"]),
        ("logging.getLogger('memsy').addHandler(logging.NullHandler())", ["2"]),
        ("logging.basicConfig(); logging.root.handlers[0].setLevel('ERROR')", ["2"]),
        ("logging.basicConfig(); logging.getLogger('memsy').propagate = False", ["2"]),
    ],
)
def test_handlers_of_the_application_replace_the_one_of_the_variable(
    setup: str, lines: list[str]
) -> None:
    """The lines of the variable start with a date."""
    program = PROGRAM.replace("fake.service", f"import logging; {setup}\nfake.service")
    shown = stderr_with("info", program).splitlines()
    assert [line[: len(start)] for line, start in zip(shown, lines, strict=True)] == lines


@pytest.mark.parametrize("stderr", ["sys.stderr.close()", "sys.stderr = None", "os.close(2)"])
def test_unusable_stderr_changes_nothing(stderr: str) -> None:
    program = f"import os, sys\n{PROGRAM}\n{stderr}\nfake.health()\nprint('done')"
    assert run_program("debug", program).stdout == "done\n"


def test_unknown_word_is_an_error() -> None:
    assert stderr_with("verbose").endswith(
        "MemsyConfigurationError: MEMSY_LOG must be 'debug' or 'info', got 'verbose'\n"
    )
    with pytest.raises(MemsyConfigurationError, match=r"got 'xxxxxxxxxxxxxxxx \.\.\.'"):
        configure_logging(Environment({"MEMSY_LOG": "x" * 1000}))


def test_tests_leave_no_handler() -> None:
    assert not any(isinstance(handler, StderrHandler) for handler in LOGGER.handlers)
