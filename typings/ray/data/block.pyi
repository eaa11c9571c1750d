from typing import Any, Protocol, TypeAlias

Block: TypeAlias = Any

class _Table(Protocol):
    num_rows: int

    def slice(self, offset: int, length: int) -> _Table: ...
    def to_pydict(self) -> dict[str, list[Any]]: ...

class BlockAccessor:
    @staticmethod
    def for_block(block: Block) -> BlockAccessor: ...
    def to_arrow(self) -> _Table: ...
