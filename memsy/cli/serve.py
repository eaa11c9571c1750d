"""Command `memsy serve`: run a local Memsy service until a signal stops it."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Annotated

import typer

from memsy import testing
from memsy._core.time_source import SYSTEM_TIME
from memsy.cli.output import print_line, print_to_stderr
from memsy.local import ServiceConfig

# The default port is fixed, so that a shell profile can set MEMSY_BASE_URL.
_DEFAULT_PORT = 8765
_DEFAULT_API_KEY = "msy_local"
_SECONDS_PER_DAY = 86_400
_WAIT_SECONDS = 0.5
_STOP_SIGNALS = {
    signal.SIGINT,
    signal.SIGTERM,
    getattr(signal, "SIGBREAK", signal.SIGTERM),  # Ctrl-Break, on Windows
}


def _check_secret(secret: str) -> str:
    if re.fullmatch(r"[\x21-\x7e]+", secret):
        return secret
    raise typer.BadParameter("must be one or more printable ASCII characters, without spaces")


def _check_optional_secret(secret: str | None) -> str | None:
    return None if secret is None else _check_secret(secret)


def serve(
    host: Annotated[
        str,
        typer.Option(
            help="Listen on this address. Any address other than a loopback address lets other "
            "machines connect."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Listen on this port; 0 picks a free port.")
    ] = _DEFAULT_PORT,
    db: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default="in memory", help="Store all data in this SQLite file."
        ),
    ] = None,
    api_key: Annotated[
        str, typer.Option(metavar="KEY", callback=_check_secret, help="Accept this API key.")
    ] = _DEFAULT_API_KEY,
    process_delay: Annotated[
        float,
        typer.Option(
            min=0,
            max=_SECONDS_PER_DAY,
            metavar="SECONDS",
            help="Keep new events pending for this long.",
        ),
    ] = 0.0,
    agent_signup: Annotated[
        bool,
        typer.Option(
            "--agent-signup",
            help="Let agents sign up. An admin route approves each sign-up.",
        ),
    ] = False,
    admin_token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN",
            callback=_check_optional_secret,
            envvar="MEMSY_ADMIN_TOKEN",
            show_default="no admin routes",
            help="Enable the admin routes below /__admin/, such as fault injection, for requests "
            "from this machine with this bearer token.",
        ),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Accept this name in the Host header, without a port; repeatable.",
        ),
    ] = None,
) -> None:
    """
    Run a local Memsy service, for development and tests.

    As soon as the service accepts requests, the command prints its base URL to stdout.
    Ctrl-C or SIGTERM stops it.
    """
    with (
        _stop_signals() as stop_signals,
        testing.LocalService(
            db,
            api_key=api_key,
            config=ServiceConfig(process_delay=process_delay, agent_signup=agent_signup),
            clock=SYSTEM_TIME,
        ) as service,
        testing.LocalServer(
            service,
            host=host,
            port=port,
            allowed_hosts=allowed_host or (),
            admin_token=admin_token,
        ) as server,
    ):
        if not server.is_loopback:
            print_to_stderr(
                f"warning: other machines can connect to {host}, without encryption; "
                "allow the host names that they use with --allowed-host"
            )
        print_line(f"memsy local service: {server.base_url}")
        printed_key = api_key if api_key == _DEFAULT_API_KEY else "(your --api-key)"
        print_to_stderr(f"export MEMSY_BASE_URL={server.base_url} MEMSY_API_KEY={printed_key}")
        _wait_for(stop_signals)


def _wait_for(signals: SimpleQueue[int]) -> None:
    # On Windows before Python 3.14, a signal handler does not run while the main thread waits for
    # a lock, so each wait has an end.
    while True:
        with suppress(Empty):
            signals.get(timeout=_WAIT_SECONDS)
            return


@contextmanager
def _stop_signals() -> Iterator[SimpleQueue[int]]:
    """Yield a queue that receives `_STOP_SIGNALS` instead of the default handlers."""
    # A signal handler can call SimpleQueue.put() safely, but not threading.Event.set().
    signals: SimpleQueue[int] = SimpleQueue()
    previous_handlers = {
        number: signal.signal(number, lambda number, frame: signals.put(number))
        for number in _STOP_SIGNALS
    }
    try:
        yield signals
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)
