"""Values that the clients send and return."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

Order: TypeAlias = Literal["newest", "title"]


@frozen
class Label:
    id: str
    name: str = ""


@frozen
class Document:
    id: str
    title: str = ""
    labels: tuple[Label, ...] = ()


@frozen
class SearchResult:
    documents: tuple[Document, ...] = ()
    total: int = 0


@frozen
class Upload:
    id: str
    is_done: bool = True


@frozen
class Health:
    is_ok: bool = True
