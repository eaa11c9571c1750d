"""Roles of an organisation: the endpoints under `/roles`."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Iterator
from functools import partial
from types import NoneType

from memsy._core.json_codec import no_content
from memsy._core.operation import Endpoint
from memsy._core.pagination import AsyncPageIterator, PageIterator, PageLayout, Pagination
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import RoleResource
from memsy.parity import implements
from memsy.protocols import AsyncRolesProtocol, RolesProtocol
from memsy.resources import _groups
from memsy.resources._payloads import CREATE_FIELDS, UPDATE_FIELDS

_CREATE = Endpoint(
    name="roles.create",
    plane=Plane.DATA,
    method="POST",
    path="/roles",
    response=RoleResource,
    body=CREATE_FIELDS,
)
_GET = Endpoint(
    name="roles.get",
    plane=Plane.DATA,
    method="GET",
    path="/roles/{role_id}",
    response=RoleResource,
)
_UPDATE = Endpoint(
    name="roles.update",
    plane=Plane.DATA,
    method="PATCH",
    path="/roles/{role_id}",
    response=RoleResource,
    body=UPDATE_FIELDS,
)
_REGENERATE_PROMPT = Endpoint(
    name="roles.regenerate_prompt",
    plane=Plane.DATA,
    method="POST",
    path="/roles/{role_id}/regenerate-prompt",
    response=RoleResource,
)
_DELETE = Endpoint(
    name="roles.delete",
    plane=Plane.DATA,
    method="DELETE",
    path="/roles/{role_id}",
    response=NoneType,
    decode=no_content,
)
_LIST = Endpoint(
    name="roles.list",
    plane=Plane.DATA,
    method="GET",
    path="/roles",
    response=list[RoleResource],
)


_LAYOUT = PageLayout[list[RoleResource], RoleResource](
    items=lambda page: page,
    item_id=lambda role: role.role_id,
    total=lambda page: None,
)


def _pagination(
    *, org_id: str, page_size: int, max_items: int | None
) -> Pagination[list[RoleResource], RoleResource]:
    list_page = partial(_groups.list_page, _LIST, org_id=org_id)
    return Pagination(list_page, _LAYOUT, page_size=page_size, max_items=max_items)


@implements(RolesProtocol)
class RolesResource(SyncAPIResource, RolesProtocol):
    """`client.roles`, sync."""

    __slots__ = ()

    def create(self, org_id: str, name: str, focus: str) -> RoleResource:
        return self._call(_groups.create(_CREATE, org_id=org_id, name=name, focus=focus))

    def get(self, role_id: str, org_id: str) -> RoleResource:
        return self._call(
            _groups.operation_by_id(_GET, path_params={"role_id": role_id}, org_id=org_id)
        )

    def update(
        self,
        role_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> RoleResource:
        return self._call(
            _groups.update(
                _UPDATE,
                path_params={"role_id": role_id},
                org_id=org_id,
                name=name,
                focus=focus,
                promotion_prompt=promotion_prompt,
            )
        )

    def regenerate_prompt(self, role_id: str, org_id: str) -> RoleResource:
        return self._call(
            _groups.operation_by_id(
                _REGENERATE_PROMPT, path_params={"role_id": role_id}, org_id=org_id
            )
        )

    def delete(self, role_id: str, org_id: str) -> None:
        return self._call(
            _groups.operation_by_id(_DELETE, path_params={"role_id": role_id}, org_id=org_id)
        )

    def list(
        self, org_id: str, *, limit: int = 100, offset: int = 0
    ) -> builtins.list[RoleResource]:
        return self._call(_groups.list_page(_LIST, org_id=org_id, limit=limit, offset=offset))

    def iterate(
        self,
        org_id: str,
        *,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> Iterator[RoleResource]:
        return PageIterator(
            self._call,
            _pagination(
                org_id=org_id,
                page_size=page_size,
                max_items=max_items,
            ),
        )


@implements(AsyncRolesProtocol)
class AsyncRolesResource(AsyncAPIResource, AsyncRolesProtocol):
    """`client.roles`, async."""

    __slots__ = ()

    async def create(self, org_id: str, name: str, focus: str) -> RoleResource:
        return await self._call(_groups.create(_CREATE, org_id=org_id, name=name, focus=focus))

    async def get(self, role_id: str, org_id: str) -> RoleResource:
        return await self._call(
            _groups.operation_by_id(_GET, path_params={"role_id": role_id}, org_id=org_id)
        )

    async def update(
        self,
        role_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> RoleResource:
        return await self._call(
            _groups.update(
                _UPDATE,
                path_params={"role_id": role_id},
                org_id=org_id,
                name=name,
                focus=focus,
                promotion_prompt=promotion_prompt,
            )
        )

    async def regenerate_prompt(self, role_id: str, org_id: str) -> RoleResource:
        return await self._call(
            _groups.operation_by_id(
                _REGENERATE_PROMPT, path_params={"role_id": role_id}, org_id=org_id
            )
        )

    async def delete(self, role_id: str, org_id: str) -> None:
        return await self._call(
            _groups.operation_by_id(_DELETE, path_params={"role_id": role_id}, org_id=org_id)
        )

    async def list(
        self, org_id: str, *, limit: int = 100, offset: int = 0
    ) -> builtins.list[RoleResource]:
        return await self._call(_groups.list_page(_LIST, org_id=org_id, limit=limit, offset=offset))

    def iterate(
        self,
        org_id: str,
        *,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[RoleResource]:
        return AsyncPageIterator(
            self._call,
            _pagination(
                org_id=org_id,
                page_size=page_size,
                max_items=max_items,
            ),
        )
