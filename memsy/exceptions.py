"""
Everything that can go wrong, as a caller sees it.

::

    MemsyError
    ├── MemsyConfigurationError (also ValueError)      bad argument, key, URL, id: nothing was sent
    ├── MemsyClientClosedError                         used after close()
    ├── MemsyConnectionError                           no usable answer: refused, reset, DNS
    │   ├── MemsyTimeoutError (also TimeoutError)      the deadline passed
    │   └── MemsyTLSError                              certificate or handshake; never retried
    ├── MemsyResponseError                             an answer the service does not promise
    └── MemsyAPIError                                  a refusal by the service
        ├── AuthenticationError                        401, or the gateway's 403
        ├── AuthorizationError                         403
        ├── FeatureNotAvailable                        403 feature_not_available
        ├── SeatRequiredError                          403 seat_required
        ├── OrgLimitReachedError                       403 org_limit_reached
        ├── KeyLimitReachedError                       403 key_limit_reached
        ├── BillingNotEnabledError                     403 billing_not_enabled
        ├── OrgIdNotAllowedError                       400 org_id_not_allowed
        ├── SeatLimitReachedError                      409 seat_limit_reached
        ├── UsageLimitExceeded                         429 usage_limit_exceeded
        ├── RateLimitExceeded                          429
        ├── NotFoundError                              404
        ├── ConflictError                              409
        ├── ValidationError                            422
        ├── RedirectError                              3xx
        └── ServerError                                5xx

A client raises nothing else, but for what is not its own to swallow (`KeyboardInterrupt`,
`asyncio.CancelledError`). All of them survive `pickle` and `copy`. None of them holds
your key, unless the service itself repeats it in an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsy._core.http import HTTPResponse

__all__ = [
    "AuthenticationError",
    "AuthorizationError",
    "BillingNotEnabledError",
    "ConflictError",
    "FeatureNotAvailable",
    "KeyLimitReachedError",
    "MemsyAPIError",
    "MemsyClientClosedError",
    "MemsyConfigurationError",
    "MemsyConnectionError",
    "MemsyError",
    "MemsyResponseError",
    "MemsyTLSError",
    "MemsyTimeoutError",
    "NotFoundError",
    "OrgIdNotAllowedError",
    "OrgLimitReachedError",
    "RateLimitExceeded",
    "RedirectError",
    "SeatLimitReachedError",
    "SeatRequiredError",
    "ServerError",
    "UsageLimitExceeded",
    "ValidationError",
]

E = TypeVar("E", bound="MemsyError")


class MemsyError(Exception):
    """The root of all errors of this package."""

    attempts: int = 0
    """
    How many times sending was tried. 0: nothing left this client.

    Where a call takes several requests, those for the one that failed.
    """
    maybe_processed: bool = False
    """Whether the service may have done what was asked, or a part of it, all the same."""
    event_ids: Sequence[str] = ()
    """
    The ids of the events that an `ingest` of several requests had stored before this ended it.

    They are those of its first events, in their order. Where the number of ids in an answer was
    wrong, a `MemsyResponseError` of the first request has all of that answer: nobody knows whose.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        # Subclasses have constructors of their own shapes: rebuild from what is, not from those.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(cls: type[E], args: tuple[Any, ...], state: dict[str, Any]) -> E:
    error = cls.__new__(cls, *args)
    error.args = args  # an OSError, as timeouts are, leaves them to the constructor of a subclass
    error.__dict__.update(state)
    return error


class MemsyConfigurationError(MemsyError, ValueError):
    """A bad argument, key, URL or id. Nothing was sent; mend the call."""


class MemsyClientClosedError(MemsyError):
    """A client was used after its `close()`."""


class MemsyConnectionError(MemsyError):
    """No usable answer came: the connection was refused, reset, or never made."""


class MemsyTimeoutError(MemsyConnectionError, TimeoutError):
    """The answer did not come in time."""


class MemsyTLSError(MemsyConnectionError):
    """The other side's certificate is not trusted, or the handshake failed. Never retried."""


class MemsyResponseError(MemsyError):
    """
    An answer that is not what the service promises: HTML, cut short, of a wrong shape, too large.

    The message names the JSON path of what is wrong, where it is JSON at all.
    """

    is_retryable: bool = False
    """Whether the same question may well get a good answer: so if it was cut short or garbled."""


class MemsyAPIError(MemsyError):
    """
    A refusal by the service.

    Args:
        message: what `str()` of the error gives.
        status_code: the HTTP status.
        detail: the service's own words.
        error_code: the service's word for the case, such as `usage_limit_exceeded`.
        response: the whole reply, for what has no attribute of its own.
    """

    request_id: str | None = None
    """The service's name for the request; quote it to its support."""

    def __init__(
        self,
        message: str,
        status_code: int,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.detail = detail
        self.error_code = error_code
        self.response = response

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status_code={self.status_code}, detail={self.detail!r})"


class AuthenticationError(MemsyAPIError):
    """
    The key is missing, unknown or revoked: 401.

    The production gateway says it with a bare 403 `{"message": "Forbidden"}`.
    """


class AuthorizationError(MemsyAPIError):
    """
    The key is good, but may not do this: 403.

    *required_scope* is the scope that it lacks, where that is the reason.
    """

    def __init__(
        self,
        message: str,
        status_code: int = 403,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        required_scope: str | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.required_scope = required_scope


class FeatureNotAvailable(MemsyAPIError):
    """The plan does not include *feature*: 403 `feature_not_available`."""

    def __init__(
        self,
        message: str,
        status_code: int = 403,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        feature: str | None = None,
        current_tier: str | None = None,
        upgrade_url: str | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.feature = feature
        self.current_tier = current_tier
        self.upgrade_url = upgrade_url


class OrgIdNotAllowedError(MemsyAPIError):
    """An organisation id was sent on a plan that has none: 400 `org_id_not_allowed`."""


class SeatRequiredError(MemsyAPIError):
    """The caller has no seat in the organisation: 403 `seat_required`."""


class OrgLimitReachedError(MemsyAPIError):
    """No more organisations on this plan: 403 `org_limit_reached`."""

    def __init__(
        self,
        message: str,
        status_code: int = 403,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        limit: int | None = None,
        current: int | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.limit = limit
        self.current = current


class KeyLimitReachedError(MemsyAPIError):
    """No more API keys on this plan: 403 `key_limit_reached`."""

    def __init__(
        self,
        message: str,
        status_code: int = 403,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        limit: int | None = None,
        current: int | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.limit = limit
        self.current = current


class BillingNotEnabledError(MemsyAPIError):
    """The organisation has no billing: 403 `billing_not_enabled`."""

    def __init__(
        self,
        message: str,
        status_code: int = 403,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        interest_path: str | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.interest_path = interest_path


class SeatLimitReachedError(MemsyAPIError):
    """All purchased seats are taken: 409 `seat_limit_reached`."""

    def __init__(
        self,
        message: str,
        status_code: int = 409,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        purchased_seats: int | None = None,
        assigned_seats: int | None = None,
        pending_invites: int | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.purchased_seats = purchased_seats
        self.assigned_seats = assigned_seats
        self.pending_invites = pending_invites


class RateLimitExceeded(MemsyAPIError):
    """
    Too many requests in a short time: 429, and waiting helps.

    *retry_after* is the number of seconds that the service asked for, if it did.
    """

    def __init__(
        self,
        message: str,
        status_code: int = 429,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.retry_after = retry_after


class UsageLimitExceeded(MemsyAPIError):
    """
    The quota of the billing period is used up: 429 `usage_limit_exceeded`. Never retried.

    *dimension* names the quota, such as `events_ingested`.
    """

    def __init__(
        self,
        message: str,
        status_code: int = 429,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        dimension: str | None = None,
        current: int | None = None,
        limit: int | None = None,
        upgrade_url: str | None = None,
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.dimension = dimension
        self.current = current
        self.limit = limit
        self.upgrade_url = upgrade_url


class NotFoundError(MemsyAPIError):
    """There is no such thing, or no such route: 404."""


class ConflictError(MemsyAPIError):
    """The thing is not in a state that allows this: 409."""


class ValidationError(MemsyAPIError):
    """The service finds fault with the request: 422."""

    def __init__(
        self,
        message: str,
        status_code: int = 422,
        detail: str = "",
        error_code: str | None = None,
        response: HTTPResponse | None = None,
        errors: Sequence[dict[str, Any]] = (),
    ) -> None:
        super().__init__(message, status_code, detail, error_code, response)
        self.errors: list[dict[str, Any]] = list(errors)
        """One object a fault, as the service sent it: `loc` (a path), `msg`, `type`."""


class RedirectError(MemsyAPIError):
    """The service, or something in its place, points elsewhere: 3xx. Never followed."""


class ServerError(MemsyAPIError):
    """The service failed: 5xx."""
