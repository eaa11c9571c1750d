"""Clients and fakes behind their protocols: isinstance, dependency injection, pydantic, mocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias
from unittest.mock import AsyncMock, create_autospec

import injector
import punq
import pydantic
import pytest
from dishka import Provider, Scope, make_container

import memsy
from memsy import (
    AsyncMemsyClient,
    AsyncMemsyClientProtocol,
    AsyncMemsyControlClient,
    AsyncMemsyControlClientProtocol,
    MemsyClient,
    MemsyClientProtocol,
    MemsyControlClient,
    MemsyControlClientProtocol,
    protocols,
)
from memsy.testing import (
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
)
from memsy.testing.contract import as_sync

Client: TypeAlias = MemsyClient | AsyncMemsyClient | MemsyControlClient | AsyncMemsyControlClient

PROTOCOLS: dict[type[Client], type[object]] = {
    MemsyClient: MemsyClientProtocol,
    AsyncMemsyClient: AsyncMemsyClientProtocol,
    MemsyControlClient: MemsyControlClientProtocol,
    AsyncMemsyControlClient: AsyncMemsyControlClientProtocol,
    FakeMemsyClient: MemsyClientProtocol,
    FakeAsyncMemsyClient: AsyncMemsyClientProtocol,
    FakeMemsyControlClient: MemsyControlClientProtocol,
    FakeAsyncMemsyControlClient: AsyncMemsyControlClientProtocol,
}

with_each_client = pytest.mark.parametrize(
    ("cls", "protocol"), PROTOCOLS.items(), ids=[cls.__name__ for cls in PROTOCOLS]
)


def make_client(cls: type[Client]) -> Client:
    """Create a client of an address where nothing listens. Any request would fail."""
    return cls(base_url="http://127.0.0.1:9/v1", api_key="msy_test")


class Duck:
    """A class without any member of a client."""


@with_each_client
def test_client_is_an_instance_of_its_protocol_only(
    cls: type[Client], protocol: type[object]
) -> None:
    client = make_client(cls)
    accepting = {candidate for candidate in PROTOCOLS.values() if isinstance(client, candidate)}
    assert accepting == {protocol}
    assert not isinstance(Duck(), protocol)


@with_each_client
def test_isinstance_of_a_closed_client_raises_nothing(
    cls: type[Client], protocol: type[object]
) -> None:
    """Python 3.10 and 3.11 read the properties of the client."""
    client = make_client(cls)
    if isinstance(client, (AsyncMemsyClient, AsyncMemsyControlClient)):
        asyncio.run(client.close())
    else:
        client.close()
    assert isinstance(client, protocol)


def test_resources_are_instances_of_their_protocols() -> None:
    orgs: object = FakeMemsyClient().orgs
    expected = {memsy.OrgsProtocol: True, memsy.MemoriesProtocol: False}
    assert {protocol: isinstance(orgs, protocol) for protocol in expected} == expected


@pytest.mark.parametrize("name", protocols.__all__)
def test_every_protocol_is_runtime_checkable(name: str) -> None:
    assert not isinstance(Duck(), getattr(memsy, name))


def test_adapter_of_an_async_client_is_an_instance_of_the_sync_protocol() -> None:
    loop = asyncio.new_event_loop()
    adapter = as_sync(FakeAsyncMemsyClient(), loop)
    assert isinstance(adapter, MemsyClientProtocol)
    with adapter as entered:
        assert entered is adapter
        assert entered.orgs.list() == []
    with pytest.raises(memsy.MemsyClientClosedError):
        adapter.health()
    loop.close()


@with_each_client
def test_injector_binds_an_instance_and_a_factory(
    cls: type[Client], protocol: type[object]
) -> None:
    client = make_client(cls)
    bindings: list[object] = [client, lambda: client]
    for binding in bindings:

        def configure(binder: injector.Binder, binding: object = binding) -> None:
            binder.bind(protocol, to=binding)

        assert injector.Injector(configure).get(protocol) is client


@with_each_client
def test_punq_registers_an_instance_and_a_factory(
    cls: type[Client], protocol: type[object]
) -> None:
    client = make_client(cls)
    container = punq.Container()
    container.register(protocol, instance=client)
    assert container.resolve(protocol) is client
    container = punq.Container()
    container.register(protocol, factory=lambda: client)
    assert container.resolve(protocol) is client


@with_each_client
def test_dishka_provides_an_instance_and_a_factory(
    cls: type[Client], protocol: type[object]
) -> None:
    client = make_client(cls)
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: client, provides=protocol)
    container = make_container(provider)
    assert container.get(protocol) is client
    container.close()
    context = Provider()
    context.from_context(provides=protocol, scope=Scope.APP)
    container = make_container(context, context={protocol: client})
    assert container.get(protocol) is client
    container.close()


class Notes:
    """An application class whose annotation names the dependency."""

    @injector.inject
    def __init__(self, memsy: MemsyClientProtocol) -> None:
        self.memsy = memsy


def build_with_injector(client: MemsyClientProtocol) -> Notes:
    def configure(binder: injector.Binder) -> None:
        binder.bind(MemsyClientProtocol, to=client)  # type: ignore[type-abstract]

    return injector.Injector(configure).get(Notes)


def build_with_punq(client: MemsyClientProtocol) -> Notes:
    container = punq.Container()
    container.register(MemsyClientProtocol, instance=client)
    container.register(Notes)
    notes = container.resolve(Notes)
    assert isinstance(notes, Notes)
    return notes


def build_with_dishka(client: MemsyClientProtocol) -> Notes:
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: client, provides=MemsyClientProtocol)
    provider.provide(Notes)
    container = make_container(provider)
    notes: Notes = container.get(Notes)
    container.close()
    return notes


@pytest.mark.parametrize("build", [build_with_injector, build_with_punq, build_with_dishka])
def test_container_fills_a_constructor_that_names_the_protocol(
    build: Callable[[MemsyClientProtocol], Notes],
) -> None:
    client = FakeMemsyClient()
    assert build(client).memsy is client


@with_each_client
def test_pydantic_field_accepts_the_client_and_refuses_others(
    cls: type[Client], protocol: type[object]
) -> None:
    model = pydantic.create_model(
        "Settings",
        __config__=pydantic.ConfigDict(arbitrary_types_allowed=True),
        memsy=(protocol, ...),
    )
    client = make_client(cls)
    assert model(memsy=client).__dict__ == {"memsy": client}
    with pytest.raises(pydantic.ValidationError, match="instance of"):
        model(memsy=Duck())


@with_each_client
def test_autospec_of_a_client_is_an_instance_of_its_protocol(
    cls: type[Client], protocol: type[object]
) -> None:
    assert isinstance(create_autospec(make_client(cls), instance=True), protocol)


def test_autospec_of_a_sync_client_checks_the_methods_of_resources() -> None:
    client = create_autospec(make_client(MemsyClient), instance=True)
    client.orgs.list.return_value = []
    assert client.orgs.list() == []
    client.search("tea", limit=3)
    client.search.assert_called_once_with("tea", limit=3)
    with pytest.raises(TypeError, match="maximum"):
        client.search("tea", maximum=3)
    with pytest.raises(TypeError, match="org"):
        client.orgs.get(org="org-1")
    with pytest.raises(AttributeError, match="fetch"):
        _ = client.orgs.fetch


async def test_autospec_of_an_async_client_awaits_its_methods_and_those_of_resources() -> None:
    client = create_autospec(make_client(AsyncMemsyClient), instance=True)
    assert isinstance(client.ingest, AsyncMock)
    client.orgs.list.return_value = []
    assert await client.orgs.list() == []
    await client.search("tea")
    client.search.assert_awaited_once_with("tea")
    await client.close()
    with pytest.raises(TypeError, match="org"):
        await client.orgs.get(org="org-1")


async def test_autospec_of_an_async_control_client_awaits_the_methods_of_resources() -> None:
    client = create_autospec(make_client(AsyncMemsyControlClient), instance=True)
    client.keys.delete.return_value = None
    assert await client.keys.delete("key-1") is None
    client.keys.delete.assert_awaited_once_with("key-1")
