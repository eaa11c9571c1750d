"""Protocol of the methods that are equal in sync and async clients, without `await`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from typing_extensions import Self

from memsy._core.retry import RetryPolicy
from memsy._core.timeout import Timeout
from memsy._core.unset import UNSET, Unset


@runtime_checkable
class ClientOptionsProtocol(Protocol):
    """Options of a client."""

    def with_options(
        self,
        *,
        timeout: float | Timeout | Unset = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        retry_backoff: float | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
    ) -> Self:
        """
        Return a client with other options, for single calls or for a part of a program.

        Both clients share connections, retry budget and hooks. The method sends nothing, also in an
        async client, and costs little. An option that is not given keeps its value.

        Closing the new client leaves the connections open. Closing the client that was constructed
        also ends all clients that are derived from it: their calls raise `MemsyClientClosedError`.

        Args:
            timeout: Seconds for the whole call, retries and pauses included, or a `Timeout`. A
                number replaces the limits of `connect` and `read`, too.
            retry: Complete retry policy.
            max_retries: Number of retries, with the other values of the current policy.
            retry_backoff: Upper bound of the pause before the first retry, in seconds, with the
                other values of the current policy.
            headers: Headers of every request, added to `default_headers`. A header with the same
                name is replaced.

        Raises:
            MemsyConfigurationError: An argument is unusable, `retry` is passed beside
                `max_retries` or `retry_backoff`, or a header belongs to the client, such as
                `Authorization` and `Host`.
        """
        ...
