"""`wait_until_authorized`: what it takes for "not yet", and for how long; the clock is scripted."""

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

NOT_YET = HTTPResponse(409, {}, b'{"detail": "Connector is waiting for authorization"}')
READY: object = {"resources": []}

SAYING_NOT_YET = {
    "in the words of the contract": {"detail": "Connector is waiting for authorization"},
    "in British English": {"detail": "Not authorised yet"},
    "by a code": {"error": "authorization_pending", "message": "try again"},
    "by a code in an envelope": {"detail": {"error": "token_missing"}},
    "by its state": {"detail": "The connector is PENDING"},
    "in words that nobody foresaw": {"detail": "OAuth not completed"},
    "without a word": {"detail": None},
}
SAYING_SOMETHING_ELSE = {
    "of its state": {"detail": "The connector is being deleted"},
    "of its end": {"detail": "Token revoked by provider"},
    "of another": {"detail": {"error": "already_connected", "message": "a workspace is connected"}},
}


def wait(timeout: float = 300.0, poll_interval: float = 3.0) -> ControlClientCall:
    return lambda c: c.connectors.wait_until_authorized(
        "c1", timeout=timeout, poll_interval=poll_interval
    )


@in_both_control_modes
def test_a_consent_that_comes_is_awaited(make_client: MakeControlClient) -> None:
    record = recording_of(NOT_YET, NOT_YET, READY)
    assert outcome(make_client, wait(), record) == []
    assert (len(record.requests), record.clock.monotonic()) == (3, 6.0)


@in_both_control_modes
def test_a_consent_that_does_not_come_is_awaited_to_the_end(make_client: MakeControlClient) -> None:
    """Longer than any other call of this client may take."""
    record = recording_of(NOT_YET)
    with pytest.raises(TimeoutError) as raised:
        outcome(make_client, wait(poll_interval=5.0), record)
    assert isinstance(raised.value, MemsyTimeoutError)
    assert str(raised.value) == (
        "GET /connectors/{connector_id}/resources: still not ready after 300 s (61 attempts)"
    )
    assert (raised.value.attempts, len(record.requests)) == (61, 61)
    assert 299.0 < record.clock.monotonic() <= 300.0


@in_both_control_modes
@pytest.mark.parametrize("body", SAYING_NOT_YET.values(), ids=SAYING_NOT_YET)
def test_a_conflict_about_consent_means_not_yet(
    make_client: MakeControlClient, body: object
) -> None:
    record = recording_of(HTTPResponse(409, {}, json.dumps(body).encode()), READY)
    assert outcome(make_client, wait(), record) == []


@in_both_control_modes
def test_a_conflict_that_says_nothing_means_not_yet(make_client: MakeControlClient) -> None:
    assert outcome(make_client, wait(), recording_of(HTTPResponse(409), READY)) == []


@in_both_control_modes
@pytest.mark.parametrize("body", SAYING_SOMETHING_ELSE.values(), ids=SAYING_SOMETHING_ELSE)
def test_any_other_conflict_is_raised_at_once(make_client: MakeControlClient, body: object) -> None:
    record = recording_of(HTTPResponse(409, {}, json.dumps(body).encode()))
    with pytest.raises(ConflictError):
        outcome(make_client, wait(), record)
    assert (len(record.requests), record.clock.monotonic()) == (1, 0.0)


@in_both_control_modes
@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (HTTPResponse(404), NotFoundError),
        (HTTPResponse(400, {}, b'{"detail": "pending"}'), MemsyAPIError),
        (HTTPResponse(403, {}, b'{"detail": "authorization"}'), MemsyAPIError),
        (MemsyConnectionError("no more"), MemsyConnectionError),
    ],
)
def test_any_other_refusal_is_raised_as_by_any_call(
    make_client: MakeControlClient, refusal: HTTPResponse | MemsyError, error: type[MemsyError]
) -> None:
    with pytest.raises(error):
        outcome(make_client, wait(), recording_of(NOT_YET, refusal))
