"""Z01 and Z03: whatever people print, log or store, no secret is in it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap
from contextlib import suppress
from types import TracebackType
from typing import Any

import attrs
import pytest

from memsy import MemsyError
from memsy.testing import LocalServer
from tests.matrix.leaks import (
    API_KEY,
    COLOURS,
    FAILURES,
    FOUND,
    MARK,
    PROXY,
    WAYS,
    Control,
    Memsy,
    by_frames,
    caller,
    caught,
    configure_s3,
    create_key,
    search,
    shown_whole,
    url_of,
)
from tests.raw_server import RawServer, answering

in_both_colours = pytest.mark.parametrize("colour", COLOURS)
of_every_kind = pytest.mark.parametrize(
    "client", [kind for pair in COLOURS.values() for kind in pair]
)


@pytest.mark.proves("Z01")
@in_both_colours
@pytest.mark.parametrize("failure", FAILURES)
def test_no_way_of_looking_at_an_error_shows_a_secret(colour: str, failure: str) -> None:
    error = caught(colour, failure)
    shown = {way: look(error) for way, look in WAYS.items()}
    assert all(shown.values())
    assert [way for way, text in shown.items() if MARK in text] == []


def test_the_ways_and_failures_are_many() -> None:
    assert len(COLOURS) * len(FAILURES) * len(WAYS) >= 120


@pytest.mark.parametrize("way", WAYS)
def test_a_leak_would_be_seen(way: str) -> None:
    """By this way, in an error that has the key everywhere."""

    def leak(key: str) -> None:
        error = MemsyError(f"refused: {key}")
        error.event_ids = [key]
        raise error

    with pytest.raises(MemsyError) as raised:
        leak(API_KEY)
    assert MARK in WAYS[way](raised.value)


BAD_OPTIONS: dict[str, dict[str, Any]] = {
    "a URL": {"base_url": "ftp://memsy"},
    "a timeout": {"timeout": -1},
    "a policy": {"max_retries": -1},
    "a file": {"ca_file": "/no/such/file"},
    "a certificate": {"client_cert": ("/no/such/file", "/nor/this")},
    "a proxy": {"proxy": PROXY.replace("http", "socks5")},
    "the environment": {"ca_file": "/no/such/file", "trust_environment": True},
}


def below(error: BaseException) -> TracebackType | None:
    """The traceback without the frame of the test, which knows the secret."""
    assert error.__traceback__ is not None
    return error.__traceback__.tb_next


@pytest.mark.proves("Z01")
@of_every_kind
@pytest.mark.parametrize("flaw", BAD_OPTIONS)
def test_a_client_that_cannot_be_made_shows_no_secret(
    client: type[Memsy | Control], flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what it was given nor what the environment says."""
    monkeypatch.setenv("MEMSY_API_KEY", API_KEY)
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    for key in (API_KEY, None):
        options = {"base_url": "https://memsy.test/v1", "api_key": key, **BAD_OPTIONS[flaw]}
        with pytest.raises(MemsyError) as raised:
            client(**options)
        assert MARK not in by_frames(raised.value.with_traceback(below(raised.value)))


@pytest.mark.proves("Z01")
@of_every_kind
@pytest.mark.parametrize(
    "key", [b"hunter2", ["hunter2"], {"a": "hunter2"}, "hunter2 ", "hunter2\n"]
)
def test_what_is_no_key_is_not_shown_either(client: type[Memsy | Control], key: object) -> None:
    given: dict[str, Any] = {"api_key": key}
    with pytest.raises(MemsyError) as raised:
        client("https://memsy.test/v1", **given)
    assert MARK not in by_frames(raised.value.with_traceback(below(raised.value)))


@pytest.mark.proves("Z01")
@in_both_colours
def test_no_part_of_a_client_at_work_shows_a_secret(colour: str) -> None:
    """Itself, its settings, its transport with the pools below, its resources."""
    with caller(colour, "http://127.0.0.1:9/v1", PROXY) as one:
        with pytest.raises(MemsyError):
            one.ask(search)
        for part in (one.memsy, one.control, one.memsy.orgs, one.control.keys):
            assert MARK not in shown_whole(part)
    with RawServer(answering(FOUND)) as server, caller(colour, url_of(server)) as one:
        one.ask(search)
        assert MARK not in shown_whole(one.memsy)
        assert MARK not in repr(attrs.asdict(vars(one.memsy)["_settings"]))


def run(program: str) -> str:
    """All that a program prints, the key in whose environment is not to be seen."""
    preamble = """
        import asyncio, http.client, logging, os, signal, sys
        from memsy import AsyncMemsyClient, MemsyClient, MemsyError
        from tests.matrix.leaks import *
        from tests.raw_server import RawServer
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


@pytest.mark.proves("Z01")
@in_both_colours
def test_an_interrupt_shows_no_secret(colour: str) -> None:
    """It comes out of the libraries below us, with all their frames."""
    shown = run(
        f"""
        def interrupting(peer):
            peer.read()
            peer.pause(0.05)  # or it may come to who is still writing, and not to who waits
            os.kill(os.getpid(), signal.SIGINT)
            peer.pause()

        def call(url):
            if {colour!r} == "blocking":
                return MemsyClient(url).search("tea")
            return asyncio.run(AsyncMemsyClient(url).search("tea"))

        def interrupted(url):
            try:
                call(url)
            except KeyboardInterrupt as error:
                return error

        with RawServer(interrupting) as server:
            error = interrupted(url_of(server))
        for way in ("traceback with locals", "rich", "frames"):
            print(WAYS[way](error))
        """
    )
    assert "KeyboardInterrupt" in shown
    assert ("urllib3" if colour == "blocking" else "asyncio") in shown
    assert MARK not in shown


@pytest.mark.proves("Z03")
@in_both_colours
def test_no_log_of_any_level_shows_a_secret(colour: str) -> None:
    """Of any logger, and of http.client, which prints headers if it is asked to."""
    shown = run(
        f"""
        logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
        http.client.HTTPConnection.debuglevel = 1

        def fail(url, call):
            with caller({colour!r}, url) as one:
                one.loop.set_debug(True)
                for again in range(2):
                    try:
                        one.ask(call)
                    except MemsyError as error:
                        logging.debug("%r", error, exc_info=error)

        for name, (script, call) in FAILURES.items():
            if name != "silence":
                with RawServer(script) as server:
                    fail(url_of(server), call)
        """
    )
    assert "DEBUG:" in shown
    assert MARK not in shown


@pytest.mark.proves("Z03")
def test_no_log_of_the_local_server_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with LocalServer() as server:
        for colour in COLOURS:
            for url in (server.base_url, server.control_url):
                for call in (search, configure_s3, create_key):
                    with caller(colour, url) as one, suppress(MemsyError):
                        one.ask(call)
    assert "POST /v1/search" in caplog.text
    assert MARK not in caplog.text


@pytest.mark.proves("Z01")
@pytest.mark.parametrize("command", [["search", "tea"], ["keys", "list"]])
def test_no_command_shows_the_key(command: list[str]) -> None:
    """Whether it fails sooner or later."""
    for url in ("http://127.0.0.1:9/v1", "ftp://nowhere"):
        done = subprocess.run(
            [sys.executable, "-m", "memsy", *command],
            env={**os.environ, "MEMSY_BASE_URL": url, "MEMSY_API_KEY": API_KEY},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr
        assert MARK not in done.stdout + done.stderr
