"""Organisations: the endpoints under `/orgs`."""

from __future__ import annotations

import builtins
from types import NoneType

from memsy._core.json_codec import no_content
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import OrgResource
from memsy.parity import implements
from memsy.protocols import AsyncOrgsProtocol, OrgsProtocol
from memsy.resources._payloads import (
    CREATE_FIELDS,
    UPDATE_FIELDS,
    create_payload,
    update_payload,
)

_CREATE = Endpoint(
    name="orgs.create",
    plane=Plane.DATA,
    method="POST",
    path="/orgs",
    response=OrgResource,
    body=CREATE_FIELDS,
)


def _create(*, org_id: str, name: str, focus: str) -> Operation[OrgResource]:
    return _CREATE.operation(json=create_payload(org_id=org_id, name=name, focus=focus))


_GET = Endpoint(
    name="orgs.get",
    plane=Plane.DATA,
    method="GET",
    path="/orgs/{org_id}",
    response=OrgResource,
)


def _get(org_id: str) -> Operation[OrgResource]:
    return _GET.operation(path_params={"org_id": org_id})


_UPDATE = Endpoint(
    name="orgs.update",
    plane=Plane.DATA,
    method="PATCH",
    path="/orgs/{org_id}",
    response=OrgResource,
    body=UPDATE_FIELDS,
)


def _update(
    *, org_id: str, name: str | None, focus: str | None, promotion_prompt: str | None
) -> Operation[OrgResource]:
    return _UPDATE.operation(
        path_params={"org_id": org_id},
        json=update_payload(name=name, focus=focus, promotion_prompt=promotion_prompt),
    )


_REGENERATE_PROMPT = Endpoint(
    name="orgs.regenerate_prompt",
    plane=Plane.DATA,
    method="POST",
    path="/orgs/{org_id}/regenerate-prompt",
    response=OrgResource,
)


def _regenerate_prompt(org_id: str) -> Operation[OrgResource]:
    return _REGENERATE_PROMPT.operation(path_params={"org_id": org_id})


_DELETE = Endpoint(
    name="orgs.delete",
    plane=Plane.DATA,
    method="DELETE",
    path="/orgs/{org_id}",
    response=NoneType,
    decode=no_content,
)


def _delete(org_id: str) -> Operation[None]:
    return _DELETE.operation(path_params={"org_id": org_id})


_LIST = Endpoint(
    name="orgs.list",
    plane=Plane.DATA,
    method="GET",
    path="/orgs",
    response=list[OrgResource],
)


def _list() -> Operation[list[OrgResource]]:
    return _LIST.operation()


@implements(OrgsProtocol)
class OrgsResource(SyncAPIResource, OrgsProtocol):
    """`client.orgs`, sync."""

    __slots__ = ()

    def create(self, org_id: str, name: str, focus: str) -> OrgResource:
        return self._call(_create(org_id=org_id, name=name, focus=focus))

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
        return self._call(
            _update(org_id=org_id, name=name, focus=focus, promotion_prompt=promotion_prompt)
        )

    def regenerate_prompt(self, org_id: str) -> OrgResource:
        return self._call(_regenerate_prompt(org_id))

    def delete(self, org_id: str) -> None:
        return self._call(_delete(org_id))

    def list(self) -> builtins.list[OrgResource]:
        return self._call(_list())


@implements(AsyncOrgsProtocol)
class AsyncOrgsResource(AsyncAPIResource, AsyncOrgsProtocol):
    """`client.orgs`, async."""

    __slots__ = ()

    async def create(self, org_id: str, name: str, focus: str) -> OrgResource:
        return await self._call(_create(org_id=org_id, name=name, focus=focus))

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
        return await self._call(
            _update(org_id=org_id, name=name, focus=focus, promotion_prompt=promotion_prompt)
        )

    async def regenerate_prompt(self, org_id: str) -> OrgResource:
        return await self._call(_regenerate_prompt(org_id))

    async def delete(self, org_id: str) -> None:
        return await self._call(_delete(org_id))

    async def list(self) -> builtins.list[OrgResource]:
        return await self._call(_list())
