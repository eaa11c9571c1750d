"""What is asked of the service, and how its answer is read: no I/O, no `async`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from attrs import frozen

from memsy._core import encode
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.retry import RetrySafety

T = TypeVar("T")


@frozen
class Operation(Generic[T]):
    """One question to the service, ready to be sent, and the way to read its answer."""

    name: str
    """As a caller says it: `search`, `roles.create`."""
    route: str
    """As the service says it, without the values: `GET /roles/{role_id}`."""
    request: HTTPRequest
    read: Callable[[HTTPResponse], T]
    repeatable: RetrySafety


def ask(
    name: str,
    route: str,
    read: Callable[[HTTPResponse], T],
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str | int | None] | None = None,
    json: object = None,
    repeatable: RetrySafety | None = None,
) -> Operation[T]:
    """
    The operation *name*, which sends *json* (if any) to *route* and has its answer *read*.

    *path* gives the ids for the braces in *route*. A GET may be repeated at will; of
    any other method it has to be said.

    Raises:
        MemsyConfigurationError: a value that cannot be sent, or should not be.
    """
    method, template = route.split(" ")
    segments = {key: encode.segment(key, value) for key, value in (path or {}).items()}
    if repeatable is None:
        repeatable = RetrySafety.ALWAYS if method == "GET" else RetrySafety.IF_NOT_PROCESSED
    return Operation(
        name,
        route,
        HTTPRequest(
            method,
            encode.target(template.format_map(segments), query or {}),
            None if json is None else encode.body(json, name),
        ),
        read,
        repeatable,
    )
