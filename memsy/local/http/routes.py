"""`Route` and `RoutingTable`: match method and path to an endpoint function, with path ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from memsy.local.http.parsing import RequestInput, trim

ParamsT = TypeVar("ParamsT")

Requirement = Literal["admin", "seat"]
"""Role or seat that the caller must have in the organisation."""


@frozen
class Route:
    """One method of one path, its endpoint function and its access rules."""

    name: str
    """Operation name, as in the client API: `search`, `roles.create`."""
    method: str
    pattern: tuple[str, ...]
    """Path segments. An id is a segment such as `{role_id}`."""
    scope: Scope | None
    """Scope that the key needs. None accepts any valid key."""
    handle: Callable[[RequestContext, RequestInput], object]
    """Returns the payload of the JSON response, or None for a 204 without a body."""
    requires: Requirement | None = None
    is_open: bool = False
    """True for a route without an API key."""
    status: int = 200
    """Status of a success with a body."""

    def authorize(self, key: Key) -> None:
        """
        Check that `key` may use this route.

        Raises:
            ErrorResponse: 403 for a missing scope, admin role or seat.
        """
        if self.scope is not None and self.scope not in key.scopes:
            raise missing_scope(self.scope)
        if self.requires == "admin" and not key.member.is_admin:
            raise admin_required()
        if self.requires == "seat" and not key.member.has_seat:
            raise seat_required()


def route(
    name: str,
    method: str,
    path: str,
    handler: Callable[[RequestContext], object],
    *,
    scope: Scope | None,
    requires: Requirement | None = None,
) -> Route:
    """Return a route whose only input is its path. `path` begins after the prefix of the plane."""
    return route_with_input(
        name,
        method,
        path,
        lambda inputs: None,
        lambda context, params: handler(context),
        scope=scope,
        requires=requires,
    )


def route_with_input(
    name: str,
    method: str,
    path: str,
    read: Callable[[RequestInput], ParamsT],
    handler: Callable[[RequestContext, ParamsT], object],
    *,
    scope: Scope | None,
    requires: Requirement | None = None,
) -> Route:
    """
    Return a route with query parameters or a body.

    Args:
        name: Operation name.
        method: HTTP method.
        path: Path after the prefix of the plane.
        read: Parses the input. All validation errors are raised before `handler` runs.
        handler: Endpoint function. Its second argument is the result of `read`.
        scope: Scope that the key needs.
        requires: Role or seat that the caller needs.
    """

    def handle(context: RequestContext, inputs: RequestInput) -> object:
        params = read(inputs)
        inputs.raise_errors()
        return handler(context, params)

    return Route(name, method, _segments(path), scope, handle, requires)


def open_route(
    name: str,
    method: str,
    path: str,
    read: Callable[[RequestInput], ParamsT],
    handler: Callable[[RequestContext, ParamsT], object],
    *,
    status: int = 200,
) -> Route:
    """Return a route that needs no API key. Its context has the key `NO_KEY`."""
    route = route_with_input(name, method, path, read, handler, scope=None)
    return evolve(route, is_open=True, status=status)


class RoutingTable:
    """
    Routing table: the routes of each plane, below the prefix of that plane.

    A fixed segment takes precedence over an id. A path is split at its slashes first and decoded
    afterwards, so an encoded slash is part of an id (wire contract 1.4).
    """

    def __init__(self, routes: Mapping[Plane, Iterable[Route]]) -> None:
        self._by_pattern: dict[tuple[str, ...], dict[str, Route]] = {}
        prefixed = (
            evolve(route, pattern=(*_segments(plane.prefix), *route.pattern))
            for plane, plane_routes in routes.items()
            for route in plane_routes
        )
        for route in sorted(prefixed, key=_id_positions):
            self._by_pattern.setdefault(route.pattern, {})[route.method] = route
        self._without_ids = {
            pattern: methods
            for pattern, methods in self._by_pattern.items()
            if not any(map(_is_id, pattern))
        }

        self._paths = {f"/{'/'.join(p)}": methods for p, methods in self._without_ids.items()}

    def __iter__(self) -> Iterator[Route]:
        for methods in self._by_pattern.values():
            yield from methods.values()

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """
        Return the route for a method and a path, and the decoded and trimmed ids of the path.

        Raises:
            ErrorResponse: 404 for an unknown path, 405 for an unknown method.
        """
        match = self._match(path)
        if match is None:
            raise no_route(method, path, self._base_url_hint(path))
        methods, ids = match
        if method not in methods:
            raise MethodNotAllowed(method, path, sorted(methods))
        return methods[method], ids

    def _match(self, path: str) -> tuple[Mapping[str, Route], Mapping[str, str]] | None:
        """Return the routes of a path by method, and its ids."""
        if path in self._paths:  # without an escape sequence, and 2 us faster
            return self._paths[path], {}
        segments = tuple(map(unquote, _segments(path)))
        if segments in self._without_ids:
            return self._without_ids[segments], {}
        for pattern, methods in self._by_pattern.items():
            ids = _match_pattern(pattern, segments)
            if ids is not None:
                return methods, ids
        return None

    def _base_url_hint(self, path: str) -> str:
        """Return a hint if another prefix, or only one, makes `path` a known path."""
        rest = path
        while prefix := next((p.prefix for p in Plane if rest.startswith(f"{p.prefix}/")), ""):
            rest = rest.removeprefix(prefix)
        for plane in Plane:
            segments = _segments(f"{plane.prefix}{rest}")
            if any(_match_pattern(pattern, segments) is not None for pattern in self._by_pattern):
                rule = f"The base URL of the {plane.name.lower()} plane ends with {plane.prefix}"
                return f"; did you mean {plane.prefix}{rest}? {rule}"
        return ""

    def is_read(self, method: str, path: str) -> bool:
        """Return True if a route matches, and its response does not depend on a write."""
        try:
            route = self.find(method, path)[0]
        except ErrorResponse:
            return False
        # The poll of a sign-up is a GET that writes: it creates the key.
        return (method == "GET" and not route.is_open) or route.scope == "read"

    def is_open(self, method: str, path: str) -> bool:
        """Return True if a route matches, and it needs no API key."""
        match = self._match(path)
        return match is not None and method in match[0] and match[0][method].is_open

    def operation_name(self, method: str, target: str) -> str | None:
        """Return the operation name of a request, or None if no route matches."""
        try:
            return self.find(method, target.partition("?")[0])[0].name
        except ErrorResponse:
            return None


def _id_positions(route: Route) -> list[bool]:
    return list(map(_is_id, route.pattern))


def _is_id(segment: str) -> bool:
    return segment[:1] == "{"


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.split("/")[1:])


def _match_pattern(pattern: tuple[str, ...], segments: Sequence[str]) -> Mapping[str, str] | None:
    if len(pattern) != len(segments):
        return None
    ids = dict[str, str]()
    for expected, segment in zip(pattern, segments, strict=True):
        if _is_id(expected) and trim(segment):
            ids[expected[1:-1]] = trim(segment)
        elif expected != segment:
            return None
    return ids
