"""
Hooks: observe the calls of a client, and capture raw responses.

`hooks=[...]` of every client and fake takes objects with any of these methods. All are plain
methods, in async clients, too::

    class Metrics:
        def on_call_start(self, event: CallStart) -> None: ...
        def on_attempt_start(self, event: AttemptStart) -> None: ...
        def on_attempt_end(self, event: AttemptEnd) -> None: ...
        def on_call_end(self, event: CallEnd) -> None: ...

    client = MemsyClient(hooks=[Metrics()])

`on_call_end` comes last in every call, also after a cancellation. A hook that raises an `Exception`
is logged, and the call continues. The events hold neither keys nor queries nor contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from memsy._core.events import AttemptEnd, AttemptStart, CallEnd, CallStart
from memsy._core.hooks import receive_responses
from memsy._core.http import HTTPResponse
from memsy._core.user_hooks import Hook

__all__ = ["AttemptEnd", "AttemptStart", "CallEnd", "CallStart", "Hook", "capture_responses"]


@contextmanager
def capture_responses(responses: list[HTTPResponse] | None = None) -> Iterator[list[HTTPResponse]]:
    """
    Capture the raw responses to all calls that start within the block.

    The list has the response of every attempt, error responses and retries included, with status,
    headers, request id and body::

        with capture_responses() as responses:
            client.roles.list("org_1")
        print(responses[-1].header("date"), responses[-1].request_id)

    The block sees the same calls as `metered()`: those of the current context. A body may hold
    secrets, such as a created key.

    Args:
        responses: The list to append to, for example in another thread. Default: a new one. A
            response counts once, also within several blocks of one list.
    """
    captured = [] if responses is None else responses
    with receive_responses(captured.append):
        yield captured
