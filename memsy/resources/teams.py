"""Teams of an organisation: the endpoints under `/teams`."""

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
from memsy.models import TeamResource
from memsy.parity import implements
from memsy.protocols import AsyncTeamsProtocol, TeamsProtocol
from memsy.resources import _groups
from memsy.resources._payloads import CREATE_FIELDS, UPDATE_FIELDS

_CREATE = Endpoint(
    name="teams.create",
    plane=Plane.DATA,
    method="POST",
    path="/teams",
    response=TeamResource,
    body=CREATE_FIELDS,
)
_GET = Endpoint(
    name="teams.get",
    plane=Plane.DATA,
    method="GET",
    path="/teams/{team_id}",
    response=TeamResource,
)
_UPDATE = Endpoint(
    name="teams.update",
    plane=Plane.DATA,
    method="PATCH",
    path="/teams/{team_id}",
    response=TeamResource,
    body=UPDATE_FIELDS,
)
_REGENERATE_PROMPT = Endpoint(
    name="teams.regenerate_prompt",
    plane=Plane.DATA,
    method="POST",
    path="/teams/{team_id}/regenerate-prompt",
    response=TeamResource,
)
_DELETE = Endpoint(
    name="teams.delete",
    plane=Plane.DATA,
    method="DELETE",
    path="/teams/{team_id}",
    response=NoneType,
    decode=no_content,
)
_LIST = Endpoint(
    name="teams.list",
    plane=Plane.DATA,
    method="GET",
    path="/teams",
    response=list[TeamResource],
)


_LAYOUT = PageLayout[list[TeamResource], TeamResource](
    items=lambda page: page,
    item_id=lambda team: team.team_id,
    total=lambda page: None,
)


def _pagination(
    *, org_id: str, page_size: int, max_items: int | None
) -> Pagination[list[TeamResource], TeamResource]:
    list_page = partial(_groups.list_page, _LIST, org_id=org_id)
    return Pagination(list_page, _LAYOUT, page_size=page_size, max_items=max_items)


@implements(TeamsProtocol)
class TeamsResource(SyncAPIResource, TeamsProtocol):
    """`client.teams`, sync."""

    __slots__ = ()

    def create(self, org_id: str, name: str, focus: str) -> TeamResource:
        return self._call(_groups.create(_CREATE, org_id=org_id, name=name, focus=focus))

    def get(self, team_id: str, org_id: str) -> TeamResource:
        return self._call(
            _groups.operation_by_id(_GET, path_params={"team_id": team_id}, org_id=org_id)
        )

    def update(
        self,
        team_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> TeamResource:
        return self._call(
            _groups.update(
                _UPDATE,
                path_params={"team_id": team_id},
                org_id=org_id,
                name=name,
                focus=focus,
                promotion_prompt=promotion_prompt,
            )
        )

    def regenerate_prompt(self, team_id: str, org_id: str) -> TeamResource:
        return self._call(
            _groups.operation_by_id(
                _REGENERATE_PROMPT, path_params={"team_id": team_id}, org_id=org_id
            )
        )

    def delete(self, team_id: str, org_id: str) -> None:
        return self._call(
            _groups.operation_by_id(_DELETE, path_params={"team_id": team_id}, org_id=org_id)
        )

    def list(
        self, org_id: str, *, limit: int = 100, offset: int = 0
    ) -> builtins.list[TeamResource]:
        return self._call(_groups.list_page(_LIST, org_id=org_id, limit=limit, offset=offset))

    def iterate(
        self,
        org_id: str,
        *,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> Iterator[TeamResource]:
        return PageIterator(
            self._call,
            _pagination(
                org_id=org_id,
                page_size=page_size,
                max_items=max_items,
            ),
        )


@implements(AsyncTeamsProtocol)
class AsyncTeamsResource(AsyncAPIResource, AsyncTeamsProtocol):
    """`client.teams`, async."""

    __slots__ = ()

    async def create(self, org_id: str, name: str, focus: str) -> TeamResource:
        return await self._call(_groups.create(_CREATE, org_id=org_id, name=name, focus=focus))

    async def get(self, team_id: str, org_id: str) -> TeamResource:
        return await self._call(
            _groups.operation_by_id(_GET, path_params={"team_id": team_id}, org_id=org_id)
        )

    async def update(
        self,
        team_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> TeamResource:
        return await self._call(
            _groups.update(
                _UPDATE,
                path_params={"team_id": team_id},
                org_id=org_id,
                name=name,
                focus=focus,
                promotion_prompt=promotion_prompt,
            )
        )

    async def regenerate_prompt(self, team_id: str, org_id: str) -> TeamResource:
        return await self._call(
            _groups.operation_by_id(
                _REGENERATE_PROMPT, path_params={"team_id": team_id}, org_id=org_id
            )
        )

    async def delete(self, team_id: str, org_id: str) -> None:
        return await self._call(
            _groups.operation_by_id(_DELETE, path_params={"team_id": team_id}, org_id=org_id)
        )

    async def list(
        self, org_id: str, *, limit: int = 100, offset: int = 0
    ) -> builtins.list[TeamResource]:
        return await self._call(_groups.list_page(_LIST, org_id=org_id, limit=limit, offset=offset))

    def iterate(
        self,
        org_id: str,
        *,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[TeamResource]:
        return AsyncPageIterator(
            self._call,
            _pagination(
                org_id=org_id,
                page_size=page_size,
                max_items=max_items,
            ),
        )
