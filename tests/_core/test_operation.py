"""Endpoints and the operations that they build."""

from __future__ import annotations

from types import NoneType

import pytest
from attrs import evolve

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.json_codec import no_content
from memsy._core.operation import Endpoint
from memsy._core.plane import Plane
from memsy._core.retry import RetrySafety
from memsy.exceptions import MemsyConfigurationError
from memsy.models import ProInterestResponse

UPDATE = Endpoint(
    name="roles.update",
    plane=Plane.DATA,
    method="PATCH",
    path="/roles/{role_id}",
    response=NoneType,
    body=("name",),
    decode=no_content,
)


def test_operation_has_name_route_and_request() -> None:
    operation = UPDATE.operation(
        path_params={"role_id": "a/b"}, query={"org_id": "o 1", "limit": None}, json={}
    )
    assert operation.name == "roles.update"
    assert operation.route == "PATCH /roles/{role_id}"
    assert operation.request == HTTPRequest("PATCH", "/roles/a%2Fb?org_id=o+1", b"{}")


def test_braces_in_an_id_are_percent_encoded() -> None:
    operation = UPDATE.operation(path_params={"role_id": "{x}"})
    assert operation.request.target == "/roles/%7Bx%7D"


def test_request_without_json_has_no_body() -> None:
    assert UPDATE.operation(path_params={"role_id": "r1"}).request.body is None


def test_response_is_decoded_as_declared() -> None:
    express = Endpoint(
        name="interest.express",
        plane=Plane.CONTROL,
        method="POST",
        path="/interest/pro",
        response=ProInterestResponse,
    )
    response = HTTPResponse(200, {}, b'{"message": "thanks"}')
    assert express.operation().decode(response) == ProInterestResponse("thanks")
    other = express.operation(decode=lambda response: ProInterestResponse("another"))
    assert other.decode(response) == ProInterestResponse("another")


@pytest.mark.parametrize(
    ("method", "retry_safety"),
    [
        ("GET", RetrySafety.ALWAYS),
        ("POST", RetrySafety.IF_NOT_PROCESSED),
        ("PATCH", RetrySafety.IF_NOT_PROCESSED),
        ("PUT", RetrySafety.IF_NOT_PROCESSED),
        ("DELETE", RetrySafety.IF_NOT_PROCESSED),
    ],
)
def test_only_get_is_safe_to_repeat_by_default(method: str, retry_safety: RetrySafety) -> None:
    endpoint = Endpoint(
        name="x", plane=Plane.DATA, method=method, path="/x", response=NoneType, decode=no_content
    )
    assert endpoint.operation().retry_safety is retry_safety


def test_retry_safety_can_be_declared() -> None:
    search = evolve(UPDATE, path="/search", retry_safety=RetrySafety.ALWAYS)
    assert search.operation().retry_safety is RetrySafety.ALWAYS


def test_message_about_an_unusable_body_names_operation_and_field() -> None:
    with pytest.raises(
        MemsyConfigurationError, match=r"^roles\.update: name cannot be encoded as JSON: "
    ):
        UPDATE.operation(path_params={"role_id": "r1"}, json={"name": float("nan")})
