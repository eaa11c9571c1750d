"""Real clients of both planes, sync and async, and the outcomes of their calls."""

from __future__ import annotations

import asyncio
import inspect
import time

from attrs import field, frozen

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    MemsyAPIError,
    MemsyClient,
    MemsyConnectionError,
    MemsyControlClient,
    MemsyResponseError,
)
from memsy._core.text import MAX_MESSAGE
from tests.fuzz.client_calls import ClientCall
from tests.support.json_strategies import matches

_EXPECTED_ERRORS = (MemsyAPIError, MemsyConnectionError, MemsyResponseError)
"""Documented errors of a call whose server sends arbitrary bytes."""


@frozen
class Outcome:
    """Outcome of a call."""

    kind: str
    """Name of the exception, or `result`."""
    value: object
    """The result, or the message and the attributes of the exception."""
    seconds: float = field(eq=False)
    is_typed: bool = field(eq=False)
    category: str = field(default="result", eq=False)
    """The kind, but `error response` for every `MemsyAPIError`."""
    message: str = field(default="", eq=False)

    @property
    def is_printable(self) -> bool:
        """The message is one printable line of bounded length."""
        return self.message.isprintable() and len(self.message) <= MAX_MESSAGE


class Clients:
    """Clients of both planes, sync and async."""

    data_client: type[MemsyClient] = MemsyClient

    def __init__(self, port: int, timeout: float) -> None:
        url, key = f"http://127.0.0.1:{port}", "msy_local"
        self._loop = asyncio.new_event_loop()
        self._sync = (
            self.data_client(f"{url}/v1", key, timeout, 0),
            MemsyControlClient(f"{url}/api", key, timeout, 0),
        )
        self._async = (
            AsyncMemsyClient(f"{url}/v1", key, timeout, 0),
            AsyncMemsyControlClient(f"{url}/api", key, timeout, 0),
        )

    def call_sync(self, call: ClientCall) -> Outcome:
        """Return the outcome of `call` with the sync clients."""
        started_at = time.monotonic()
        try:
            result = call(*self._sync)
        except Exception as error:  # noqa: BLE001 - the target checks the type
            return _raised(error, time.monotonic() - started_at)
        return _returned(call, result, time.monotonic() - started_at)

    def call_async(self, call: ClientCall) -> Outcome:
        """Return the outcome of `call` with the async clients."""
        started_at = time.monotonic()
        try:
            result = self._loop.run_until_complete(self._await(call))
        except Exception as error:  # noqa: BLE001 - the target checks the type
            return _raised(error, time.monotonic() - started_at)
        return _returned(call, result, time.monotonic() - started_at)

    async def _await(self, call: ClientCall) -> object:
        result = call(*self._async)
        assert inspect.isawaitable(result)
        return await result

    def close(self) -> None:
        for client in self._sync:
            client.close()
        for async_client in self._async:
            self._loop.run_until_complete(async_client.close())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def _raised(error: Exception, seconds: float) -> Outcome:
    # Other errors may quote and hold as much of a body as the library had read.
    message = error.args if isinstance(error, MemsyAPIError) else ()
    attributes = {
        name: value
        for name, value in vars(error).items()
        if name[:2] != "__" and name != "_message"  # as in `args`
    }
    if not isinstance(error, MemsyAPIError):
        attributes.pop("response", None)
    return Outcome(
        type(error).__name__,
        (message, attributes),
        seconds,
        isinstance(error, _EXPECTED_ERRORS),
        "error response" if isinstance(error, MemsyAPIError) else type(error).__name__,
        str(error),
    )


def _returned(call: ClientCall, result: object, seconds: float) -> Outcome:
    return Outcome("result", result, seconds, matches(result, call.result_type))
