"""Teams of an organisation."""

from __future__ import annotations

from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import TeamResource
from memsy.parity import implements
from memsy.protocols import AsyncTeamsProtocol, TeamsProtocol
from memsy.resources._groups import Groups

_GROUPS = Groups("teams", "team_id", TeamResource, list[TeamResource])


@implements(TeamsProtocol)
class TeamsResource(SyncAPIResource, TeamsProtocol):
    """`client.teams`, blocking."""

    __slots__ = ()

    def create(self, org_id: str, name: str, focus: str) -> TeamResource:
        return self._call(_GROUPS.create(org_id, name, focus))

    def get(self, team_id: str, org_id: str) -> TeamResource:
        return self._call(_GROUPS.get(team_id, org_id))

    def update(
        self,
        team_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> TeamResource:
        return self._call(_GROUPS.update(team_id, org_id, name, focus, promotion_prompt))

    def regenerate_prompt(self, team_id: str, org_id: str) -> TeamResource:
        return self._call(_GROUPS.regenerate_prompt(team_id, org_id))

    def delete(self, team_id: str, org_id: str) -> None:
        return self._call(_GROUPS.delete(team_id, org_id))

    def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[TeamResource]:
        return self._call(_GROUPS.list(org_id, limit, offset))


@implements(AsyncTeamsProtocol)
class AsyncTeamsResource(AsyncAPIResource, AsyncTeamsProtocol):
    """`client.teams`, awaiting."""

    __slots__ = ()

    async def create(self, org_id: str, name: str, focus: str) -> TeamResource:
        return await self._call(_GROUPS.create(org_id, name, focus))

    async def get(self, team_id: str, org_id: str) -> TeamResource:
        return await self._call(_GROUPS.get(team_id, org_id))

    async def update(
        self,
        team_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> TeamResource:
        return await self._call(_GROUPS.update(team_id, org_id, name, focus, promotion_prompt))

    async def regenerate_prompt(self, team_id: str, org_id: str) -> TeamResource:
        return await self._call(_GROUPS.regenerate_prompt(team_id, org_id))

    async def delete(self, team_id: str, org_id: str) -> None:
        return await self._call(_GROUPS.delete(team_id, org_id))

    async def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[TeamResource]:
        return await self._call(_GROUPS.list(org_id, limit, offset))
