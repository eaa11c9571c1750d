"""Polling of `wait_until_authorized`: 409 responses, timeout and errors, on a scripted clock."""

from __future__ import annotations

import json

import pytest

from memsy import (
    ConflictError,
    HTTPResponse,
    MemsyAPIError,
    MemsyConnectionError,
    MemsyError,
    MemsyTimeoutError,
    NotFoundError,
)
from tests.support.recording_clients import (
    ControlClientCall,
    MakeControlClient,
    in_both_control_modes,
    outcome,
    recording_of,
)

PENDING = HTTPResponse(409, {}, b'{"detail": "Connector is waiting for authorization"}')
READY: object = {"resources": []}

PENDING_BODIES = {
    "detail of the contract": {"detail": "Connector is waiting for authorization"},
    "British spelling": {"detail": "Not authorised yet"},
    "error code": {"error": "authorization_pending", "message": "try again"},
    "error code in an envelope": {"detail": {"error": "token_missing"}},
    "state of the connector": {"detail": "The connector is PENDING"},
    "unknown wording": {"detail": "OAuth not completed"},
    "null detail": {"detail": None},
}
OTHER_CONFLICTS = {
    "connector is deleted": {"detail": "The connector is being deleted"},
    "token is revoked": {"detail": "Token revoked by provider"},
    "already connected": {
        "detail": {"error": "already_connected", "message": "a workspace is connected"}
    },
}


def wait(timeout: float = 300.0, poll_interval: float = 3.0) -> ControlClientCall:
    return lambda c: c.connectors.wait_until_authorized(
        "c1", timeout=timeout, poll_interval=poll_interval
    )


@in_both_control_modes
def test_polling_ends_with_the_consent(make_client: MakeControlClient) -> None:
    recording = recording_of(PENDING, PENDING, READY)
    assert outcome(make_client, wait(), recording) == []
    assert (len(recording.requests), recording.clock.monotonic()) == (3, 6.0)


@in_both_control_modes
def test_polling_without_consent_ends_with_a_timeout_error(make_client: MakeControlClient) -> None:
    """The timeout of the call is longer than the timeout of the client."""
    recording = recording_of(PENDING)
    with pytest.raises(TimeoutError) as excinfo:
        outcome(make_client, wait(poll_interval=5.0), recording)
    assert isinstance(excinfo.value, MemsyTimeoutError)
    assert str(excinfo.value) == (
        "GET /connectors/{connector_id}/resources: still not ready after 300 s (61 attempts)"
    )
    assert (excinfo.value.attempts, len(recording.requests)) == (61, 61)
    assert 299.0 < recording.clock.monotonic() <= 300.0


@in_both_control_modes
@pytest.mark.parametrize("body", PENDING_BODIES.values(), ids=PENDING_BODIES)
def test_conflict_before_consent_is_polled_again(
    make_client: MakeControlClient, body: object
) -> None:
    recording = recording_of(HTTPResponse(409, {}, json.dumps(body).encode()), READY)
    assert outcome(make_client, wait(), recording) == []


@in_both_control_modes
def test_conflict_without_a_body_is_polled_again(make_client: MakeControlClient) -> None:
    assert outcome(make_client, wait(), recording_of(HTTPResponse(409), READY)) == []


@in_both_control_modes
@pytest.mark.parametrize("body", OTHER_CONFLICTS.values(), ids=OTHER_CONFLICTS)
def test_other_conflict_is_raised_immediately(make_client: MakeControlClient, body: object) -> None:
    recording = recording_of(HTTPResponse(409, {}, json.dumps(body).encode()))
    with pytest.raises(ConflictError):
        outcome(make_client, wait(), recording)
    assert (len(recording.requests), recording.clock.monotonic()) == (1, 0.0)


@in_both_control_modes
@pytest.mark.parametrize(
    ("response", "error"),
    [
        (HTTPResponse(404), NotFoundError),
        (HTTPResponse(400, {}, b'{"detail": "pending"}'), MemsyAPIError),
        (HTTPResponse(403, {}, b'{"detail": "authorization"}'), MemsyAPIError),
        (MemsyConnectionError("the connection was refused"), MemsyConnectionError),
    ],
)
def test_error_other_than_409_is_raised(
    make_client: MakeControlClient, response: HTTPResponse | MemsyError, error: type[MemsyError]
) -> None:
    with pytest.raises(error):
        outcome(make_client, wait(), recording_of(PENDING, response))
