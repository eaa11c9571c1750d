"""Roles of an organisation."""

from __future__ import annotations

from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import RoleResource
from memsy.parity import implements
from memsy.protocols import AsyncRolesProtocol, RolesProtocol
from memsy.resources._groups import Groups

_GROUPS = Groups("roles", "role_id", RoleResource, list[RoleResource])


@implements(RolesProtocol)
class RolesResource(SyncAPIResource, RolesProtocol):
    """`client.roles`, blocking."""

    __slots__ = ()

    def create(self, org_id: str, name: str, focus: str) -> RoleResource:
        return self._call(_GROUPS.create(org_id, name, focus))

    def get(self, role_id: str, org_id: str) -> RoleResource:
        return self._call(_GROUPS.get(role_id, org_id))

    def update(
        self,
        role_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> RoleResource:
        return self._call(_GROUPS.update(role_id, org_id, name, focus, promotion_prompt))

    def regenerate_prompt(self, role_id: str, org_id: str) -> RoleResource:
        return self._call(_GROUPS.regenerate_prompt(role_id, org_id))

    def delete(self, role_id: str, org_id: str) -> None:
        return self._call(_GROUPS.delete(role_id, org_id))

    def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[RoleResource]:
        return self._call(_GROUPS.list(org_id, limit, offset))


@implements(AsyncRolesProtocol)
class AsyncRolesResource(AsyncAPIResource, AsyncRolesProtocol):
    """`client.roles`, awaiting."""

    __slots__ = ()

    async def create(self, org_id: str, name: str, focus: str) -> RoleResource:
        return await self._call(_GROUPS.create(org_id, name, focus))

    async def get(self, role_id: str, org_id: str) -> RoleResource:
        return await self._call(_GROUPS.get(role_id, org_id))

    async def update(
        self,
        role_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> RoleResource:
        return await self._call(_GROUPS.update(role_id, org_id, name, focus, promotion_prompt))

    async def regenerate_prompt(self, role_id: str, org_id: str) -> RoleResource:
        return await self._call(_GROUPS.regenerate_prompt(role_id, org_id))

    async def delete(self, role_id: str, org_id: str) -> None:
        return await self._call(_GROUPS.delete(role_id, org_id))

    async def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[RoleResource]:
        return await self._call(_GROUPS.list(org_id, limit, offset))
