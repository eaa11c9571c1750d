"""The sync client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
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
    ClientProtocol,
    DocumentsProtocol,
    LabelsProtocol,
)


@implements(LabelsProtocol)
class Labels:
    def list(self, *, limit: int = 100, offset: int = 0) -> Sequence[Label]:
        return []

    def create(self, name: str, *, parent_id: str | None = None) -> Label:
        return Label(name, name)

    def rename(self, label_id: str, name: str) -> Label:
        return Label(label_id, name)

    def delete(self, label_id: str, /) -> None:
        pass


@implements(DocumentsProtocol)
class Documents:
    def get(self, document_id: str, *, revision: int = -1) -> Document:
        return Document(document_id)

    def update(
        self, document_id: str, *, title: str | None = None, labels: Sequence[str] = ()
    ) -> Document:
        return Document(document_id, title or "")

    def delete(self, *document_ids: str) -> int:
        return len(document_ids)

    def iterate(self, *, order: Order = "newest", page_size: int = 50) -> Iterator[Document]:
        yield Document(order)


@implements(ClientProtocol)
class Client:
    def __init__(self, url: str = "http://localhost") -> None:
        self._url = url

    @property
    def labels(self) -> Labels:
        return Labels()

    @property
    def documents(self) -> Documents:
        return Documents()

    @property
    def url(self) -> str:
        return self._url

    def search(self, query: str, *, order: Order = "newest", limit: int = 10) -> SearchResult:
        return SearchResult()

    def upload(self, documents: Sequence[Document], label_id: str | None = None) -> Upload:
        return Upload(label_id or "")

    def status(self, upload_id: str, /, *, verbose: bool = False) -> Upload:
        return Upload(upload_id)

    def wait(self, upload_id: str, timeout: float = 30.0, poll_interval: float = 0.5) -> Upload:
        return Upload(upload_id)

    def health(self) -> Health:
        return Health()

    def changes(self, since: str, *, page_size: int = 50) -> Iterator[Document]:
        yield Document(since)

    def lock(self, name: str, *, timeout: float = 5.0) -> AbstractContextManager[str]:
        return nullcontext(name)

    def close(self) -> None:
        pass

    @overload
    def export(self, document_id: str, *, as_text: Literal[False] = False) -> bytes: ...
    @overload
    def export(self, document_id: str, *, as_text: Literal[True]) -> str: ...
    def export(self, document_id: str, *, as_text: bool = False) -> bytes | str:
        return document_id if as_text else document_id.encode()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
