"""The async client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from types import TracebackType
from typing import Literal

from typing_extensions import Self, overload

from memsy.parity import implements
from tests._parity.example.models import (
    Document,
    Health,
    Label,
    Order,
    SearchResult,
    Upload,
)
from tests._parity.example.protocols import (
    AsyncClientProtocol,
    AsyncDocumentsProtocol,
    AsyncLabelsProtocol,
)


@implements(AsyncLabelsProtocol)
class AsyncLabels:
    async def list(self, *, limit: int = 100, offset: int = 0) -> Sequence[Label]:
        return []

    async def create(self, name: str, *, parent_id: str | None = None) -> Label:
        return Label(name, name)

    async def rename(self, label_id: str, name: str) -> Label:
        return Label(label_id, name)

    async def delete(self, label_id: str, /) -> None:
        pass


@implements(AsyncDocumentsProtocol)
class AsyncDocuments:
    async def get(self, document_id: str, *, revision: int = -1) -> Document:
        return Document(document_id)

    async def update(
        self, document_id: str, *, title: str | None = None, labels: Sequence[str] = ()
    ) -> Document:
        return Document(document_id, title or "")

    async def delete(self, *document_ids: str) -> int:
        return len(document_ids)

    async def iterate(
        self, *, order: Order = "newest", page_size: int = 50
    ) -> AsyncIterator[Document]:
        yield Document(order)


@implements(AsyncClientProtocol)
class AsyncClient:
    def __init__(self, url: str = "http://localhost") -> None:
        self._url = url

    @property
    def labels(self) -> AsyncLabels:
        return AsyncLabels()

    @property
    def documents(self) -> AsyncDocuments:
        return AsyncDocuments()

    @property
    def url(self) -> str:
        return self._url

    async def search(self, query: str, *, order: Order = "newest", limit: int = 10) -> SearchResult:
        return SearchResult()

    async def upload(self, documents: Sequence[Document], label_id: str | None = None) -> Upload:
        return Upload(label_id or "")

    async def status(self, upload_id: str, /, *, verbose: bool = False) -> Upload:
        return Upload(upload_id)

    async def wait(
        self, upload_id: str, timeout: float = 30.0, poll_interval: float = 0.5
    ) -> Upload:
        return Upload(upload_id)

    async def health(self) -> Health:
        return Health()

    async def changes(self, since: str, *, page_size: int = 50) -> AsyncIterator[Document]:
        yield Document(since)

    def lock(self, name: str, *, timeout: float = 5.0) -> AbstractAsyncContextManager[str]:
        return nullcontext(name)

    async def close(self) -> None:
        pass

    @overload
    async def export(self, document_id: str, *, as_text: Literal[False] = False) -> bytes: ...
    @overload
    async def export(self, document_id: str, *, as_text: Literal[True]) -> str: ...
    async def export(self, document_id: str, *, as_text: bool = False) -> bytes | str:
        return document_id if as_text else document_id.encode()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
