"""Operations of roles and teams, whose endpoints differ only in names and models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from memsy._core import encode
from memsy._core.operation import Endpoint, Operation
from memsy.resources._payloads import create_payload, update_payload

T = TypeVar("T")


def create(endpoint: Endpoint[T], *, org_id: str, name: str, focus: str) -> Operation[T]:
    return endpoint.operation(json=create_payload(org_id=org_id, name=name, focus=focus))


def operation_by_id(
    endpoint: Endpoint[T], *, path_params: Mapping[str, str], org_id: str
) -> Operation[T]:
    """Build a call without a body for one role or team: get, delete or regenerate the prompt."""
    return endpoint.operation(
        path_params=path_params, query={"org_id": encode.identifier("org_id", org_id)}
    )


def update(
    endpoint: Endpoint[T],
    *,
    path_params: Mapping[str, str],
    org_id: str,
    name: str | None,
    focus: str | None,
    promotion_prompt: str | None,
) -> Operation[T]:
    return endpoint.operation(
        path_params=path_params,
        query={"org_id": encode.identifier("org_id", org_id)},
        json=update_payload(name=name, focus=focus, promotion_prompt=promotion_prompt),
    )


def list_page(endpoint: Endpoint[T], *, org_id: str, limit: int, offset: int) -> Operation[T]:
    return endpoint.operation(
        query={
            "org_id": encode.identifier("org_id", org_id),
            "limit": encode.integer("limit", limit),
            "offset": encode.integer("offset", offset),
        },
    )
