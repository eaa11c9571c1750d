"""`agent_signup` and `async_agent_signup`: requests, waiting, errors and secrets, in both modes."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import traceback
from collections.abc import Callable, Coroutine
from datetime import datetime, timezone
from typing import Any, Protocol

import pytest
from attrs import evolve

from memsy import (
    AgentCredentials,
    AgentSignupError,
    AuthenticationError,
    HTTPResponse,
    MemsyAPIError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    NotFoundError,
    RateLimitExceeded,
    agent_signup,
    async_agent_signup,
    capture_responses,
)
from memsy._core.http import HTTPRequest
from memsy._core.secret import Secret
from memsy._core.settings import Settings
from memsy.local.faults import Faults
from memsy.local.http.delivery import Delivery
from memsy.local.signups.simulator import SignupRefusal
from memsy.signup import AsyncSignupClient, SignupClient, SignupRequest
from memsy.testing import (
    Clock,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalServer,
    LocalService,
    ServiceConfig,
    fake_agent_signup,
    fake_async_agent_signup,
)
from tests.support.recording_clients import AsyncTransport, Recording, Transport, ok, recording_of
from tests.support.run_without_loop import run_without_loop

BASE_URL = "http://memsy.test/api"
INBOX = "ada@agentmail.to"
KEY = "am_hunter2_key"
ENABLED = ServiceConfig(agent_signup=True)

Approve = Callable[[str, str, str], object]


class SignUp(Protocol):
    """Sign-up over a service, in one mode."""

    def __call__(
        self,
        service: LocalService,
        *,
        approve: Approve | None = None,
        org_name: str | None = None,
        timeout: float = 300.0,
    ) -> AgentCredentials: ...


def sync_sign_up(
    service: LocalService,
    *,
    approve: Approve | None = None,
    org_name: str | None = None,
    timeout: float = 300.0,
) -> AgentCredentials:
    return fake_agent_signup(
        *(BASE_URL, INBOX, KEY),
        org_name=org_name,
        timeout=timeout,
        approve=approve or service.signups.approve,
        service=service,
    )


def async_sign_up(
    service: LocalService,
    *,
    approve: Approve | None = None,
    org_name: str | None = None,
    timeout: float = 300.0,
) -> AgentCredentials:
    return asyncio.run(
        fake_async_agent_signup(
            *(BASE_URL, INBOX, KEY),
            org_name=org_name,
            timeout=timeout,
            approve=approve or service.signups.approve,
            service=service,
        )
    )


in_both_modes = pytest.mark.parametrize(
    "sign_up", [sync_sign_up, async_sign_up], ids=["sync", "async"]
)


class ApprovingService(LocalService):
    """Service at which a sign-up is approved just before one of its polls."""

    approve_before_poll = 0

    def deliver(self, request: HTTPRequest) -> Delivery:
        polls = [record for record in self.requests if record.operation == "agent_signup.poll"]
        if request.method == "GET" and len(polls) + 1 == self.approve_before_poll:
            self.signups.approve(self.url, INBOX)
        return super().deliver(request)

    def remember(self, url: str, inbox_id: str, agentmail_api_key: str) -> None:
        """Pass this method as `approve`."""
        self.url = url


def clock() -> Clock:
    return Clock(datetime(2026, 4, 14, 3, 8, tzinfo=timezone.utc))


@pytest.fixture
def service() -> ApprovingService:
    return ApprovingService(config=ENABLED, clock=clock())


def never(url: str, inbox_id: str, agentmail_api_key: str) -> None:
    """Leave the sign-up pending."""


@in_both_modes
def test_sign_up_returns_a_key_that_works(service: LocalService, sign_up: SignUp) -> None:
    credentials = sign_up(service, org_name="Agents")
    control = FakeMemsyControlClient(api_key=credentials.api_key, service=service)
    assert control.me().org_id == credentials.org_id
    assert control.me().user_id == credentials.user_id
    assert [key.key_id for key in control.keys.list().keys] == [credentials.key_id]
    (org,) = FakeMemsyClient(api_key=credentials.api_key, service=service).orgs.list()
    assert org.name == "Agents"


@in_both_modes
def test_next_sign_up_of_an_inbox_revokes_the_key(service: LocalService, sign_up: SignUp) -> None:
    first, second = sign_up(service), sign_up(service)
    assert second.org_id == first.org_id
    with pytest.raises(AuthenticationError):
        FakeMemsyControlClient(api_key=first.api_key, service=service).me()
    FakeMemsyControlClient(api_key=second.api_key, service=service).me()


@in_both_modes
def test_approve_gets_the_url_the_inbox_and_the_key_of_agentmail(
    service: LocalService, sign_up: SignUp
) -> None:
    calls = []

    def approve(*arguments: str) -> None:
        calls.append(arguments)
        service.signups.approve(arguments[0])

    sign_up(service, approve=approve)
    ((url, *others),) = calls
    assert url.startswith("https://auth.agentid.com/")
    assert others == [INBOX, KEY]


def test_async_function_awaits_an_awaitable_approve(service: LocalService) -> None:
    async def approve(url: str, inbox_id: str, agentmail_api_key: str) -> None:
        await asyncio.sleep(0)
        service.signups.approve(url, inbox_id)

    assert async_sign_up(service, approve=approve).api_key


def test_sync_function_rejects_an_async_approve(service: LocalService) -> None:
    async def approve(url: str, inbox_id: str, agentmail_api_key: str) -> None: ...

    with pytest.raises(MemsyConfigurationError, match="use async_agent_signup"):
        sync_sign_up(service, approve=approve)
    assert not service.requests


@in_both_modes
def test_error_of_approve_reaches_the_caller(service: LocalService, sign_up: SignUp) -> None:
    def approve(url: str, inbox_id: str, agentmail_api_key: str) -> None:
        raise LookupError("no such inbox")

    with pytest.raises(LookupError, match="no such inbox"):
        sign_up(service, approve=approve)
    assert [request.operation for request in service.requests] == ["agent_signup.start"]


@in_both_modes
def test_sign_up_polls_every_3_s_until_it_is_approved(
    service: ApprovingService, sign_up: SignUp
) -> None:
    service.approve_before_poll = 5
    begin = service.clock.time()
    assert sign_up(service, approve=service.remember).api_key
    assert service.clock.time() - begin == 12.0


@in_both_modes
def test_pending_sign_up_ends_with_a_timeout(service: LocalService, sign_up: SignUp) -> None:
    begin = service.clock.time()
    with pytest.raises(MemsyTimeoutError) as excinfo:
        sign_up(service, approve=never, timeout=10.0)
    assert service.clock.time() - begin == 10.0
    assert str(excinfo.value) == (
        "GET /agents/signup/{signup_id}: the sign-up is still not approved after 10 s (5 attempts)"
    )


@in_both_modes
def test_wait_ends_when_the_sign_up_expires(service: LocalService, sign_up: SignUp) -> None:
    begin = service.clock.time()
    with pytest.raises(NotFoundError) as excinfo:
        sign_up(service, approve=never, timeout=3600.0)
    assert service.clock.time() - begin == 600.0
    assert excinfo.value.error_code == "unknown_or_expired_signup"


@in_both_modes
def test_wait_ends_at_the_expiry_also_if_the_service_goes_on(sign_up: SignUp) -> None:
    class ForgetfulService(LocalService):
        def handle(self, request: HTTPRequest) -> HTTPResponse:
            response = super().handle(request)
            is_expired = response.status == 404
            return ok({"status": "pending"}) if is_expired else response

    service = ForgetfulService(config=ENABLED, clock=clock())
    with pytest.raises(MemsyTimeoutError, match="after 600 s"):
        sign_up(service, approve=never, timeout=3600.0)


@in_both_modes
def test_wait_starts_after_the_approval(service: LocalService, sign_up: SignUp) -> None:
    """A person may take longer than `timeout`."""

    def approve(url: str, inbox_id: str, agentmail_api_key: str) -> None:
        assert isinstance(service.clock, Clock)
        service.clock.advance(400.0)
        service.signups.approve(url)

    assert sign_up(service, approve=approve, timeout=5.0).api_key


@in_both_modes
def test_key_in_the_response_to_the_last_poll_is_not_lost(
    service: ApprovingService, sign_up: SignUp
) -> None:
    service.approve_before_poll = 2
    service.faults.delay_next("agent_signup.poll", 20.0, after=1)
    assert sign_up(service, approve=service.remember, timeout=3.0).api_key


@in_both_modes
@pytest.mark.parametrize("code", ["access_denied", "invalid_id_token", "owner_signup_limit"])
def test_refused_sign_up_is_an_error_with_the_code(
    service: LocalService, sign_up: SignUp, code: SignupRefusal
) -> None:
    with pytest.raises(AgentSignupError) as excinfo:
        sign_up(service, approve=lambda url, *_: service.signups.refuse(url, code))
    assert excinfo.value.code == code
    assert not isinstance(excinfo.value, MemsyAPIError)
    assert str(excinfo.value) == (
        "GET /agents/signup/{signup_id}: the sign-up was refused: "
        f"{code} (1 attempt, request id req_2)"
    )
    assert excinfo.value.message == f"the sign-up was refused: {code}"


@in_both_modes
def test_service_without_sign_up_is_a_404_with_the_code(sign_up: SignUp) -> None:
    with pytest.raises(NotFoundError) as excinfo:
        sign_up(LocalService(clock=clock()))
    assert excinfo.value.error_code == "agent_signup_not_enabled"
    assert str(excinfo.value) == (
        "Memsy API error 404: agent_signup_not_enabled "
        "(POST /agents/signup, 1 attempt, request id req_1)"
    )


@in_both_modes
def test_too_many_sign_ups_are_a_429_with_the_code(service: LocalService, sign_up: SignUp) -> None:
    service.config = ServiceConfig(agent_signup=True, max_agent_signups=0)
    with pytest.raises(RateLimitExceeded) as excinfo:
        sign_up(service)
    assert (excinfo.value.error_code, excinfo.value.attempts) == ("too_many_signup_attempts", 4)


@in_both_modes
@pytest.mark.parametrize("is_truncated", [False, True])
def test_lost_key_is_explained(service: LocalService, sign_up: SignUp, is_truncated: bool) -> None:
    """The poll is repeated, because the lost response may have been a pending one."""
    if is_truncated:
        service.faults.truncate_next("agent_signup.poll")
    else:
        service.faults.fail_next("agent_signup.poll", MemsyConnectionError, stored=True)
    with pytest.raises(MemsyAPIError) as excinfo:
        sign_up(service)
    assert (excinfo.value.status_code, excinfo.value.error_code) == (410, "api_key_already_issued")
    assert excinfo.value.maybe_processed
    assert str(excinfo.value) == (
        "Memsy API error 410: api_key_already_issued: the response with the API key did not "
        "arrive; sign up again with the same inbox, which revokes the lost key "
        "(GET /agents/signup/{signup_id}, 2 attempts, request id req_3)"
    )
    assert sign_up(service).api_key


@in_both_modes
def test_poll_is_repeated_after_a_lost_pending_response(
    service: ApprovingService, sign_up: SignUp
) -> None:
    service.approve_before_poll = 3
    service.faults.fail_next("agent_signup.poll", MemsyConnectionError, stored=True)
    assert sign_up(service, approve=service.remember).api_key


@in_both_modes
def test_failed_start_is_not_repeated(service: LocalService, sign_up: SignUp) -> None:
    service.faults.fail_next("agent_signup.start", MemsyConnectionError, stored=True)
    with pytest.raises(MemsyConnectionError) as excinfo:
        sign_up(service)
    assert (excinfo.value.attempts, excinfo.value.maybe_processed) == (1, True)


Scenario = Callable[[SignUp, LocalService], AgentCredentials]


def with_fault(schedule: Callable[[Faults], None]) -> Scenario:
    def run(sign_up: SignUp, service: LocalService) -> AgentCredentials:
        schedule(service.faults)
        return sign_up(service)

    return run


SCENARIOS: dict[str, Scenario] = {
    "complete": lambda sign_up, service: sign_up(service),
    "refused": lambda sign_up, service: sign_up(
        service, approve=lambda url, *_: service.signups.refuse(url)
    ),
    "pending": lambda sign_up, service: sign_up(service, approve=never, timeout=7.5),
    "expired": lambda sign_up, service: sign_up(service, approve=never, timeout=1000.0),
    "lost": with_fault(lambda faults: faults.truncate_next("agent_signup.poll")),
    "no connection": with_fault(
        lambda faults: faults.fail_next("agent_signup.poll", MemsyConnectionError, times=None)
    ),
    "wrong secret": with_fault(
        lambda faults: faults.fail_next("agent_signup.poll", 401, detail="invalid_poll_secret")
    ),
    "not JSON": with_fault(
        lambda faults: faults.fail_next("agent_signup.poll", MemsyResponseError, times=None)
    ),
    "failed start": with_fault(
        lambda faults: faults.fail_next("agent_signup.start", 503, times=None)
    ),
    "bad argument": lambda sign_up, service: sign_up(service, org_name=" "),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_modes_have_equal_results_and_errors(scenario: str) -> None:
    def outcome(sign_up: SignUp) -> object:
        service = LocalService(config=ENABLED, clock=clock(), ids=lambda number: f"id{number}")
        try:
            result: object = evolve(SCENARIOS[scenario](sign_up, service), api_key="")
        except MemsyError as error:
            state = {name: value for name, value in vars(error).items() if name != "response"}
            result = type(error), str(error), repr(error), state
        return result, service.requests, service.clock.time()

    assert outcome(sync_sign_up) == outcome(async_sign_up)


@in_both_modes
@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "complete"])
def test_no_error_or_log_shows_a_secret(
    caplog: pytest.LogCaptureFixture, sign_up: SignUp, scenario: str
) -> None:
    service = LocalService(config=ENABLED, clock=clock())
    with (
        caplog.at_level(logging.DEBUG, "memsy"),
        capture_responses() as responses,
        pytest.raises(MemsyError) as excinfo,
    ):
        SCENARIOS[scenario](sign_up, service)
    shown = "".join(
        traceback.TracebackException.from_exception(excinfo.value, capture_locals=True).format()
    )
    bodies = [json.loads(r.content) for r in responses if r.content.startswith(b"{")]
    secrets = [
        KEY,
        *(body[name] for body in bodies for name in ("poll_secret", "api_key") if name in body),
    ]
    for secret in secrets:
        assert secret not in f"{shown}{caplog.text}{vars(excinfo.value)!r}{excinfo.value!r}"


def test_credentials_mask_the_key() -> None:
    credentials = AgentCredentials("msy_hunter2", "k1", "org_1", "user_1")
    assert repr(credentials) == (
        "AgentCredentials(api_key='***', key_id='k1', org_id='org_1', user_id='user_1')"
    )
    assert credentials.to_dict()["api_key"] == "***"
    assert AgentCredentials.from_dict(credentials.to_dict(reveal_secrets=True)) == credentials


SIGNUP = {
    "signup_id": "a/b",
    "poll_secret": "hunter2-secret",
    "authorize_url": "https://auth.agentid.com/authorize?state=1",
    "expires_in": 600,
}
COMPLETE = {
    "status": "complete",
    "api_key": "msy_hunter2",
    "key_id": "k1",
    "org_id": "org_1",
    "user_id": "user_1",
}


class RecordingSignupClient(SignupClient):
    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        super().__init__("https://memsy.test/api")

    def _create_transport(self, settings: Settings) -> Transport:
        return Transport(self._recording)

    @property
    def settings(self) -> Settings:
        return self._settings


class AsyncRecordingSignupClient(AsyncSignupClient):
    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        super().__init__("https://memsy.test/api")

    def _create_transport(self, settings: Settings) -> AsyncTransport:
        return AsyncTransport(self._recording)

    @property
    def settings(self) -> Settings:
        return self._settings


MakeClient = Callable[[Recording], RecordingSignupClient | AsyncRecordingSignupClient]
with_both_clients = pytest.mark.parametrize(
    "make_client", [RecordingSignupClient, AsyncRecordingSignupClient], ids=["sync", "async"]
)


def result_of(
    make_client: MakeClient,
    recording: Recording,
    *,
    org_name: str | None = None,
    approve: Approve = never,
) -> AgentCredentials:
    request = SignupRequest.check(
        inbox_id=INBOX,
        agentmail_api_key=Secret(KEY),
        org_name=org_name,
        timeout=300.0,
        approve=approve,
    )
    returned = make_client(recording).sign_up(request)
    if not isinstance(returned, Coroutine):
        return returned
    return run_without_loop(returned)


@with_both_clients
@pytest.mark.parametrize(("org_name", "body"), [(None, b"{}"), ("Ada", b'{"org_name":"Ada"}')])
def test_requests_of_a_sign_up(make_client: MakeClient, org_name: str | None, body: bytes) -> None:
    recording = recording_of(SIGNUP, COMPLETE)
    credentials = result_of(make_client, recording, org_name=org_name)
    assert credentials == AgentCredentials("msy_hunter2", "k1", "org_1", "user_1")
    assert recording.requests == [
        HTTPRequest("POST", "/agents/signup", body),
        HTTPRequest(
            "GET",
            "/agents/signup/a%2Fb",
            headers={"authorization": "Bearer hunter2-secret"},
        ),
    ]
    assert "authorization" not in make_client(recording).settings.headers()


@with_both_clients
@pytest.mark.parametrize(
    "url",
    [
        "https://auth.agentid.com",
        "https://auth.agentid.com?state=1",
        "https://auth.agentid.com#state",
        "https://auth.agentid.com/authorize/@evil.example",
    ],
)
def test_every_url_on_the_host_is_accepted(make_client: MakeClient, url: str) -> None:
    recording = recording_of({**SIGNUP, "authorize_url": url}, COMPLETE)
    opened = []
    result_of(make_client, recording, approve=lambda url, *_: opened.append(url))
    assert opened == [url]


@with_both_clients
@pytest.mark.parametrize(
    "url",
    [
        "http://auth.agentid.com/authorize",
        "https://auth.agentid.com.evil.example/authorize",
        "https://auth.agentid.com@evil.example/authorize",
        "https://evil.example@auth.agentid.com/authorize",
        "https://auth.agentid.com:8443/authorize",
        "https://auth.agentid.com:443/authorize",
        "https://evil.example/https://auth.agentid.com",
        "https://auth.agentid.com\\@evil.example/authorize",
        "https://auth.agentid.com\n.evil.example/authorize",
        "https://auth.agentid.com/authorize\n",
        "https://auth.agentid.com/a b",
        "https://AUTH.agentid.com/authorize",
        " https://auth.agentid.com/authorize",
        "https://[",
        "javascript:alert(1)",
        "//auth.agentid.com/authorize",
        "",
    ],
)
def test_url_on_another_host_is_not_opened(make_client: MakeClient, url: str) -> None:
    opened = []
    recording = recording_of({**SIGNUP, "authorize_url": url})
    with pytest.raises(MemsyResponseError) as excinfo:
        result_of(make_client, recording, approve=lambda url, *_: opened.append(url))
    assert not opened
    assert len(recording.requests) == 1
    assert str(excinfo.value) == (
        "POST /agents/signup: $.authorize_url is not on https://auth.agentid.com: "
        "it was not opened (1 attempt)"
    )


@with_both_clients
def test_late_response_with_the_key_is_not_lost(make_client: MakeClient) -> None:
    recording = recording_of(SIGNUP, COMPLETE)
    recording.latency = 31.0
    assert result_of(make_client, recording).api_key == "msy_hunter2"


@with_both_clients
@pytest.mark.parametrize(
    ("start", "poll", "path"),
    [
        ({"signup_id": "x"}, {}, r"\$"),
        ({**SIGNUP, "expires_in": 0}, {}, r"\$\.expires_in must be more than 0 s, got 0"),
        ({**SIGNUP, "poll_secret": ""}, {}, r"\$\.poll_secret must consist of printable ASCII"),
        ({**SIGNUP, "poll_secret": "a\r\nb: c"}, {}, r"\$\.poll_secret must consist of"),
        ({**SIGNUP, "signup_id": ".."}, {}, r"\$\.signup_id cannot be part of a URL path"),
        ({**SIGNUP, "signup_id": ""}, {}, r"\$\.signup_id is empty"),
        (SIGNUP, {}, r"\$"),
        (SIGNUP, {"status": "complete"}, r"\$"),
        (SIGNUP, {**COMPLETE, "api_key": None}, r"\$\.api_key"),
    ],
)
def test_response_of_another_shape_is_an_error_without_the_body(
    make_client: MakeClient, start: object, poll: object, path: str
) -> None:
    with pytest.raises(MemsyResponseError, match=path) as excinfo:
        result_of(make_client, recording_of(start, poll))
    assert excinfo.value.maybe_processed
    assert excinfo.value.response is None or excinfo.value.response.content == b""


@with_both_clients
def test_unknown_status_is_pending(make_client: MakeClient) -> None:
    """The service may add intermediate states."""
    recording = recording_of(SIGNUP, {"status": "approving"}, COMPLETE)
    assert result_of(make_client, recording).key_id == "k1"


@with_both_clients
@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"status": "error"}, "", "the sign-up was refused: no code"),
        ({"status": "error", "error": "new_code"}, "new_code", "the sign-up was refused: new_code"),
        ({"status": "error", "error": "hunter2-secret"}, "***", "the sign-up was refused: ***"),
    ],
)
def test_code_of_a_refusal_may_be_unknown_and_is_redacted(
    make_client: MakeClient, body: object, code: str, message: str
) -> None:
    with pytest.raises(AgentSignupError) as excinfo:
        result_of(make_client, recording_of(SIGNUP, body))
    assert (excinfo.value.code, excinfo.value.message) == (code, message)


@with_both_clients
def test_error_response_that_repeats_the_secret_is_redacted(make_client: MakeClient) -> None:
    response = HTTPResponse(401, {}, b'{"detail": "bad secret hunter2-secret"}')
    with pytest.raises(AuthenticationError, match=r"bad secret \*\*\*"):
        result_of(make_client, recording_of(SIGNUP, response))


def real_sign_up(arguments: dict[str, Any], *, is_async: bool) -> AgentCredentials:
    if is_async:
        return asyncio.run(async_agent_signup(**arguments))
    return agent_signup(**arguments)


INVALID: dict[str, dict[str, Any]] = {
    "inbox_id is empty": {"inbox_id": ""},
    "inbox_id must be a str, got 7": {"inbox_id": 7},
    "agentmail_api_key is empty": {"agentmail_api_key": ""},
    "agentmail_api_key must be a str, got int": {"agentmail_api_key": 7},
    "org_name is empty": {"org_name": ""},
    "timeout: total must be more than 0 s": {"timeout": 0.0},
    "approve must be a function of three arguments, got str": {"approve": "url"},
    "base_url 'memsy.test' is not an http": {"base_url": "memsy.test"},
}


@pytest.mark.wrong_types
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("message", INVALID)
def test_unusable_argument_is_named_before_anything_is_sent(message: str, is_async: bool) -> None:
    arguments: dict[str, Any] = {
        "base_url": "http://127.0.0.1:1/api",
        "inbox_id": INBOX,
        "agentmail_api_key": KEY,
        "approve": never,
        **INVALID[message],
    }
    with pytest.raises(MemsyConfigurationError, match=message):
        real_sign_up(arguments, is_async=is_async)


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_sign_up_over_http(is_async: bool) -> None:
    with LocalService(config=ENABLED) as service, LocalServer(service) as server:
        arguments = {
            "base_url": server.control_url,
            "inbox_id": INBOX,
            "agentmail_api_key": KEY,
            "org_name": "Agents",
            "approve": service.signups.approve,
        }
        credentials = real_sign_up(arguments, is_async=is_async)
        control = FakeMemsyControlClient(api_key=credentials.api_key, service=service)
        assert control.me().org_id == credentials.org_id


def test_environment_is_no_api_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of another account is not sent."""
    monkeypatch.setenv("MEMSY_API_KEY", "msy_other")
    client = RecordingSignupClient(recording_of(SIGNUP))
    assert "msy_other" not in repr(client.settings.headers())
    assert client.settings.api_key is None


def test_both_functions_have_the_official_parameters_and_approve() -> None:
    """The official signature is in the wire contract, section 10.5."""
    sync, asynchronous = map(inspect.signature, (agent_signup, async_agent_signup))
    assert sync == asynchronous
    assert [str(p.replace(annotation=p.empty)) for p in sync.parameters.values()] == [
        *("base_url", "inbox_id", "agentmail_api_key"),
        *("org_name=None", "timeout=300.0", "approve"),
    ]
    kinds = [p.kind.name for p in sync.parameters.values()]
    assert kinds == ["POSITIONAL_OR_KEYWORD"] * 3 + ["KEYWORD_ONLY"] * 3
    assert inspect.iscoroutinefunction(async_agent_signup)
    assert agent_signup.__doc__ == async_agent_signup.__doc__


def test_fakes_have_the_parameters_of_the_functions_and_service() -> None:
    for fake, real in (
        (fake_agent_signup, agent_signup),
        (fake_async_agent_signup, async_agent_signup),
    ):
        *same, service = inspect.signature(fake).parameters.values()
        assert service.name == "service"
        assert same == list(inspect.signature(real).parameters.values())
        assert inspect.iscoroutinefunction(fake) is inspect.iscoroutinefunction(real)
