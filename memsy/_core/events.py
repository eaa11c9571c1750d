"""Events of a call, as hooks receive them: values without keys, ids, queries and contents."""

from __future__ import annotations

from attrs import field, frozen


def _type_name(error: BaseException | None) -> str:
    return "None" if error is None else type(error).__name__


@frozen(kw_only=True, eq=False)
class CallStart:
    """
    The start of a call of a client's method.

    All events of one call hold the same object, which can be the key of a dict.
    """

    operation: str
    """The method of the client: `search`, `roles.create`."""
    route: str
    """HTTP method and path template: `GET /roles/{role_id}`."""


@frozen(kw_only=True, eq=False)
class _CallEvent:
    call: CallStart

    @property
    def operation(self) -> str:
        """The method of the client: `search`, `roles.create`."""
        return self.call.operation

    @property
    def route(self) -> str:
        """HTTP method and path template: `GET /roles/{role_id}`."""
        return self.call.route


@frozen(kw_only=True, eq=False)
class AttemptStart(_CallEvent):
    """The start of an attempt. The pause before it is over, and nothing is sent yet."""

    attempt: int
    """The position among the attempts of the request, from 1. A call may take several requests."""
    max_attempts: int
    """The limit of attempts for one request."""
    pause: float
    """Seconds that the client waited before the attempt."""


@frozen(kw_only=True, eq=False)
class AttemptEnd(_CallEvent):
    """The end of an attempt, after the decision to retry."""

    attempt: int
    """The position among the attempts of the request, from 1. A call may take several requests."""
    max_attempts: int
    """The limit of attempts for one request."""
    elapsed: float
    """Seconds from the start of the attempt to the complete response, or to the error."""
    status: int | None
    """HTTP status; None without a response."""
    request_id: str | None
    """Id of the request, from the headers of the response."""
    error: BaseException | None = field(repr=_type_name)
    """
    The error of the attempt; None after a success.

    It is a `MemsyError`, a `CancelledError`, or an interrupt such as a `KeyboardInterrupt`. The
    text of a `MemsyError` may quote the response.
    """
    retry_in: float | None
    """Seconds until the retry; None if the client does not retry."""


@frozen(kw_only=True, eq=False)
class CallEnd(_CallEvent):
    """The end of a call: a result if `error` is None, or the error that the caller receives."""

    attempts: int
    """Number of attempts that started, of all requests of the call."""
    retries: int
    """Number of these attempts that repeated an earlier one."""
    elapsed: float
    """Seconds since the start of the call, pauses included."""
    status: int | None
    """HTTP status of the last attempt; None without a response."""
    request_id: str | None
    """Id of the last request, from the headers of the response."""
    error: BaseException | None = field(repr=_type_name)
    """The error that the caller receives, a cancellation included; None for a result."""
