"""Connectors to other services: the endpoints under `/connectors`."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from types import NoneType

from attrs import evolve, field, frozen

from memsy._core import encode
from memsy._core.fields import optional
from memsy._core.http import HTTPResponse
from memsy._core.json_codec import decode_as, no_content
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.poll import OperationPolling, Polling
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy._core.secret import Secret
from memsy.exceptions import ConflictError, MemsyAPIError, MemsyConfigurationError
from memsy.models import (
    NON_OAUTH_PROVIDERS,
    ORG_SCOPED_PROVIDERS,
    USER_SCOPED_PROVIDERS,
    Connector,
    ConnectorConnection,
    ConnectorResourceItem,
    ConnectorStatus,
    PickerConfig,
    ResourceSelection,
    requires_org_admin,
)
from memsy.parity import implements
from memsy.protocols import AsyncConnectorsProtocol, ConnectorsProtocol

__all__ = [
    "NON_OAUTH_PROVIDERS",
    "ORG_SCOPED_PROVIDERS",
    "USER_SCOPED_PROVIDERS",
    "AsyncConnectorsResource",
    "ConnectorsResource",
    "requires_org_admin",
]


@frozen
class _ProviderList:
    providers: list[str] = field(metadata=optional([]))


@frozen
class _ResourceList:
    resources: list[ConnectorResourceItem] = field(metadata=optional([]))


_decode_provider_list = decode_as(_ProviderList, accepts_empty=True)
_decode_resource_list = decode_as(_ResourceList, accepts_empty=True)


def _decode_providers(response: HTTPResponse) -> list[str]:
    return _decode_provider_list(response).providers


def _decode_resources(response: HTTPResponse) -> list[ConnectorResourceItem]:
    return _decode_resource_list(response).resources


_LIST_PROVIDERS = Endpoint(
    name="connectors.list_providers",
    plane=Plane.CONTROL,
    method="GET",
    path="/connectors/providers",
    response=list[str],
    decode=_decode_providers,
)


def _list_providers() -> Operation[list[str]]:
    return _LIST_PROVIDERS.operation()


_STATUS = Endpoint(
    name="connectors.status",
    plane=Plane.CONTROL,
    method="GET",
    path="/connectors/{provider}/status",
    response=ConnectorStatus,
)


def _status(provider: str) -> Operation[ConnectorStatus]:
    return _STATUS.operation(path_params={"provider": provider})


_CREATE = Endpoint(
    name="connectors.create",
    plane=Plane.CONTROL,
    method="POST",
    path="/connectors/{provider}/connect",
    response=ConnectorConnection,
)


def _create(provider: str) -> Operation[ConnectorConnection]:
    return _CREATE.operation(path_params={"provider": provider})


_CONFIGURE_S3 = Endpoint(
    name="connectors.configure_s3",
    plane=Plane.CONTROL,
    method="POST",
    path="/connectors/s3/configure",
    response=Connector,
    body=("access_key_id", "secret_access_key", "region", "bucket", "connector_id"),
    decode=decode_as(Connector, is_secret=True),
)


def _configure_s3(
    *,
    access_key_id: str,
    secret_access_key: str,
    region: str,
    bucket: str,
    connector_id: str | None,
) -> Operation[Connector]:
    credentials = {
        "access_key_id": encode.text("access_key_id", access_key_id),
        "secret_access_key": encode.secret("secret_access_key", secret_access_key),
        "region": encode.text("region", region),
        "bucket": encode.text("bucket", bucket),
    }
    if connector_id is not None:
        credentials["connector_id"] = encode.identifier("connector_id", connector_id)
    operation = _CONFIGURE_S3.operation(json=credentials)
    return evolve(operation, secrets=[Secret(secret_access_key)])


_GET = Endpoint(
    name="connectors.get",
    plane=Plane.CONTROL,
    method="GET",
    path="/connectors/{connector_id}",
    response=Connector,
)


def _get(connector_id: str) -> Operation[Connector]:
    return _GET.operation(path_params={"connector_id": connector_id})


_LIST_RESOURCES = Endpoint(
    name="connectors.list_resources",
    plane=Plane.CONTROL,
    method="GET",
    path="/connectors/{connector_id}/resources",
    response=list[ConnectorResourceItem],
    decode=_decode_resources,
)


def _list_resources(
    *, connector_id: str, parent_id: str | None = None
) -> Operation[list[ConnectorResourceItem]]:
    return _LIST_RESOURCES.operation(
        path_params={"connector_id": connector_id},
        query={
            "parent_id": None if parent_id is None else encode.non_empty("parent_id", parent_id)
        },
    )


_LIST_BRANCHES = Endpoint(
    name="connectors.list_branches",
    plane=Plane.CONTROL,
    method="GET",
    path="/connectors/{connector_id}/branches",
    response=list[ConnectorResourceItem],
    decode=_decode_resources,
)


def _list_branches(*, connector_id: str, repo: str) -> Operation[list[ConnectorResourceItem]]:
    return _LIST_BRANCHES.operation(
        path_params={"connector_id": connector_id}, query={"repo": encode.non_empty("repo", repo)}
    )


_PICKER_CONFIG = Endpoint(
    name="connectors.picker_config",
    plane=Plane.CONTROL,
    method="GET",
    path="/connectors/{connector_id}/picker-token",
    response=PickerConfig,
    decode=decode_as(PickerConfig, is_secret=True),
)


def _picker_config(connector_id: str) -> Operation[PickerConfig]:
    return _PICKER_CONFIG.operation(path_params={"connector_id": connector_id})


def _authorization_polling(
    *, connector_id: str, timeout: float, poll_interval: float
) -> Polling[list[ConnectorResourceItem]]:
    operation = evolve(
        _list_resources(connector_id=connector_id), name="connectors.wait_until_authorized"
    )
    return OperationPolling(operation, timeout, poll_interval, _is_awaiting_consent)


_OTHER_CONFLICTS = ("already", "delet", "disconnect", "revoked", "sync")
"""Words in a 409 that has another cause than a missing consent."""


def _is_awaiting_consent(error: MemsyAPIError) -> bool:
    """Return True for a 409, unless its code or text names another conflict."""
    if not isinstance(error, ConflictError):
        return False
    text = f"{error.error_code or ''} {error.detail}".lower()
    return not any(word in text for word in _OTHER_CONFLICTS)


_CONFIGURE_RESOURCES = Endpoint(
    name="connectors.configure_resources",
    plane=Plane.CONTROL,
    method="PUT",
    path="/connectors/{connector_id}/resources",
    response=Connector,
    body=("resources",),
)


def _configure_resources(
    *, connector_id: str, resources: Iterable[ResourceSelection | ConnectorResourceItem]
) -> Operation[Connector]:
    return _CONFIGURE_RESOURCES.operation(
        path_params={"connector_id": connector_id},
        json={"resources": _selection_payload(resources)},
    )


def _selection_payload(resources: object) -> list[dict[str, str]]:
    if isinstance(resources, (str, bytes, dict)) or not isinstance(resources, Iterable):
        raise MemsyConfigurationError(
            f"resources must be a list of ResourceSelection, got {type(resources).__name__}"
        )
    return [_resource_payload(index, resource) for index, resource in enumerate(resources)]


def _resource_payload(index: int, resource: object) -> dict[str, str]:
    if isinstance(resource, ConnectorResourceItem):
        resource = ResourceSelection.from_item(resource)
    if not isinstance(resource, ResourceSelection):
        raise MemsyConfigurationError(
            f"resources[{index}] must be a ResourceSelection, got {type(resource).__name__}"
        )
    return resource.to_dict()


_SYNC = Endpoint(
    name="connectors.sync",
    plane=Plane.CONTROL,
    method="POST",
    path="/connectors/{connector_id}/sync",
    response=Connector,
)


def _sync(connector_id: str) -> Operation[Connector]:
    return _SYNC.operation(path_params={"connector_id": connector_id})


_DELETE = Endpoint(
    name="connectors.delete",
    plane=Plane.CONTROL,
    method="DELETE",
    path="/connectors/{connector_id}",
    response=NoneType,
    decode=no_content,
)


def _delete(connector_id: str) -> Operation[None]:
    return _DELETE.operation(path_params={"connector_id": connector_id})


_LIST = Endpoint(
    name="connectors.list",
    plane=Plane.CONTROL,
    method="GET",
    path="/connectors",
    response=list[Connector],
)


def _list() -> Operation[list[Connector]]:
    return _LIST.operation()


@implements(ConnectorsProtocol)
class ConnectorsResource(SyncAPIResource, ConnectorsProtocol):
    """`control.connectors`, sync."""

    __slots__ = ()

    def list_providers(self) -> builtins.list[str]:
        return self._call(_list_providers())

    def status(self, provider: str) -> ConnectorStatus:
        return self._call(_status(provider))

    def create(self, provider: str) -> ConnectorConnection:
        return self._call(_create(provider))

    def configure_s3(
        self,
        *,
        access_key_id: str,
        secret_access_key: str,
        region: str,
        bucket: str,
        connector_id: str | None = None,
    ) -> Connector:
        operation = _configure_s3(
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            region=region,
            bucket=bucket,
            connector_id=connector_id,
        )
        del secret_access_key  # a traceback with local variables would show it
        return self._call(operation)

    def get(self, connector_id: str) -> Connector:
        return self._call(_get(connector_id))

    def list_resources(
        self, connector_id: str, *, parent_id: str | None = None
    ) -> builtins.list[ConnectorResourceItem]:
        return self._call(_list_resources(connector_id=connector_id, parent_id=parent_id))

    def list_branches(self, connector_id: str, repo: str) -> builtins.list[ConnectorResourceItem]:
        return self._call(_list_branches(connector_id=connector_id, repo=repo))

    def picker_config(self, connector_id: str) -> PickerConfig:
        return self._call(_picker_config(connector_id))

    def wait_until_authorized(
        self, connector_id: str, *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> builtins.list[ConnectorResourceItem]:
        return self._call.poll(
            _authorization_polling(
                connector_id=connector_id, timeout=timeout, poll_interval=poll_interval
            )
        )

    def configure_resources(
        self,
        connector_id: str,
        resources: builtins.list[ResourceSelection] | builtins.list[ConnectorResourceItem],
    ) -> Connector:
        return self._call(_configure_resources(connector_id=connector_id, resources=resources))

    def sync(self, connector_id: str) -> Connector:
        return self._call(_sync(connector_id))

    def delete(self, connector_id: str) -> None:
        return self._call(_delete(connector_id))

    def list(self) -> builtins.list[Connector]:
        return self._call(_list())


@implements(AsyncConnectorsProtocol)
class AsyncConnectorsResource(AsyncAPIResource, AsyncConnectorsProtocol):
    """`control.connectors`, async."""

    __slots__ = ()

    async def list_providers(self) -> builtins.list[str]:
        return await self._call(_list_providers())

    async def status(self, provider: str) -> ConnectorStatus:
        return await self._call(_status(provider))

    async def create(self, provider: str) -> ConnectorConnection:
        return await self._call(_create(provider))

    async def configure_s3(
        self,
        *,
        access_key_id: str,
        secret_access_key: str,
        region: str,
        bucket: str,
        connector_id: str | None = None,
    ) -> Connector:
        operation = _configure_s3(
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            region=region,
            bucket=bucket,
            connector_id=connector_id,
        )
        del secret_access_key  # a traceback with local variables would show it
        return await self._call(operation)

    async def get(self, connector_id: str) -> Connector:
        return await self._call(_get(connector_id))

    async def list_resources(
        self, connector_id: str, *, parent_id: str | None = None
    ) -> builtins.list[ConnectorResourceItem]:
        return await self._call(_list_resources(connector_id=connector_id, parent_id=parent_id))

    async def list_branches(
        self, connector_id: str, repo: str
    ) -> builtins.list[ConnectorResourceItem]:
        return await self._call(_list_branches(connector_id=connector_id, repo=repo))

    async def picker_config(self, connector_id: str) -> PickerConfig:
        return await self._call(_picker_config(connector_id))

    async def wait_until_authorized(
        self, connector_id: str, *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> builtins.list[ConnectorResourceItem]:
        return await self._call.poll(
            _authorization_polling(
                connector_id=connector_id, timeout=timeout, poll_interval=poll_interval
            )
        )

    async def configure_resources(
        self,
        connector_id: str,
        resources: builtins.list[ResourceSelection] | builtins.list[ConnectorResourceItem],
    ) -> Connector:
        return await self._call(
            _configure_resources(connector_id=connector_id, resources=resources)
        )

    async def sync(self, connector_id: str) -> Connector:
        return await self._call(_sync(connector_id))

    async def delete(self, connector_id: str) -> None:
        return await self._call(_delete(connector_id))

    async def list(self) -> builtins.list[Connector]:
        return await self._call(_list())
