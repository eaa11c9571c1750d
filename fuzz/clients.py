"""The real clients, and what becomes of their calls."""

from __future__ import annotations

import asyncio
import inspect
import time

from attrs import field, frozen

from fuzz.calls import Call
from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    MemsyAPIError,
    MemsyClient,
    MemsyConnectionError,
    MemsyControlClient,
    MemsyResponseError,
)
from tests.strategies import fits

_TYPED = (MemsyAPIError, MemsyConnectionError, MemsyResponseError)
"""What a caller is told to expect of a service that answers anything at all."""


@frozen
class Outcome:
    """What became of a call."""

    kind: str
    """The name of the exception, or `answer`."""
    what: object
    """The answer, or all that the exception says and holds."""
    seconds: float = field(eq=False)
    is_typed: bool = field(eq=False)
    family: str = field(default="answer", eq=False)
    """The kind but for refusals, which are of one family."""
    words: str = field(default="", eq=False)

    @property
    def can_be_printed(self) -> bool:
        """Whether UTF-8 can carry its words."""
        return self.words.encode("utf-8", "ignore").decode() == self.words


class Clients:
    """The clients of both planes in both colours."""

    hot: type[MemsyClient] = MemsyClient

    def __init__(self, port: int, timeout: float) -> None:
        url, key = f"http://127.0.0.1:{port}", "msy_local"
        self._loop = asyncio.new_event_loop()
        self._blocking = (
            self.hot(f"{url}/v1", key, timeout, 0),
            MemsyControlClient(f"{url}/api", key, timeout, 0),
        )
        self._awaiting = (
            AsyncMemsyClient(f"{url}/v1", key, timeout, 0),
            AsyncMemsyControlClient(f"{url}/api", key, timeout, 0),
        )

    def block(self, call: Call) -> Outcome:
        began = time.monotonic()
        try:
            answer = call(*self._blocking)
        except Exception as error:  # noqa: BLE001 - which ones come out is the question
            return _raised(error, time.monotonic() - began)
        return _answered(call, answer, time.monotonic() - began)

    def wait(self, call: Call) -> Outcome:
        began = time.monotonic()
        try:
            answer = self._loop.run_until_complete(self._ask(call))
        except Exception as error:  # noqa: BLE001 - which ones come out is the question
            return _raised(error, time.monotonic() - began)
        return _answered(call, answer, time.monotonic() - began)

    async def _ask(self, call: Call) -> object:
        answer = call(*self._awaiting)
        assert inspect.isawaitable(answer)
        return await answer

    def close(self) -> None:
        for client in self._blocking:
            client.close()
        for awaiting in self._awaiting:
            self._loop.run_until_complete(awaiting.close())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def _raised(error: Exception, seconds: float) -> Outcome:
    # Where a body breaks off, how much of it has been looked at by then is up to the libraries.
    words = error.args if isinstance(error, MemsyAPIError) else ()
    held = {name: value for name, value in vars(error).items() if name[:2] != "__"}
    return Outcome(
        type(error).__name__,
        (words, held),
        seconds,
        isinstance(error, _TYPED),
        "refusal" if isinstance(error, MemsyAPIError) else type(error).__name__,
        str(error),
    )


def _answered(call: Call, answer: object, seconds: float) -> Outcome:
    return Outcome("answer", answer, seconds, fits(answer, call.shape))
