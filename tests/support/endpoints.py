"""Endpoints of the registry, beside the methods and the local routes that belong to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import isfunction
from typing import Any, get_type_hints

from memsy import MemsyClientProtocol, MemsyControlClientProtocol, signup
from memsy._core.operation import Endpoint
from memsy._core.plane import Plane
from memsy._endpoints import endpoints

SURFACES: dict[Plane, type] = {
    Plane.DATA: MemsyClientProtocol,
    Plane.CONTROL: MemsyControlClientProtocol,
}

SIGNUP_ENDPOINTS = [value for value in vars(signup).values() if isinstance(value, Endpoint)]
"""Endpoints of `agent_signup`, which is not a method of a client."""


def full_path(endpoint: Endpoint[Any]) -> str:
    """Return the path from the root of the server: `/v1/roles/{role_id}`."""
    return f"{endpoint.plane.prefix}{endpoint.path}"


def names(plane: Plane) -> set[str]:
    return {endpoint.name for endpoint in endpoints() if endpoint.plane is plane}


def resource_names(plane: Plane) -> set[str]:
    """Return the resources that have endpoints, as the client names them: `roles`."""
    return {name.split(".")[0] for name in names(plane) if "." in name}


def method_names(plane: Plane, resource: str | None) -> set[str]:
    """Return the methods of one resource, or of the client itself, that call an endpoint."""
    split = (name.rpartition(".") for name in names(plane))
    return {method for owner, _, method in split if owner == (resource or "")}


def methods(plane: Plane) -> dict[str, Callable[..., object]]:
    """Return the methods of the client protocol and of its resources: `roles.create`."""
    return dict(_methods(SURFACES[plane], ""))


def _methods(surface: type, prefix: str) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, member in vars(surface).items():
        if isinstance(member, property):
            yield from _methods(get_type_hints(member.fget)["return"], f"{name}.")
        elif isfunction(member) and not name.startswith("_"):
            yield f"{prefix}{name}", member
