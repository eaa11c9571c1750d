"""API keys: the endpoints under `/keys`."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from datetime import datetime
from types import NoneType
from typing import Any, get_args

from attrs import field, frozen

from memsy._core import encode
from memsy._core.fields import optional
from memsy._core.http import HTTPResponse
from memsy._core.json_codec import decode_as, no_content
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import ApiKeyListResponse, CreateKeyResponse, KeyScope
from memsy.parity import implements
from memsy.protocols import AsyncKeysProtocol, KeysProtocol

_SCOPES = get_args(KeyScope)


@frozen
class _KeyUsage:
    """Envelope of the usage records, whose fields the service does not document."""

    usage: list[dict[str, Any]] = field(metadata=optional([]))


_decode_envelope = decode_as(_KeyUsage, accepts_empty=True)


def _decode_usage(response: HTTPResponse) -> list[dict[str, Any]]:
    return _decode_envelope(response).usage


_CREATE = Endpoint(
    name="keys.create",
    plane=Plane.CONTROL,
    method="POST",
    path="/keys",
    response=CreateKeyResponse,
    body=("name", "scopes", "expires_at"),
    decode=decode_as(CreateKeyResponse, is_secret=True),
)


def _create(
    *, name: str, scopes: Sequence[KeyScope], expires_at: str | datetime | None
) -> Operation[CreateKeyResponse]:
    body: dict[str, object] = {
        "name": encode.text("name", name),
        "scopes": encode.choices("scopes", scopes, _SCOPES),
    }
    if expires_at is not None:
        body["expires_at"] = encode.timestamp("expires_at", expires_at)
    return _CREATE.operation(json=body)


_DELETE = Endpoint(
    name="keys.delete",
    plane=Plane.CONTROL,
    method="DELETE",
    path="/keys/{key_id}",
    response=NoneType,
    decode=no_content,
)


def _delete(key_id: str) -> Operation[None]:
    return _DELETE.operation(path_params={"key_id": key_id})


_USAGE = Endpoint(
    name="keys.usage",
    plane=Plane.CONTROL,
    method="GET",
    path="/keys/{key_id}/usage",
    response=list[dict[str, Any]],
    decode=_decode_usage,
)


def _usage(key_id: str) -> Operation[list[dict[str, Any]]]:
    return _USAGE.operation(path_params={"key_id": key_id})


_LIST = Endpoint(
    name="keys.list",
    plane=Plane.CONTROL,
    method="GET",
    path="/keys",
    response=ApiKeyListResponse,
)


def _list() -> Operation[ApiKeyListResponse]:
    return _LIST.operation()


@implements(KeysProtocol)
class KeysResource(SyncAPIResource, KeysProtocol):
    """`control.keys`, sync."""

    __slots__ = ()

    def create(
        self,
        name: str,
        scopes: Sequence[KeyScope] = ("read", "write"),
        expires_at: str | datetime | None = None,
    ) -> CreateKeyResponse:
        return self._call(_create(name=name, scopes=scopes, expires_at=expires_at))

    def delete(self, key_id: str) -> None:
        return self._call(_delete(key_id))

    def usage(self, key_id: str) -> builtins.list[dict[str, Any]]:
        return self._call(_usage(key_id))

    def list(self) -> ApiKeyListResponse:
        return self._call(_list())


@implements(AsyncKeysProtocol)
class AsyncKeysResource(AsyncAPIResource, AsyncKeysProtocol):
    """`control.keys`, async."""

    __slots__ = ()

    async def create(
        self,
        name: str,
        scopes: Sequence[KeyScope] = ("read", "write"),
        expires_at: str | datetime | None = None,
    ) -> CreateKeyResponse:
        return await self._call(_create(name=name, scopes=scopes, expires_at=expires_at))

    async def delete(self, key_id: str) -> None:
        return await self._call(_delete(key_id))

    async def usage(self, key_id: str) -> builtins.list[dict[str, Any]]:
        return await self._call(_usage(key_id))

    async def list(self) -> ApiKeyListResponse:
        return await self._call(_list())
