from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ray.data.block import Block

_T = TypeVar("_T")

class _TaskContext(Protocol):
    task_idx: int

@dataclass
class WriteResult(Generic[_T]):
    num_rows: int
    size_bytes: int
    write_returns: list[_T]

class Datasink(Generic[_T]):
    def on_write_start(self, schema: object | None = None) -> None: ...
    def write(self, blocks: Iterable[Block], ctx: _TaskContext) -> _T: ...
    def on_write_complete(self, write_result: WriteResult[_T]) -> None: ...
    def on_write_failed(self, error: Exception) -> None: ...
    def get_name(self) -> str: ...
