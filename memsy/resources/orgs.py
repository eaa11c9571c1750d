"""The organisation, as far as it steers how its memories are promoted."""

from __future__ import annotations

from memsy._core.json_codec import decode_as, no_content
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import OrgResource
from memsy.parity import implements
from memsy.protocols import AsyncOrgsProtocol, OrgsProtocol
from memsy.resources._described import changes, description


def _create(org_id: str, name: str, focus: str) -> Operation[OrgResource]:
    body = description(org_id, name, focus)
    return ask("orgs.create", "POST /orgs", decode_as(OrgResource), json=body)


def _get(org_id: str) -> Operation[OrgResource]:
    return ask("orgs.get", "GET /orgs/{org_id}", decode_as(OrgResource), path={"org_id": org_id})


def _update(
    org_id: str, name: str | None, focus: str | None, promotion_prompt: str | None
) -> Operation[OrgResource]:
    return ask(
        "orgs.update",
        "PATCH /orgs/{org_id}",
        decode_as(OrgResource),
        path={"org_id": org_id},
        json=changes(name, focus, promotion_prompt),
    )


def _regenerate_prompt(org_id: str) -> Operation[OrgResource]:
    return ask(
        "orgs.regenerate_prompt",
        "POST /orgs/{org_id}/regenerate-prompt",
        decode_as(OrgResource),
        path={"org_id": org_id},
    )


def _delete(org_id: str) -> Operation[None]:
    return ask("orgs.delete", "DELETE /orgs/{org_id}", no_content, path={"org_id": org_id})


def _list() -> Operation[list[OrgResource]]:
    return ask("orgs.list", "GET /orgs", decode_as(list[OrgResource]))


@implements(OrgsProtocol)
class OrgsResource(SyncAPIResource, OrgsProtocol):
    """`client.orgs`, blocking."""

    __slots__ = ()

    def create(self, org_id: str, name: str, focus: str) -> OrgResource:
        return self._call(_create(org_id, name, focus))

    def get(self, org_id: str) -> OrgResource:
        return self._call(_get(org_id))

    def update(
        self,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> OrgResource:
        return self._call(_update(org_id, name, focus, promotion_prompt))

    def regenerate_prompt(self, org_id: str) -> OrgResource:
        return self._call(_regenerate_prompt(org_id))

    def delete(self, org_id: str) -> None:
        return self._call(_delete(org_id))

    def list(self) -> list[OrgResource]:
        return self._call(_list())


@implements(AsyncOrgsProtocol)
class AsyncOrgsResource(AsyncAPIResource, AsyncOrgsProtocol):
    """`client.orgs`, awaiting."""

    __slots__ = ()

    async def create(self, org_id: str, name: str, focus: str) -> OrgResource:
        return await self._call(_create(org_id, name, focus))

    async def get(self, org_id: str) -> OrgResource:
        return await self._call(_get(org_id))

    async def update(
        self,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> OrgResource:
        return await self._call(_update(org_id, name, focus, promotion_prompt))

    async def regenerate_prompt(self, org_id: str) -> OrgResource:
        return await self._call(_regenerate_prompt(org_id))

    async def delete(self, org_id: str) -> None:
        return await self._call(_delete(org_id))

    async def list(self) -> list[OrgResource]:
        return await self._call(_list())
