"""Secrets: no repr, log, traceback or pickle shows a key, token or password (Z01, Z03)."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import textwrap
from contextlib import suppress
from types import TracebackType
from typing import Any

import attrs
import pytest

from memsy import MemsyAPIError, MemsyError, MemsyResponseError
from memsy.testing import LocalServer
from tests.faults.secret_leaks import (
    API_KEY,
    BASIC,
    CLIENTS,
    DISPLAYS,
    FAILURES,
    KEY_IN_BASE64,
    MARK,
    NOTHING_FOUND,
    PROXY,
    REPEATED,
    Control,
    Memsy,
    by_frames,
    client_pair,
    configure_s3,
    create_key,
    deep_repr,
    error_of,
    repeated_secret_error_of,
    search,
    url_of,
)
from tests.support.platforms import needs_posix_signals
from tests.support.raw_server import RawServer, respond_with

in_both_modes = pytest.mark.parametrize("mode", CLIENTS)
with_every_client = pytest.mark.parametrize(
    "client", [kind for pair in CLIENTS.values() for kind in pair]
)


@pytest.mark.slow
@pytest.mark.covers("Z01")
@in_both_modes
@pytest.mark.parametrize(
    ("failure", "key_kind"),
    [
        *((failure, "key") for failure in FAILURES),
        *((failure, "key-function") for failure in ("reset", "not-json", "status-401")),
    ],
)
def test_no_display_of_an_error_shows_a_secret(mode: str, failure: str, key_kind: str) -> None:
    error = error_of(mode, failure, key_kind)
    shown = {name: display(error) for name, display in DISPLAYS.items()}
    assert all(shown.values())
    assert [name for name, text in shown.items() if MARK in text] == []


@pytest.mark.slow
@pytest.mark.covers("Z01")
@in_both_modes
@pytest.mark.parametrize(
    ("failure", "key_kind"),
    [
        *((failure, "key") for failure in REPEATED),
        *((failure, "key-function") for failure in ("key-in-detail", "key-in-request-id")),
    ],
)
def test_no_display_of_an_error_shows_a_secret_that_the_service_repeats(
    mode: str, failure: str, key_kind: str
) -> None:
    """The exception is the unchanged response, which a pickle contains."""
    error = repeated_secret_error_of(mode, failure, key_kind)
    shown = [display(error) for name, display in DISPLAYS.items() if not name.startswith("pickle")]
    if isinstance(error, MemsyAPIError | MemsyResponseError):
        error.response = None
    shown.append(pickle.dumps(error, 0).decode("latin-1"))
    for form in [MARK, MARK.upper(), "u0068unter2", BASIC[6:-4], KEY_IN_BASE64]:
        assert [text for text in shown if form in text] == []


@pytest.mark.parametrize("name", DISPLAYS)
def test_display_shows_a_leaked_secret(name: str) -> None:
    """Each display shows a key that the error holds in every place."""

    def leak(key: str) -> None:
        error = MemsyError(f"refused: {key}")
        error.event_ids = [key]
        raise error

    with pytest.raises(MemsyError) as excinfo:
        leak(API_KEY)
    assert MARK in DISPLAYS[name](excinfo.value)


BAD_OPTIONS: dict[str, dict[str, Any]] = {
    "base_url": {"base_url": "ftp://memsy"},
    "timeout": {"timeout": -1},
    "max_retries": {"max_retries": -1},
    "ca_file": {"ca_file": "/no/such/file"},
    "client_cert": {"client_cert": ("/no/such/file", "/nor/this")},
    "proxy": {"proxy": PROXY.replace("http", "socks5")},
    "default_headers": {"default_headers": {"X-Token": f"{MARK}\n"}},
    "environment": {"ca_file": "/no/such/file", "trust_environment": True},
}


def without_test_frame(error: BaseException) -> TracebackType | None:
    """Return the traceback without the frame of the test, which holds the secret."""
    assert error.__traceback__ is not None
    return error.__traceback__.tb_next


@pytest.mark.covers("Z01")
@with_every_client
@pytest.mark.parametrize("bad_option", BAD_OPTIONS)
def test_constructor_error_shows_no_secret(
    client: type[Memsy | Control], bad_option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key and the proxy come from arguments or from the environment."""
    monkeypatch.setenv("MEMSY_API_KEY", API_KEY)
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    for key in (API_KEY, None):
        options = {"base_url": "https://memsy.test/v1", "api_key": key, **BAD_OPTIONS[bad_option]}
        with pytest.raises(MemsyError) as excinfo:
            client(**options)
        assert MARK not in by_frames(
            excinfo.value.with_traceback(without_test_frame(excinfo.value))
        )


@pytest.mark.covers("Z01")
@with_every_client
@pytest.mark.parametrize(
    "key", [b"hunter2", ["hunter2"], {"a": "hunter2"}, "hunter2 ", "hunter2\n"]
)
def test_invalid_key_is_not_shown(client: type[Memsy | Control], key: object) -> None:
    options: dict[str, Any] = {"api_key": key}
    with pytest.raises(MemsyError) as excinfo:
        client("https://memsy.test/v1", **options)
    assert MARK not in by_frames(excinfo.value.with_traceback(without_test_frame(excinfo.value)))


@pytest.mark.covers("Z01")
@in_both_modes
def test_repr_of_a_client_and_its_parts_shows_no_secret(mode: str) -> None:
    """The parts are its settings, its transport with the pools, and its resources."""
    with client_pair(mode, "http://127.0.0.1:9/v1", PROXY) as pair:
        with pytest.raises(MemsyError):
            pair.run(search)
        for part in (pair.memsy, pair.control, pair.memsy.orgs, pair.control.keys):
            assert MARK not in deep_repr(part)
    with (
        RawServer(respond_with(NOTHING_FOUND)) as server,
        client_pair(mode, url_of(server)) as pair,
    ):
        pair.run(search)
        assert MARK not in deep_repr(pair.memsy)
        assert MARK not in repr(attrs.asdict(vars(pair.memsy)["_settings"]))


def output(program: str) -> str:
    """Return the output of a program with the key in its environment."""
    preamble = """
        import asyncio, http.client, logging, os, signal, sys
        from memsy import AsyncMemsyClient, MemsyClient, MemsyError
        from tests.faults.secret_leaks import *
        from tests.support.raw_server import RawServer
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(preamble) + textwrap.dedent(program)],
        env={**os.environ, "MEMSY_API_KEY": API_KEY},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@needs_posix_signals
@pytest.mark.covers("Z01")
@in_both_modes
def test_interrupt_shows_no_secret(mode: str) -> None:
    """KeyboardInterrupt carries all frames of the HTTP libraries."""
    shown = output(
        f"""
        def interrupting(peer):
            peer.read()
            peer.pause(0.05)  # the client must have finished writing
            os.kill(os.getpid(), signal.SIGINT)
            peer.pause()

        def call(url):
            if {mode!r} == "sync":
                return MemsyClient(url).search("tea")
            return asyncio.run(AsyncMemsyClient(url).search("tea"))

        def interrupted(url):
            try:
                call(url)
            except KeyboardInterrupt as error:
                return error

        with RawServer(interrupting) as server:
            error = interrupted(url_of(server))
        for name in ("traceback-with-locals", "rich", "frames"):
            print(DISPLAYS[name](error))
        """
    )
    assert "KeyboardInterrupt" in shown
    assert ("urllib3" if mode == "sync" else "asyncio") in shown
    assert MARK not in shown


@pytest.mark.covers("Z03")
@in_both_modes
def test_debug_logs_show_no_secret(mode: str) -> None:
    """The logs are those of all loggers, and the debug output of http.client."""
    shown = output(
        f"""
        logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
        http.client.HTTPConnection.debuglevel = 1

        def fail(url, call):
            with client_pair({mode!r}, url) as pair:
                pair.loop.set_debug(True)
                for again in range(2):
                    try:
                        pair.run(call)
                    except MemsyError as error:
                        logging.debug("%r", error, exc_info=error)

        for name, (script, call) in FAILURES.items():
            if name != "no-response":
                with RawServer(script) as server:
                    fail(url_of(server), call)
        """
    )
    assert "DEBUG:" in shown
    assert MARK not in shown


@pytest.mark.covers("Z03")
def test_logs_of_the_local_server_show_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with LocalServer() as server:
        for mode in CLIENTS:
            for url in (server.base_url, server.control_url):
                for call in (search, configure_s3, create_key):
                    with client_pair(mode, url) as pair, suppress(MemsyError):
                        pair.run(call)
    assert "POST /v1/search" in caplog.text
    assert MARK not in caplog.text


@pytest.mark.slow
@pytest.mark.covers("Z01")
@pytest.mark.parametrize("command", [["search", "tea"], ["keys", "list"]])
def test_failing_command_does_not_show_the_key(command: list[str]) -> None:
    for url, status in ("http://127.0.0.1:9/v1", 6), ("ftp://nowhere", 2):
        done = subprocess.run(
            [sys.executable, "-m", "memsy", *command],
            env={**os.environ, "MEMSY_BASE_URL": url, "MEMSY_API_KEY": API_KEY},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status
        assert done.stderr
        assert MARK not in done.stdout + done.stderr
