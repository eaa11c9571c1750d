"""A client wrapper that records each call and its outcome as a line of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TypeVar, cast

from typing_extensions import Self

from memsy import MemsyAPIError, MemsyClientProtocol, MemsyControlClientProtocol, MemsyError
from memsy.testing.contract.sync_adapter import forwarding_class

C = TypeVar("C", MemsyClientProtocol, MemsyControlClientProtocol)


def recording(client: C, record: list[str]) -> C:
    """Return `client`, with a line added to `record` for each call."""
    return cast(C, _record(client, record, ""))


def _record(target: object, record: list[str], path: str) -> _Recording:
    return forwarding_class(_Recording, target)(target, record, path)


class _Recording:
    def __init__(self, target: object, record: list[str], path: str) -> None:
        self._target: Any = target
        self._record = record
        self._path = path

    def __enter__(self) -> Self:
        self._target.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._target.__exit__(exc_type, exc, traceback)

    def __getattr__(self, name: str) -> object:
        member: Any = getattr(self._target, name)
        path = f"{self._path}.{name}"
        # Resources are not functions, and the sync adapter of an async resource is not one, either.
        if not hasattr(member, "__name__"):
            return _record(member, self._record, path)

        def call(*args: object, **kwargs: object) -> object:
            try:
                result = member(*args, **kwargs)
            except MemsyError as error:
                self._record.append(f"{path}{args}{kwargs} -> {outcome(error)}")
                raise
            if name == "with_options":
                return _record(result, self._record, path)
            if isinstance(result, Iterator):
                return self._recorded_items(f"{path}{args}{kwargs}", result)
            self._record.append(f"{path}{args}{kwargs} -> {_without_random_key(result)}")
            return result

        return call

    def _recorded_items(self, call: str, items: Iterator[object]) -> Iterator[object]:
        try:
            for item in items:
                self._record.append(f"{call} -> item {item!r}")
                yield item
        except MemsyError as error:
            self._record.append(f"{call} -> {outcome(error)}")
            raise


def _without_random_key(result: object) -> str:
    """Return the `repr` of `result` without the random prefix of a new key."""
    return re.sub("prefix='msy_[^']*'", "prefix='msy_...'", repr(result))


def outcome(error: MemsyError) -> str:
    """Return the attributes of `error` and its body, without the response headers."""
    attributes = {name: value for name, value in vars(error).items() if name != "response"}
    content = error.response.content if isinstance(error, MemsyAPIError) and error.response else b""
    return f"{type(error).__name__}({error!s}) {attributes} {content!r}"
