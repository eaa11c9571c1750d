"""Typed dictionaries: as results, as keyword arguments, as callbacks, nested."""

from __future__ import annotations

from typing import Protocol

from typing_extensions import NotRequired, Required, TypedDict, Unpack

from memsy.parity import implements, mirrors


class Options(TypedDict, total=False):
    """Keyword arguments of a request, in the manner of boto3."""

    region: Required[str]
    retries: int
    headers: dict[str, str]


class Record(TypedDict):
    """Record of a response."""

    id: int
    name: NotRequired[str]


Legacy = TypedDict("Legacy", {"content-type": str, "size": int})


class Requests:
    """Keyword arguments from a typed dictionary."""

    def send(self, path: str, **options: Unpack[Options]) -> Record:
        return {"id": len(path + options["region"])}

    def head(self, path: str) -> Legacy:
        return {"content-type": path, "size": 0}


@mirrors(Requests)
class AsyncRequests:
    async def send(self, path: str, **options: Unpack[Options]) -> Record:
        return {"id": len(path + options["region"])}

    async def head(self, path: str) -> Legacy:
        return {"content-type": path, "size": 0}


class Records(Protocol):
    """Typed dictionaries in containers and defaults."""

    def list(self, *, after: Record | None = None) -> list[Record]: ...
    def by_name(self) -> dict[str, Record]: ...


@mirrors(Records)
class AsyncRecords(Protocol):
    async def list(self, *, after: Record | None = None) -> list[Record]: ...
    async def by_name(self) -> dict[str, Record]: ...


@implements(Records)
class StoredRecords:
    def __init__(self, *records: Record) -> None:
        self._records = records

    def list(self, *, after: Record | None = None) -> list[Record]:
        return [record for record in self._records if record != after]

    def by_name(self) -> dict[str, Record]:
        return {record.get("name", ""): record for record in self._records}


class Registry:
    """Typed dictionary of sync classes, and of async classes."""

    def register(self, record: Record, **flags: bool) -> Record:
        return record

    def client(self, name: str = "default") -> Requests:
        return Requests()


@mirrors(Registry)
class AsyncRegistry:
    async def register(self, record: Record, **flags: bool) -> Record:
        return record

    async def client(self, name: str = "default") -> AsyncRequests:
        return AsyncRequests()
