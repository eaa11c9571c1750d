"""Sign-up of an agent that has an inbox and no account: the endpoints under `/agents/signup`."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from attrs import evolve, field, frozen

from memsy._base_client import AsyncClientBase, ClientBase, RequestorT, SyncClientBase
from memsy._core import encode
from memsy._core.api_key import check_api_key
from memsy._core.call_log import configure_logging
from memsy._core.environment import Environment
from memsy._core.errors import describe
from memsy._core.fields import NOT_IN_BODY
from memsy._core.http import HTTPResponse
from memsy._core.json_codec import decode_as
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.poll import Polling
from memsy._core.redaction import Redactor
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetrySafety
from memsy._core.secret import Secret, mask, wrap_secret
from memsy._core.settings import bearer, resolve_settings
from memsy._core.text import MAX_MESSAGE, is_printable
from memsy._core.timeout import Timeout
from memsy.exceptions import (
    AgentSignupError,
    MemsyAPIError,
    MemsyConfigurationError,
    MemsyResponseError,
)
from memsy.models import AgentCredentials
from memsy.parity import mirrors

__all__ = ["agent_signup", "async_agent_signup"]

Approve: TypeAlias = Callable[[str, str, str], object]
"""Function of the caller that approves a sign-up: authorize URL, inbox id, AgentMail API key."""

_REQUEST_TIMEOUT = 30.0
_POLL_INTERVAL = 3.0

_AUTHORIZE_URL = re.compile(r"https://auth\.agentid\.com(?:[/?#][!-~]*)?")

_LOST_KEY = "api_key_already_issued"
_CODES = frozenset(
    {
        "agent_signup_not_enabled",
        "invalid_poll_secret",
        "too_many_signup_attempts",
        "unknown_or_expired_signup",
        _LOST_KEY,
    }
)
"""Codes of the error responses. The service sends them as the `detail` text."""


@frozen
class _Signup:
    """Response of `POST /agents/signup`."""

    signup_id: str
    poll_secret: str = field(repr=mask)
    authorize_url: str
    expires_in: int
    """Seconds until the sign-up expires."""


@frozen
class _SignupState:
    """Response of `GET /agents/signup/{signup_id}`."""

    status: str
    error: str | None = None
    credentials: AgentCredentials | None = field(default=None, metadata=NOT_IN_BODY)
    """Further fields of a response with the status `complete`."""
    request_id: str | None = field(default=None, metadata=NOT_IN_BODY)


_decode_signup = decode_as(_Signup, is_secret=True)
_decode_state = decode_as(_SignupState, is_secret=True)
_decode_credentials = decode_as(AgentCredentials, is_secret=True)


def _decode_start(response: HTTPResponse) -> _Signup:
    signup = _decode_signup(response)
    if not _AUTHORIZE_URL.fullmatch(signup.authorize_url):
        raise _unusable("$.authorize_url is not on https://auth.agentid.com: it was not opened")
    if signup.expires_in <= 0:
        raise _unusable(f"$.expires_in must be more than 0 s, got {signup.expires_in}")
    # Both are parts of the next request.
    if not signup.poll_secret or not is_printable(signup.poll_secret):
        raise _unusable("$.poll_secret must consist of printable ASCII without spaces")
    try:
        encode.segment("$.signup_id", signup.signup_id)
    except MemsyConfigurationError as error:
        raise _unusable(str(error)) from None
    return signup


def _unusable(message: str) -> MemsyResponseError:
    error = MemsyResponseError(message)
    error.maybe_processed = True
    return error


def _decode_poll(response: HTTPResponse) -> _SignupState:
    state = evolve(_decode_state(response), request_id=response.request_id)
    if state.status == "complete":
        return evolve(state, credentials=_decode_credentials(response))
    return state


_START = Endpoint(
    name="agent_signup.start",
    plane=Plane.CONTROL,
    method="POST",
    path="/agents/signup",
    response=_Signup,
    body=("org_name",),
    decode=_decode_start,
)


def _start(org_name: str | None) -> Operation[_Signup]:
    fields = {} if org_name is None else {"org_name": encode.non_empty("org_name", org_name)}
    return _START.operation(json=fields)


_POLL = Endpoint(
    name="agent_signup.poll",
    plane=Plane.CONTROL,
    method="GET",
    path="/agents/signup/{signup_id}",
    response=_SignupState,
    decode=_decode_poll,
    retry_safety=RetrySafety.UNTIL_SUCCESS,
)


class _SignupPolling(Polling[_SignupState]):
    """
    Wait for the end of one sign-up, at most until it expires.

    The last poll may take as long as any other request, because its response may have the key.
    """

    grace_period = _REQUEST_TIMEOUT

    def __init__(self, signup: _Signup, timeout: float) -> None:
        super().__init__(min(timeout, signup.expires_in), _POLL_INTERVAL)
        secret = Secret(signup.poll_secret)
        operation = _POLL.operation(path_params={"signup_id": signup.signup_id})
        request = evolve(operation.request, headers={"authorization": bearer(secret)})
        self._operation = evolve(operation, request=request, secrets=[secret])
        self._state = _SignupState("pending")

    def is_finished(self) -> bool:
        return self._state.status in ("complete", "error")

    def operations(self) -> Sequence[Operation[_SignupState]]:
        return [self._operation]

    def receive(self, response: _SignupState) -> None:
        self._state = response

    def result(self) -> _SignupState:
        return self._state

    @property
    def unfinished(self) -> str:
        return "the sign-up is still not approved"

    def credentials(self) -> AgentCredentials:
        """
        Return the credentials, after the wait.

        Raises:
            AgentSignupError: The sign-up was refused.
        """
        if self._state.credentials is not None:
            return self._state.credentials
        redactor = Redactor(self._operation.secrets)
        code = redactor.clean(self._state.error or "", MAX_MESSAGE)
        error = AgentSignupError(f"the sign-up was refused: {code or 'no code'}")
        error.code, error.attempts, error.request_id = code, 1, self._state.request_id
        describe(error, self._operation.route, redactor)
        raise error


@contextmanager
def _named_codes() -> Iterator[None]:
    """Set the `error_code` of an error response of the sign-up, and explain a lost key."""
    try:
        yield
    except MemsyAPIError as error:
        if error.detail in _CODES:
            error.error_code = error.detail
        if error.detail == _LOST_KEY:
            error.message += (
                ": the response with the API key did not arrive; sign up again with the same "
                "inbox, which revokes the lost key"
            )
            describe(error, error.route)
        raise


@frozen
class SignupRequest:
    """Checked arguments of one sign-up."""

    inbox_id: str
    agentmail_api_key: Secret
    start: Operation[_Signup]
    timeout: float
    _approve: Approve

    @classmethod
    def check(
        cls,
        *,
        inbox_id: str,
        agentmail_api_key: Secret | type | None,
        org_name: str | None,
        timeout: float,
        approve: Approve,
    ) -> SignupRequest:
        """
        Check the arguments before anything is sent.

        Raises:
            MemsyConfigurationError: An argument is unusable. The message names it.
        """
        if not callable(approve):
            raise MemsyConfigurationError(
                f"approve must be a function of three arguments, got {type(approve).__name__}"
            )
        return cls(
            encode.non_empty("inbox_id", inbox_id),
            check_api_key(agentmail_api_key, "agentmail_api_key"),
            _start(org_name),
            Timeout.coerce(timeout).total,
            approve,
        )

    def approve(self, signup: _Signup) -> object:
        """Call the function of the caller, and return its result."""
        return self._approve(signup.authorize_url, self.inbox_id, self.agentmail_api_key.reveal())

    @property
    def has_async_approve(self) -> bool:
        """True if the function of the caller is an `async def`."""
        return inspect.iscoroutinefunction(self._approve)


class _SignupClientBase(ClientBase[RequestorT]):
    """Constructor of a client of the control plane that has no API key."""

    _plane = Plane.CONTROL

    def __init__(self, base_url: str) -> None:
        configure_logging(Environment(os.environ))
        self._settings = resolve_settings(
            self._plane,
            base_url,
            None,
            timeout=_REQUEST_TIMEOUT,
            max_retries=3,
            retry_backoff=1.0,
            retry=None,
            proxy=None,
            ca_file=None,
            client_cert=None,
            trust_environment=False,
            has_api_key=False,
        )
        self._observers = ()
        self._call = self._create_requestor()


class SignupClient(_SignupClientBase[Requestor], SyncClientBase):
    """Sync client of one sign-up."""

    def sign_up(self, request: SignupRequest) -> AgentCredentials:
        """Start the sign-up, have it approved, and wait for the credentials."""
        if request.has_async_approve:
            raise MemsyConfigurationError(
                "approve must be a plain function, got a coroutine function: use async_agent_signup"
            )
        with _named_codes():
            signup = self._call(request.start)
        request.approve(signup)
        polling = _SignupPolling(signup, request.timeout)
        with _named_codes():
            self._call.poll(polling)
        return polling.credentials()


@mirrors(SignupClient)
class AsyncSignupClient(_SignupClientBase[AsyncRequestor], AsyncClientBase):
    """Async client of one sign-up."""

    async def sign_up(self, request: SignupRequest) -> AgentCredentials:
        """Start the sign-up, have it approved, and wait for the credentials."""
        with _named_codes():
            signup = await self._call(request.start)
        approval = request.approve(signup)
        if inspect.isawaitable(approval):
            await approval
        polling = _SignupPolling(signup, request.timeout)
        with _named_codes():
            await self._call.poll(polling)
        return polling.credentials()


def agent_signup(
    base_url: str,
    inbox_id: str,
    agentmail_api_key: str,
    *,
    org_name: str | None = None,
    timeout: float = 300.0,
    approve: Callable[[str, str, str], object],
) -> AgentCredentials:
    """
    Create an API key for an agent that has an AgentMail inbox and no Memsy account.

    The function starts a sign-up, calls `approve` with the URL of the approval, and polls every
    3 s until the service issues the key. It sends nothing to AgentMail or AgentID: `approve` does.
    Another sign-up with the same inbox returns a new key of the same organisation, and revokes the
    former key.

    Args:
        base_url: URL of the control plane, such as `https://api.memsy.io/api`.
        inbox_id: Inbox that identifies the agent. Only `approve` uses it.
        agentmail_api_key: API key of AgentMail. Only `approve` uses it. No error shows it.
        org_name: Name of a new organisation. Default: the service chooses one.
        timeout: Seconds to wait for the key after `approve` has returned. The wait also ends when
            the sign-up expires, usually 600 s after its start.
        approve: Function that approves the sign-up, or has it approved. Its three arguments are a
            URL on `https://auth.agentid.com`, `inbox_id` and `agentmail_api_key`. Its exceptions
            reach the caller. `async_agent_signup` awaits the result if it is awaitable.

    Raises:
        AgentSignupError: The sign-up was refused. `code` has the reason, such as `access_denied`.
        NotFoundError: The service offers no sign-up (`error_code` is `agent_signup_not_enabled`),
            or the sign-up has expired (`unknown_or_expired_signup`).
        RateLimitExceeded: Too many sign-ups (`too_many_signup_attempts`).
        MemsyTimeoutError: The sign-up is still not approved.
        MemsyResponseError: The URL of the approval is on another host, or a response is unusable.
        MemsyAPIError: The response with the key was lost (`api_key_already_issued`): sign up again.
            If an error has `maybe_processed`, the key may be lost, too.
        MemsyConfigurationError: An argument is unusable. Nothing was sent.
    """
    key = wrap_secret(agentmail_api_key)
    del agentmail_api_key  # a traceback with local variables would show it
    request = SignupRequest.check(
        inbox_id=inbox_id,
        agentmail_api_key=key,
        org_name=org_name,
        timeout=timeout,
        approve=approve,
    )
    with SignupClient(base_url) as client:
        return client.sign_up(request)


@mirrors(agent_signup)
async def async_agent_signup(
    base_url: str,
    inbox_id: str,
    agentmail_api_key: str,
    *,
    org_name: str | None = None,
    timeout: float = 300.0,
    approve: Callable[[str, str, str], object],
) -> AgentCredentials:
    """
    Create an API key for an agent that has an AgentMail inbox and no Memsy account.

    The function starts a sign-up, calls `approve` with the URL of the approval, and polls every
    3 s until the service issues the key. It sends nothing to AgentMail or AgentID: `approve` does.
    Another sign-up with the same inbox returns a new key of the same organisation, and revokes the
    former key.

    Args:
        base_url: URL of the control plane, such as `https://api.memsy.io/api`.
        inbox_id: Inbox that identifies the agent. Only `approve` uses it.
        agentmail_api_key: API key of AgentMail. Only `approve` uses it. No error shows it.
        org_name: Name of a new organisation. Default: the service chooses one.
        timeout: Seconds to wait for the key after `approve` has returned. The wait also ends when
            the sign-up expires, usually 600 s after its start.
        approve: Function that approves the sign-up, or has it approved. Its three arguments are a
            URL on `https://auth.agentid.com`, `inbox_id` and `agentmail_api_key`. Its exceptions
            reach the caller. `async_agent_signup` awaits the result if it is awaitable.

    Raises:
        AgentSignupError: The sign-up was refused. `code` has the reason, such as `access_denied`.
        NotFoundError: The service offers no sign-up (`error_code` is `agent_signup_not_enabled`),
            or the sign-up has expired (`unknown_or_expired_signup`).
        RateLimitExceeded: Too many sign-ups (`too_many_signup_attempts`).
        MemsyTimeoutError: The sign-up is still not approved.
        MemsyResponseError: The URL of the approval is on another host, or a response is unusable.
        MemsyAPIError: The response with the key was lost (`api_key_already_issued`): sign up again.
            If an error has `maybe_processed`, the key may be lost, too.
        MemsyConfigurationError: An argument is unusable. Nothing was sent.
    """
    key = wrap_secret(agentmail_api_key)
    del agentmail_api_key  # a traceback with local variables would show it
    request = SignupRequest.check(
        inbox_id=inbox_id,
        agentmail_api_key=key,
        org_name=org_name,
        timeout=timeout,
        approve=approve,
    )
    async with AsyncSignupClient(base_url) as client:
        return await client.sign_up(request)
