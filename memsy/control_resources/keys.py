"""API keys: made, listed, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from memsy._core import encode
from memsy._core.decode import optional
from memsy._core.json_codec import decode_as, no_content
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import ApiKeyListResponse, CreateKeyResponse
from memsy.parity import implements
from memsy.protocols import AsyncKeysProtocol, KeysProtocol

if TYPE_CHECKING:
    from memsy._core.http import HTTPResponse


@frozen
class _KeyUsage:
    """The envelope of the records; these are the service's own."""

    usage: list[dict[str, Any]] = field(metadata=optional([]))


def _read_usage(response: HTTPResponse) -> list[dict[str, Any]]:
    return _read_envelope(response).usage


_read_envelope = decode_as(_KeyUsage)


def _create(
    name: str, scopes: Iterable[str], expires_at: str | None
) -> Operation[CreateKeyResponse]:
    wanted: dict[str, object] = {
        "name": encode.text("name", name),
        "scopes": encode.identifiers("scopes", scopes),
    }
    if expires_at is not None:
        wanted["expires_at"] = encode.text("expires_at", expires_at)
    return ask(
        "keys.create", "POST /keys", decode_as(CreateKeyResponse, is_secret=True), json=wanted
    )


def _delete(key_id: str) -> Operation[None]:
    return ask("keys.delete", "DELETE /keys/{key_id}", no_content, path={"key_id": key_id})


def _usage(key_id: str) -> Operation[list[dict[str, Any]]]:
    return ask("keys.usage", "GET /keys/{key_id}/usage", _read_usage, path={"key_id": key_id})


def _list() -> Operation[ApiKeyListResponse]:
    return ask("keys.list", "GET /keys", decode_as(ApiKeyListResponse))


@implements(KeysProtocol)
class KeysResource(SyncAPIResource, KeysProtocol):
    """`control.keys`, blocking."""

    __slots__ = ()

    def create(
        self,
        name: str,
        scopes: tuple[str, ...] | list[str] = ("read", "write"),
        expires_at: str | None = None,
    ) -> CreateKeyResponse:
        return self._call(_create(name, scopes, expires_at))

    def delete(self, key_id: str) -> None:
        return self._call(_delete(key_id))

    def usage(self, key_id: str) -> list[dict[str, Any]]:
        return self._call(_usage(key_id))

    def list(self) -> ApiKeyListResponse:
        return self._call(_list())


@implements(AsyncKeysProtocol)
class AsyncKeysResource(AsyncAPIResource, AsyncKeysProtocol):
    """`control.keys`, awaiting."""

    __slots__ = ()

    async def create(
        self,
        name: str,
        scopes: tuple[str, ...] | list[str] = ("read", "write"),
        expires_at: str | None = None,
    ) -> CreateKeyResponse:
        return await self._call(_create(name, scopes, expires_at))

    async def delete(self, key_id: str) -> None:
        return await self._call(_delete(key_id))

    async def usage(self, key_id: str) -> list[dict[str, Any]]:
        return await self._call(_usage(key_id))

    async def list(self) -> ApiKeyListResponse:
        return await self._call(_list())
