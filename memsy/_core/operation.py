"""`Endpoint`, declared by the resource modules, and `Operation`, a call of it ready to send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import Factory, field, frozen

from memsy._core import encode
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.json_codec import decode_as
from memsy._core.plane import Plane
from memsy._core.retry import RetrySafety
from memsy._core.runtime_types import Shape
from memsy._core.secret import Secret

T = TypeVar("T")


@frozen(eq=False, repr=False)
class Operation(Generic[T]):
    """One call of an endpoint: the request, and the decoder of its response."""

    name: str
    """The method of the client: `search`, `roles.create`."""
    route: str
    """HTTP method and path template: `GET /roles/{role_id}`."""
    request: HTTPRequest
    decode: Callable[[HTTPResponse], T]
    retry_safety: RetrySafety
    secrets: Sequence[Secret] = ()
    """Secrets in the request, to mask if the service repeats them."""


def _default_decode(endpoint: Endpoint[Any]) -> Callable[[HTTPResponse], Any]:
    return decode_as(endpoint.response)


def _default_retry_safety(endpoint: Endpoint[Any]) -> RetrySafety:
    return RetrySafety.ALWAYS if endpoint.method == "GET" else RetrySafety.IF_NOT_PROCESSED


@frozen(kw_only=True, eq=False, repr=False)
class Endpoint(Generic[T]):
    """
    One endpoint of the service.

    A resource module declares each of its endpoints once, at module level. `memsy._endpoints`
    collects them.
    """

    name: str
    """The method of the client: `search`, `roles.create`."""
    plane: Plane
    method: str
    path: str
    """The path below the base URL, with ids in braces: `/roles/{role_id}`."""
    response: Shape[T]
    """The type of the result: a model, a list of models, or `NoneType`."""
    body: tuple[str, ...] = ()
    """The fields of the JSON body; empty for a request without a body."""
    decode: Callable[[HTTPResponse], T] = field(default=Factory(_default_decode, takes_self=True))
    """The decoder of a 2xx response. Default: decode the body as `response`."""
    retry_safety: RetrySafety = field(default=Factory(_default_retry_safety, takes_self=True))
    """Default: a GET is always safe to repeat, another method only if it was not processed."""

    @property
    def route(self) -> str:
        """HTTP method and path template: `GET /roles/{role_id}`."""
        return f"{self.method} {self.path}"

    def operation(
        self,
        *,
        path_params: Mapping[str, str] | None = None,
        query: Mapping[str, str | int | None] | None = None,
        json: object = None,
        decode: Callable[[HTTPResponse], T] | None = None,
    ) -> Operation[T]:
        """
        Build one call of this endpoint.

        Args:
            path_params: Ids for the braces in the path.
            query: Query parameters; None leaves a parameter out.
            json: Body of the request; None sends no body.
            decode: A decoder for this call only.

        Raises:
            MemsyConfigurationError: A value cannot be sent. The message names it.
        """
        target = self.path
        if path_params:
            segments = {name: encode.segment(name, value) for name, value in path_params.items()}
            target = target.format_map(segments)
        if query:
            target = encode.target(target, query)
        body = None if json is None else encode.body(json, self.name)
        return Operation(
            name=self.name,
            route=self.route,
            request=HTTPRequest(self.method, target, body),
            decode=decode or self.decode,
            retry_safety=self.retry_safety,
        )
