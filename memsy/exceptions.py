"""
Exceptions that the clients raise, all derived from `MemsyError`.

::

    MemsyError
    ├── MemsyConfigurationError (also ValueError)      bad argument, key, URL, id: nothing was sent
    ├── MemsyClientClosedError                         used after close()
    ├── MemsyConnectionError                           no response: refused, reset, DNS
    │   ├── MemsyTimeoutError (also TimeoutError)      the deadline passed
    │   └── MemsyTLSError                              certificate or handshake; never retried
    ├── MemsyResponseError                             not the documented response: HTML, cut short
    ├── AgentSignupError                               refused sign-up of an agent
    └── MemsyAPIError                                  error response of the service
        ├── AuthenticationError                        401, or 403 of the gateway
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

`memsy.bulk` adds `BulkIngestError` and `LedgerError`, `memsy.outbox` adds `OutboxError`; these are
`MemsyError`s, too.

A client raises no other exceptions. `KeyboardInterrupt`, `asyncio.CancelledError` and exceptions of
the caller's own signal handlers pass through unchanged. All errors can be pickled and copied.

The text of an error names the endpoint, the number of attempts and the id of the request:
`Memsy API error 503: Service Unavailable (POST /search, 4 attempts, request id req_1)`. `message`
is the text without these details.

A text has at most 500 printable characters, and a `repr` at most 1,000. No message, `repr` or
attribute contains the API key or the password of the proxy, even if the service repeats them. The
exception is the `response` of an error, which is unchanged and part of a pickled error.

Statuses and codes follow the wire contract, section 3.3. Constructors are compatible with the
official SDK (section 10.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from memsy._core.http import HTTPResponse

__all__ = [
    "AgentSignupError",
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

ErrorT = TypeVar("ErrorT", bound="MemsyError")

_MAX_REPR = 1000
"""Maximum number of characters of the `repr` of an error."""


class MemsyError(Exception):
    """Base class of all errors of the clients. Catch it to handle every failure of a call."""

    attempts: int = 0
    """
    Number of attempts to send the failed request, the first one included.

    0 means that nothing was sent. If a call takes several requests, only the attempts of the failed
    request count. Exception: a wait that times out counts the attempts of all its polls.
    """
    maybe_processed: bool = False
    """
    True if the service may have executed the request, completely or in part.

    It is False only if nothing reached the service, or if the service rejected every attempt. After
    True, check the state of the service before you repeat a write.
    """
    event_ids: Sequence[str] = ()
    """
    Ids of the events that an `ingest` of several requests stored before it failed.

    The ids belong to the first events of the call, in the same order. Continue with the events
    after these. Exception: if the first response has the wrong number of ids, the
    `MemsyResponseError` has all ids of that response, and no id can be matched to an event.
    """

    route: str | None = None
    """HTTP method and path template of the failed request, `GET /roles/{role_id}`, if any."""
    request_id: str | None = None
    """
    Id of the failed request, from the headers of its response. The support of the service asks for
    it.

    None without a response. Of several attempts, the last one counts.
    """
    _message: str | None = None

    @property
    def message(self) -> str:
        """Text of the error without endpoint, attempts and request id, to group equal errors."""
        return str(self) if self._message is None else self._message

    @message.setter
    def message(self, message: str) -> None:
        self._message = message

    def __reduce__(self) -> tuple[Any, ...]:
        # Constructors of subclasses differ, so an error is rebuilt from its state.
        return _rebuild, (type(self), self.args, self.__dict__)

    def __repr__(self) -> str:
        return _shortened(super().__repr__())


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_REPR else f"{text[: _MAX_REPR - 4]} ..."


def _rebuild(cls: type[ErrorT], args: tuple[Any, ...], state: dict[str, Any]) -> ErrorT:
    error = cls.__new__(cls, *args)
    error.args = args  # OSError, a base of the timeout error, does not set them in `__new__`
    error.__dict__.update(state)
    return error


class MemsyConfigurationError(MemsyError, ValueError):
    """
    Invalid argument, API key, URL or id. The client sent nothing.

    The message names the argument, the requirement and the value (never a secret). Correct the
    arguments: the same call fails again.
    """


class MemsyClientClosedError(MemsyError):
    """
    Use of a client after its `close()`.

    Create a new client, or close the client later. `attempts` is above 0 if another thread or task
    closed the client during the call.
    """


class MemsyConnectionError(MemsyError):
    """
    Failure of the connection: refused, reset, or the host name was not found.

    The client retries if that is safe, so `attempts` is usually above 1. Check the base URL, the
    network and the proxy. `maybe_processed` is False if the connection was never opened.
    """


class MemsyTimeoutError(MemsyConnectionError, TimeoutError):
    """
    Timeout: no complete response arrived before the deadline of the call.

    The class is also a built-in `TimeoutError`. The deadline includes all attempts and the pauses
    between them. Increase `timeout`, or send less per call. `wait_until_authorized` raises this
    error if the connector is still not authorized at the end, and `wait_until_processed` if events
    are still pending.
    """

    pending_ids: Sequence[str] = ()
    """Events that `wait_until_processed` was still waiting for, in the order of the call."""


class MemsyTLSError(MemsyConnectionError):
    """
    Failure of the TLS handshake: an untrusted, expired or wrong certificate, or no TLS at all.

    The client never retries this error. Pass `ca_file=` for a private certificate authority. Check
    that the base URL starts with the correct scheme, http:// or https://.
    """


class MemsyResponseError(MemsyError):
    """
    Unusable response: not JSON, cut short, garbled, too large, or of another schema.

    For JSON of another schema the message contains the path of the first mismatch, such as
    `$.results[1].content`. Typical causes are a sign-in page or a proxy in front of the service, a
    wrong base URL, and a newer version of the service. `maybe_processed` is True: the service may
    have executed the request.
    """

    response: HTTPResponse | None = None
    """
    The refused response, complete and unchanged. Its body may hold secrets and control characters.

    None if the response did not arrive completely, or its body cannot be decoded. The body of a
    response that may contain a created key or a token is left out.
    """
    is_retryable: bool = False
    """True if a retry may succeed: for a body that was cut short, garbled or not JSON."""


class AgentSignupError(MemsyError):
    """
    Refused sign-up of an agent, raised by `agent_signup` (wire contract, section 6.16).

    No API key was issued. Depending on `code`, sign up again.
    """

    code: str = ""
    """
    Reason of the service: `access_denied`, `invalid_id_token`, `owner_signup_limit` or another one.
    """


class MemsyAPIError(MemsyError):
    """
    Error response of the service: any status outside 2xx.

    Statuses with a documented meaning have a subclass. Catch the subclasses first.

    Args:
        message: Text of the error.
        status_code: HTTP status.
        detail: Explanation by the service: the `detail` or `message` of the body, or the body. One
            printable line of at most 10,000 characters.
        error_code: Machine-readable code of the body, such as `usage_limit_exceeded`. None if the
            body has no code.
        response: The complete response, for headers and fields without an attribute.

    Attributes:
        status_code: HTTP status.
        detail: Explanation by the service.
        error_code: Machine-readable code, or None.
        response: The complete response, or None if the error was created without a response.
    """

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
        return _shortened(
            f"{type(self).__name__}(status_code={self.status_code}, detail={self.detail!r})"
        )


class AuthenticationError(MemsyAPIError):
    """
    Missing, unknown or revoked API key: 401.

    The gateway of the production service sends 403 with the message `Forbidden` alone for such a
    key, so `status_code` may be 403 (wire contract, section 3.4). Check `api_key=` or
    `MEMSY_API_KEY`.
    """


class AuthorizationError(MemsyAPIError):
    """
    Missing permission of a valid API key: 403.

    Use a key with the required scope, or ask an administrator of the organisation.

    Attributes:
        required_scope: The scope that the key lacks, `read` or `write`. None if the cause is not a
            scope, for example an operation for administrators only.
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
    """
    Feature outside of the current plan: 403 `feature_not_available`.

    Upgrade the plan, or make the call without the feature.

    Attributes:
        feature: Name of the feature, such as `reranking`.
        current_tier: Name of the current plan, such as `free`.
        upgrade_url: Page to upgrade the plan.
    """

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
    """
    Organisation id in a request on a plan that does not allow it: 400 `org_id_not_allowed`.

    Omit the organisation id. The API key already identifies the organisation.
    """


class SeatRequiredError(MemsyAPIError):
    """
    Missing seat of the caller in the organisation: 403 `seat_required`.

    An administrator of the organisation can assign a seat.
    """


class OrgLimitReachedError(MemsyAPIError):
    """
    Limit of organisations on this plan: 403 `org_limit_reached`.

    Delete an organisation that is not in use, or upgrade the plan.

    Attributes:
        limit: Number of organisations that the plan allows.
        current: Number of existing organisations.
    """

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
    """
    Limit of API keys on this plan: 403 `key_limit_reached`.

    Revoke a key that is not in use, or upgrade the plan.

    Attributes:
        limit: Number of keys that the plan allows.
        current: Number of existing keys.
    """

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
    """
    Organisation without billing: 403 `billing_not_enabled`.

    Attributes:
        interest_path: Path of the service to request billing, such as `/interest/express`.
    """

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
    """
    No free seat in the organisation: 409 `seat_limit_reached`.

    Buy seats, remove a member, or withdraw an invitation.

    Attributes:
        purchased_seats: Number of seats in the subscription.
        assigned_seats: Number of seats in use.
        pending_invites: Number of open invitations, which also occupy seats.
    """

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
    Too many requests in a short time: 429, after the last retry of the client.

    Wait and repeat the call, or spread the calls over time. `RetryPolicy` sets the number of
    retries and the longest wait.

    Attributes:
        retry_after: Seconds to wait, from the `Retry-After` header. None if the header is missing
            or invalid.
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
    Exhausted quota of the billing period: 429 `usage_limit_exceeded`.

    The client never retries this error. Upgrade the plan, or wait for the next billing period.

    Attributes:
        dimension: Name of the quota, such as `events_ingested`.
        current: Usage in this billing period.
        limit: Limit of the billing period.
        upgrade_url: Page to upgrade the plan.
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
    """
    Unknown id or unknown path: 404.

    If every call raises this error, check the path of the base URL, such as `/v1` or `/api`. The
    message says so if the base URL has no path.
    """


class ConflictError(MemsyAPIError):
    """
    Conflict with the current state of the resource: 409.

    An example is the synchronisation of a connector that is not authorized yet. Read the state of
    the resource before you repeat the call.
    """


class ValidationError(MemsyAPIError):
    """
    Request that the service rejects as invalid: 422 (wire contract, section 4).

    The message lists the location and the reason of each problem. Fix the values and repeat the
    call.

    Attributes:
        errors: One object for each problem, as the service sent it: `loc` (path in the request),
            `msg` and `type`. Indices of events count from the start of the whole call. The list
            has at most 5,000 objects.
    """

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


class RedirectError(MemsyAPIError):
    """
    Redirect: 3xx. The client follows no redirect: the API key is for the configured host only.

    The message contains the target. If the target is correct, use its base URL.
    """


class ServerError(MemsyAPIError):
    """
    Failure of the service or of its gateway: 5xx.

    The client retries 500, 502, 503 and 504 if that is safe. `maybe_processed` is True except for
    501, which means that the service does not implement the request. The support of the service
    asks for `request_id`.
    """
