"""From a method and a path to the function that answers: a table, made of what each noun adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeVar
from urllib.parse import unquote

from attrs import evolve, frozen

from memsy._core.plane import Plane
from memsy.local.http.context import Key, RequestContext, Scope
from memsy.local.http.errors import (
    ErrorResponse,
    MethodNotAllowed,
    admin_required,
    missing_scope,
    no_route,
    seat_required,
)
from memsy.local.http.parsing import RequestInput

A = TypeVar("A")

Requirement = Literal["admin", "seat"]
"""What the caller must be, or have, in the organisation."""


@frozen
class Route:
    """One method of one path. *answer* gives what to say as JSON, or None for an empty 204."""

    name: str
    """The operation, as a caller of a client says it: `search`, `roles.create`."""
    method: str
    pattern: tuple[str, ...]
    scope: Scope | None
    """What the key must be allowed to do; None: any good key will do."""
    handle: Callable[[RequestContext, RequestInput], object]
    standing: Requirement | None = None

    def authorize(self, key: Key) -> None:
        """
        Check that whoever has *key* may use this route.

        Raises:
            Refusal: 403, they may not.
        """
        if self.scope is not None and self.scope not in key.scopes:
            raise missing_scope(self.scope)
        if self.standing == "admin" and not key.member.is_admin:
            raise admin_required()
        if self.standing == "seat" and not key.member.has_seat:
            raise seat_required()


def route(
    name: str,
    method: str,
    path: str,
    act: Callable[[RequestContext], object],
    *,
    scope: Scope | None,
    standing: Requirement | None = None,
) -> Route:
    """Return a route that reads nothing but its *path*, which begins after the plane's prefix."""
    return route_with_input(
        name,
        method,
        path,
        lambda inputs: None,
        lambda context, params: act(context),
        scope=scope,
        standing=standing,
    )


def route_with_input(
    name: str,
    method: str,
    path: str,
    read: Callable[[RequestInput], A],
    act: Callable[[RequestContext, A], object],
    *,
    scope: Scope | None,
    standing: Requirement | None = None,
) -> Route:
    """A route that first reads what is asked, and acts once all of it is found good."""

    def answer(context: RequestContext, inputs: RequestInput) -> object:
        params = read(inputs)
        inputs.raise_errors()
        return act(context, params)

    return Route(name, method, _segments(path), scope, answer, standing)


class RoutingTable:
    """
    Routing table: the routes of each plane, below the prefix of that plane.

    Ids stand in patterns as `{name}`, and a fixed segment wins over an id.

    A path is cut at its slashes first and decoded afterwards: an encoded slash is part of an id.
    """

    def __init__(self, routes: Mapping[Plane, Iterable[Route]]) -> None:
        self._by_pattern: dict[tuple[str, ...], dict[str, Route]] = {}
        whole = (
            evolve(one, pattern=(*_segments(plane.prefix), *one.pattern))
            for plane, of_plane in routes.items()
            for one in of_plane
        )
        for one in sorted(whole, key=lambda one: [segment[:1] == "{" for segment in one.pattern]):
            self._by_pattern.setdefault(one.pattern, {})[one.method] = one

    def __iter__(self) -> Iterator[Route]:
        for methods in self._by_pattern.values():
            yield from methods.values()

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """
        The route for *path*, and the ids in it.

        Raises:
            Refusal: 404 or 405, there is none.
        """
        segments = [unquote(segment) for segment in _segments(path)]
        for pattern, methods in self._by_pattern.items():
            ids = _match(pattern, segments)
            if ids is None:
                continue
            if method not in methods:
                raise MethodNotAllowed(method, path, sorted(methods))
            return methods[method], ids
        raise no_route(method, path)

    def operation_name(self, method: str, target: str) -> str | None:
        """The operation that a request is for, if it is for any."""
        try:
            return self.find(method, target.partition("?")[0])[0].name
        except ErrorResponse:
            return None


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.split("/")[1:])


def _match(pattern: tuple[str, ...], segments: list[str]) -> Mapping[str, str] | None:
    if len(pattern) != len(segments):
        return None
    ids = dict[str, str]()
    for expected, segment in zip(pattern, segments, strict=True):
        if expected[:1] == "{" and segment:
            ids[expected[1:-1]] = segment
        elif expected != segment:
            return None
    return ids
