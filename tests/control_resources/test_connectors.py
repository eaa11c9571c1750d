"""Requests and results of `control.connectors`, sync and async, and errors without secrets."""

from __future__ import annotations

import pickle
import traceback
from typing import Any

import pytest

from memsy import (
    Connector,
    ConnectorConnection,
    ConnectorResourceItem,
    ConnectorStatus,
    HTTPResponse,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    PickerConfig,
    ResourceSelection,
)
from tests.support.recording_clients import (
    ControlClientCall,
    ControlWireCase,
    MakeControlClient,
    in_both_control_modes,
    outcome,
    recording_of,
    result,
)

BODY = {
    "id": "c1",
    "provider": "slack",
    "status": "active",
    "display_name": "Acme",
    "scopes": ["channels:read"],
    "created_at": "2026-09-20T10:00:00Z",
}
CONNECTOR = Connector.from_dict(BODY)
RESOURCES_BODY = {
    "resources": [
        {"external_id": "C1", "resource_type": "channel", "name": "tea", "selected": True},
        {"external_id": "C2"},
    ]
}
RESOURCES = [
    ConnectorResourceItem("C1", "channel", "tea", selected=True),
    ConnectorResourceItem("C2", "channel", None, selected=False),
]
S3: dict[str, Any] = {
    "access_key_id": "AKIA1",
    "secret_access_key": "hunter2/+=",
    "region": "eu-central-1",
    "bucket": "tea",
}
S3_BODY = (
    '{"access_key_id":"AKIA1","secret_access_key":"hunter2/+=",'
    '"region":"eu-central-1","bucket":"tea"'
)

CASES = {
    "list_providers": ControlWireCase(
        lambda c: c.connectors.list_providers(),
        *("GET", "/connectors/providers", None),
        *({"providers": ["slack", "s3"]}, ["slack", "s3"]),
    ),
    "list_providers with null": ControlWireCase(
        lambda c: c.connectors.list_providers(),
        *("GET", "/connectors/providers", None),
        *({"providers": None}, []),
    ),
    "status": ControlWireCase(
        lambda c: c.connectors.status("google_drive"),
        *("GET", "/connectors/google_drive/status", None),
        {"connected": True, "display_name": "Ann's Drive"},
        ConnectorStatus(connected=True, display_name="Ann's Drive"),
    ),
    "create": ControlWireCase(
        lambda c: c.connectors.create("slack"),
        *("POST", "/connectors/slack/connect", None),
        {"connector_id": "c1", "authorize_url": "https://slack.test/oauth"},
        ConnectorConnection("c1", "https://slack.test/oauth"),
    ),
    "configure_s3": ControlWireCase(
        lambda c: c.connectors.configure_s3(**S3),
        *("POST", "/connectors/s3/configure", S3_BODY + "}"),
        {**BODY, "provider": "s3", "bucket": "tea", "region": "eu-central-1"},
        Connector.from_dict({**BODY, "provider": "s3", "bucket": "tea", "region": "eu-central-1"}),
    ),
    "configure_s3 with connector_id": ControlWireCase(
        lambda c: c.connectors.configure_s3(**S3, connector_id="c1"),
        *("POST", "/connectors/s3/configure", S3_BODY + ',"connector_id":"c1"}'),
        *(BODY, CONNECTOR),
    ),
    "list": ControlWireCase(
        lambda c: c.connectors.list(), "GET", "/connectors", None, [BODY], [CONNECTOR]
    ),
    "get": ControlWireCase(
        lambda c: c.connectors.get("c/1"), "GET", "/connectors/c%2F1", None, BODY, CONNECTOR
    ),
    "list_resources": ControlWireCase(
        lambda c: c.connectors.list_resources("c/1"),
        *("GET", "/connectors/c%2F1/resources", None),
        *(RESOURCES_BODY, RESOURCES),
    ),
    "list_resources with parent_id": ControlWireCase(
        lambda c: c.connectors.list_resources("c1", parent_id="a b/c"),
        *("GET", "/connectors/c1/resources?parent_id=a+b%2Fc", None),
        *({"resources": None}, []),
    ),
    "list_branches": ControlWireCase(
        lambda c: c.connectors.list_branches("c/1", "acme/app"),
        *("GET", "/connectors/c%2F1/branches?repo=acme%2Fapp", None),
        {"resources": [{"external_id": "acme/app#main", "resource_type": "default_branch"}]},
        [ConnectorResourceItem("acme/app#main", "default_branch", None, selected=False)],
    ),
    "picker_config": ControlWireCase(
        lambda c: c.connectors.picker_config("c/1"),
        *("GET", "/connectors/c%2F1/picker-token", None),
        {"access_token": "ya29", "expires_in": 3599, "api_key": "AIza", "app_id": "app-1"},
        PickerConfig("ya29", 3599, "AIza", "app-1"),
    ),
    "wait_until_authorized": ControlWireCase(
        lambda c: c.connectors.wait_until_authorized("c/1"),
        *("GET", "/connectors/c%2F1/resources", None),
        *(RESOURCES_BODY, RESOURCES),
    ),
    "configure_resources": ControlWireCase(
        lambda c: c.connectors.configure_resources(
            "c/1", [ResourceSelection("C1"), ResourceSelection("F1", "folder", "Thé")]
        ),
        "PUT",
        "/connectors/c%2F1/resources",
        '{"resources":[{"external_id":"C1","resource_type":"channel"},'
        '{"external_id":"F1","resource_type":"folder","name":"Thé"}]}',
        *(BODY, CONNECTOR),
    ),
    "configure_resources with listed items": ControlWireCase(
        lambda c: c.connectors.configure_resources("c1", RESOURCES),
        "PUT",
        "/connectors/c1/resources",
        '{"resources":[{"external_id":"C1","resource_type":"channel","name":"tea"},'
        '{"external_id":"C2","resource_type":"channel"}]}',
        *(BODY, CONNECTOR),
    ),
    "configure_resources with empty list": ControlWireCase(
        lambda c: c.connectors.configure_resources("c1", list[ResourceSelection]()),
        *("PUT", "/connectors/c1/resources", '{"resources":[]}'),
        *(BODY, CONNECTOR),
    ),
    "sync": ControlWireCase(
        lambda c: c.connectors.sync("c/1"),
        *("POST", "/connectors/c%2F1/sync", None),
        *(BODY, CONNECTOR),
    ),
    "delete": ControlWireCase(
        lambda c: c.connectors.delete("c/1"),
        "DELETE",
        "/connectors/c%2F1",
        None,
        HTTPResponse(204),
        None,
    ),
}

UNTYPED: Any = "C1"
INVALID_ARGUMENTS: dict[str, tuple[ControlClientCall, str]] = {
    "status with empty provider": (lambda c: c.connectors.status(""), "provider"),
    "create with dots": (lambda c: c.connectors.create(".."), "provider"),
    "get with empty id": (lambda c: c.connectors.get(""), "connector_id"),
    "delete with empty id": (lambda c: c.connectors.delete(""), "connector_id"),
    "sync with blank id": (lambda c: c.connectors.sync(" "), "connector_id"),
    "empty parent_id": (lambda c: c.connectors.list_resources("c1", parent_id=""), "parent_id"),
    "empty repo": (lambda c: c.connectors.list_branches("c1", ""), "repo"),
    "picker_config with dot": (lambda c: c.connectors.picker_config("."), "connector_id"),
    "wait_until_authorized with empty id": (
        lambda c: c.connectors.wait_until_authorized(""),
        "connector_id",
    ),
    "infinite timeout": (
        lambda c: c.connectors.wait_until_authorized("c1", timeout=float("inf")),
        "timeout: total",
    ),
    "zero timeout": (
        lambda c: c.connectors.wait_until_authorized("c1", timeout=0),
        "timeout: total",
    ),
    "zero poll_interval": (
        lambda c: c.connectors.wait_until_authorized("c1", poll_interval=0),
        "poll_interval must be more than 0 s, got 0",
    ),
    "NaN poll_interval": (
        lambda c: c.connectors.wait_until_authorized("c1", poll_interval=float("nan")),
        "poll_interval must be more than 0 s, got nan",
    ),
    "text as poll_interval": (
        lambda c: c.connectors.wait_until_authorized("c1", poll_interval=UNTYPED),
        "poll_interval must be a number",
    ),
    "text as resources": (
        lambda c: c.connectors.configure_resources("c1", UNTYPED),
        "resources must be a list of ResourceSelection, got str",
    ),
    "text as resource": (
        lambda c: c.connectors.configure_resources("c1", [ResourceSelection("C1"), UNTYPED]),
        r"resources\[1\] must be a ResourceSelection, got str",
    ),
    "region None": (lambda c: c.connectors.configure_s3(**{**S3, "region": None}), "region"),
    "empty connector_id": (
        lambda c: c.connectors.configure_s3(**S3, connector_id=""),
        "connector_id",
    ),
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@pytest.mark.wrong_types
@in_both_control_modes
@pytest.mark.parametrize(("call", "message"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeControlClient, call: ControlClientCall, message: str
) -> None:
    recording = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{message}"):
        outcome(make_client, call, recording)
    assert recording.requests == []


def every_text_of(error: MemsyError) -> str:
    """Return all texts that can show the data of an error."""
    trace = "".join(traceback.format_exception(error))
    return f"{error} {error!r} {vars(error)} {trace} {pickle.dumps(error)!r}"


@pytest.mark.wrong_types
@in_both_control_modes
@pytest.mark.parametrize("secret", [b"hunter2", ["hunter2"], "hunter2\ud800"], ids=type)
def test_error_does_not_show_an_invalid_secret(
    make_client: MakeControlClient, secret: object
) -> None:
    recording = recording_of({})
    with pytest.raises(
        MemsyConfigurationError, match=r"^secret_access_key must be a str"
    ) as excinfo:
        outcome(
            make_client,
            lambda c: c.connectors.configure_s3(**{**S3, "secret_access_key": secret}),
            recording,
        )
    assert "hunter2" not in every_text_of(excinfo.value)
    assert recording.requests == []


@in_both_control_modes
@pytest.mark.parametrize(
    "response",
    [
        HTTPResponse(
            400, {}, b'{"error": "bad_credentials", "message": "no access to the bucket"}'
        ),
        HTTPResponse(422, {}, b'{"detail": [{"loc": ["body", "region"], "msg": "unknown"}]}'),
        HTTPResponse(500),
        HTTPResponse(200, {}, b'{"secret_access_key": "hunter2/+='),
        HTTPResponse(200, {}, b'{"id": ["hunter2/+="]}'),
        MemsyConnectionError("the connection was reset"),
    ],
    ids=str,
)
def test_error_does_not_show_the_secret_of_the_request(
    make_client: MakeControlClient, response: HTTPResponse | MemsyError
) -> None:
    with pytest.raises(MemsyError) as excinfo:
        result(make_client, lambda c: c.connectors.configure_s3(**S3), response)
    assert "hunter2" not in every_text_of(excinfo.value)


@in_both_control_modes
def test_error_does_not_show_the_token_of_an_invalid_response(
    make_client: MakeControlClient,
) -> None:
    invalid = HTTPResponse(200, {}, b'{"access_token": "ya29.hunter2", "exp')
    with pytest.raises(MemsyResponseError, match="it may contain a secret") as excinfo:
        result(make_client, lambda c: c.connectors.picker_config("c1"), invalid)
    assert "hunter2" not in every_text_of(excinfo.value)
