"""Resources: a client with one attribute for each noun of the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Protocol

from attrs import define, field

from memsy.parity import implements, mirrors


class OrgsProtocol(Protocol):
    """Resource and client, both as protocols."""

    def get(self, org_id: str) -> str: ...


@mirrors(OrgsProtocol)
class AsyncOrgsProtocol(Protocol):
    async def get(self, org_id: str) -> str: ...


class ClientProtocol(Protocol):
    @property
    def orgs(self) -> OrgsProtocol: ...
    def close(self) -> None: ...


@mirrors(ClientProtocol)
class AsyncClientProtocol(Protocol):
    @property
    def orgs(self) -> AsyncOrgsProtocol: ...
    async def close(self) -> None: ...


@implements(OrgsProtocol)
class Orgs:
    """Resources that implement the protocols, and clients with plain attributes."""

    def get(self, org_id: str) -> str:
        return org_id


@implements(AsyncOrgsProtocol)
@mirrors(Orgs)
class AsyncOrgs:
    async def get(self, org_id: str) -> str:
        return org_id


@implements(ClientProtocol)
class Client:
    def __init__(self) -> None:
        self.orgs = Orgs()

    def close(self) -> None: ...


@implements(AsyncClientProtocol)
@mirrors(Client)
class AsyncClient:
    def __init__(self) -> None:
        self.orgs = AsyncOrgs()

    async def close(self) -> None: ...


class Files:
    """Resources in the manner of openai-python: each takes its client."""

    def __init__(self, client: Platform) -> None:
        self._client = client

    def list(self, *, after: str | None = None) -> list[str]:
        return [after or "first"]


@mirrors(Files)
class AsyncFiles:
    def __init__(self, client: AsyncPlatform) -> None:
        self._client = client

    async def list(self, *, after: str | None = None) -> list[str]:
        return [after or "first"]


class Platform:
    """Cached properties, and resources within resources."""

    @cached_property
    def files(self) -> Files:
        return Files(self)

    @property
    def all_files(self) -> dict[str, Files]:
        return {"main": self.files}


@mirrors(Platform)
class AsyncPlatform:
    @cached_property
    def files(self) -> AsyncFiles:
        return AsyncFiles(self)

    @property
    def all_files(self) -> dict[str, AsyncFiles]:
        return {"main": self.files}


@define
class Indices:
    """Namespaces in the manner of elasticsearch-py, as attrs fields."""

    prefix: str = ""

    def create(self, index: str, *, shards: int = 1) -> str:
        return f"{self.prefix}{index}/{shards}"


@mirrors(Indices)
@define
class AsyncIndices:
    prefix: str = ""

    async def create(self, index: str, *, shards: int = 1) -> str:
        return f"{self.prefix}{index}/{shards}"


@define
class Search:
    indices: Indices = field(factory=Indices)
    previous: list[Indices] = field(factory=list)


@mirrors(Search)
@define
class AsyncSearch:
    indices: AsyncIndices = field(factory=AsyncIndices)
    previous: list[AsyncIndices] = field(factory=list)


class Hub:
    """Classes with an async form, within other types."""

    def pick(self, names: Mapping[str, Indices], *others: Indices | None) -> Indices | None:
        return next(iter(names.values()), None)

    def kinds(self) -> tuple[type[Indices], list[type[Search]]]:
        return Indices, [Search]

    def each(self, function: Callable[[Indices], str], size: int = 1) -> list[str]:
        return [function(Indices()) for _ in range(size)]


@mirrors(Hub)
class AsyncHub:
    async def pick(
        self, names: Mapping[str, AsyncIndices], *others: AsyncIndices | None
    ) -> AsyncIndices | None:
        return next(iter(names.values()), None)

    async def kinds(self) -> tuple[type[AsyncIndices], list[type[AsyncSearch]]]:
        return AsyncIndices, [AsyncSearch]

    async def each(
        self, function: Callable[[AsyncIndices], Awaitable[str]], size: int = 1
    ) -> list[str]:
        return [await function(AsyncIndices()) for _ in range(size)]
