"""Calls of both clients of an SDK on a scripted server, with a limit on their time."""

from __future__ import annotations

import asyncio
import builtins
import inspect
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import memsy
from tests.faults.calls import ClientCall
from tests.support.raw_server import RawServer, Script

KEY = "msy_key_of_the_comparison"
MAX_SECONDS = 10.0
"""Seconds after which a call counts as endless."""
Options: TypeAlias = Mapping[str, Any]
"""Arguments of a client."""
NO_OPTIONS: Options = MappingProxyType({})
OPTIONS: Options = {"timeout": 4.0, "max_retries": 2, "retry_backoff": 0.01}


@dataclass
class Outcome:
    """Result or error of a call."""

    result: Any = None
    error: BaseException | None = None
    seconds: float = 0.0
    is_endless: bool = False
    requests: int = 0

    @property
    def ending(self) -> str:
        """The name of the error, or `a result`."""
        if self.is_endless:
            return f"no end within {MAX_SECONDS:g} s"
        return "a result" if self.error is None else error_name(self.error)


def error_name(error: BaseException) -> str:
    """Return the class of an error; with its module if it is not of the SDK or built in."""
    cls = type(error)
    if isinstance(error, memsy.MemsyError) or hasattr(builtins, cls.__name__):
        return f"`{cls.__name__}`"
    return f"`{cls.__module__}.{cls.__name__}`"


def on_both(
    script: Callable[[], Script],
    call: ClientCall,
    show: Callable[[Outcome], str],
    options: Options = NO_OPTIONS,
) -> str:
    """
    Make a call with the sync and the async client, and return the cell.

    Args:
        script: Returns the script of a new server.
        call: Call of a client, without the `await` of the async one.
        show: Returns the text for an outcome.
        options: Arguments of the clients in place of `OPTIONS`.
    """
    return both_modes(*(show(run(script(), call, mode, options)) for mode in ("sync", "async")))


def both_modes(sync: str, async_: str) -> str:
    """Return one text for both modes."""
    return sync if sync == async_ else f"sync: {sync}; async: {async_}"


def run(script: Script, call: ClientCall, mode: str, options: Options = NO_OPTIONS) -> Outcome:
    """Make a call with the client of a mode on a new server."""
    with RawServer(script) as server:
        url = f"http://127.0.0.1:{server.port}/v1"
        outcome = run_at(url, call, mode, options)
        outcome.requests = len(server.requests)
        return outcome


def run_at(
    url: str,
    call: ClientCall,
    mode: str,
    options: Options = NO_OPTIONS,
    max_seconds: float = MAX_SECONDS,
) -> Outcome:
    """Make a call with the client of a mode."""
    arguments: dict[str, Any] = {"base_url": url, "api_key": KEY, **OPTIONS, **options}
    work = _run_sync if mode == "sync" else _run_async
    return limited(lambda: work(arguments, call), max_seconds)


def limited(work: Callable[[], object], max_seconds: float = MAX_SECONDS) -> Outcome:
    """Run in a thread that ends with the process, and wait for a limited time."""
    outcomes: list[Outcome] = []
    started_at = time.monotonic()

    def target() -> None:
        try:
            outcome = Outcome(work())
        except BaseException as error:  # noqa: BLE001 - all errors are outcomes
            outcome = Outcome(error=error)
        outcome.seconds = time.monotonic() - started_at
        outcomes.append(outcome)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(max_seconds)
    return outcomes[0] if outcomes else Outcome(is_endless=True)


def _run_sync(arguments: Mapping[str, Any], call: ClientCall) -> object:
    with memsy.MemsyClient(**arguments) as client:
        return call(client)


def _run_async(arguments: Mapping[str, Any], call: ClientCall) -> object:
    async def main() -> object:
        async with memsy.AsyncMemsyClient(**arguments) as client:
            result = call(client)
            return await result if inspect.isawaitable(result) else result

    return asyncio.run(main())
