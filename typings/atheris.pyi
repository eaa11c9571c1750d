# The parts of atheris 2.3 to 3.1 that the fuzzers use.

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

def Setup(
    args: Sequence[str],
    test_one_input: Callable[[bytes], None],
    /,
    *,
    custom_mutator: Callable[[bytes, int, int], bytes] | None = None,
) -> list[str]: ...
def Fuzz() -> None: ...
def Mutate(data: bytes, max_size: int, /) -> bytes: ...
def instrument_imports(
    include: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
    enable_loader_override: bool = True,
) -> AbstractContextManager[object]: ...
