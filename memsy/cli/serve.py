"""`memsy serve`: a local service, until it is told to stop."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer

from memsy import testing
from memsy._core.time_source import SYSTEM_TIME
from memsy.local import ServiceConfig

# Fixed, so that MEMSY_BASE_URL can stand in a shell's profile.
_PORT = 8765
_KEY = "msy_local"
_DAY = 86_400


def _usable(api_key: str) -> str:
    if re.fullmatch(r"[\x21-\x7e]+", api_key):
        return api_key
    raise typer.BadParameter("only printable ASCII without spaces may stand in a key or a token")


def _usable_or_none(token: str | None) -> str | None:
    return None if token is None else _usable(token)


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but a loopback one lets others in.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 is any free one.")
    ] = _PORT,
    db: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default="in memory", help="SQLite file to keep everything in."
        ),
    ] = None,
    api_key: Annotated[
        str, typer.Option(metavar="KEY", callback=_usable, help="The key to let in.")
    ] = _KEY,
    process_delay: Annotated[
        float,
        typer.Option(min=0, max=_DAY, metavar="SECONDS", help="How long an event stays pending."),
    ] = 0.0,
    admin_token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN",
            callback=_usable_or_none,
            envvar="MEMSY_ADMIN_TOKEN",
            show_default="no such routes",
            help="Let whoever has it script misfortune at /__admin/, from this machine.",
        ),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="One more name, without a port, to be addressed by; repeatable."
        ),
    ] = None,
) -> None:
    """
    Run a local Memsy service, for development and tests.

    One line on stdout says where it is, once it answers.
    Ctrl-C and SIGTERM stop it.
    """
    with (
        _told_to_stop() as told,
        testing.LocalService(
            db,
            api_key=api_key,
            config=ServiceConfig(process_delay=process_delay),
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
            _note(
                f"warning: other machines can reach {host}, and what they send is not encrypted; "
                "--allowed-host adds the names that they may use"
            )
        print(f"memsy local service: {server.base_url}", flush=True)
        shown = api_key if api_key == _KEY else "(the key you gave)"
        _note(f"export MEMSY_BASE_URL={server.base_url} MEMSY_API_KEY={shown}")
        told.get()


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _told_to_stop() -> Iterator[SimpleQueue[int]]:
    """A queue in which Ctrl-C and SIGTERM arrive, instead of ending the process at once."""
    # A threading.Event would do, were it safe to set one inside a signal handler.
    told: SimpleQueue[int] = SimpleQueue()
    before = {
        number: signal.signal(number, lambda number, frame: told.put(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
