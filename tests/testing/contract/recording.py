"""A client that writes down what it was asked and what came of it."""

from __future__ import annotations

import re
from typing import Any, TypeVar, cast

from memsy import MemsyAPIError, MemsyClientProtocol, MemsyControlClientProtocol, MemsyError

C = TypeVar("C", MemsyClientProtocol, MemsyControlClientProtocol)


def recording(client: C, record: list[str]) -> C:
    """*client*, with a line added to *record* for each call."""
    return cast(C, _Recording(client, record))


class _Recording:
    def __init__(self, target: object, record: list[str], path: str = "") -> None:
        self._target = target
        self._record = record
        self._path = path

    def __getattr__(self, name: str) -> object:
        member: Any = getattr(self._target, name)
        path = f"{self._path}.{name}"
        # A view of a resource is no function, nor is its stand-in in the blocking form of a client.
        if not hasattr(member, "__name__"):
            return _Recording(member, self._record, path)

        def call(*args: object, **kwargs: object) -> object:
            try:
                result = member(*args, **kwargs)
            except MemsyError as error:
                self._record.append(f"{path}{args}{kwargs} -> {outcome(error)}")
                raise
            self._record.append(f"{path}{args}{kwargs} -> {_without_chance(result)}")
            return result

        return call


def _without_chance(result: object) -> str:
    """What is the same wherever it is asked for; only the texts of new keys are not."""
    return re.sub("prefix='msy_[^']*'", "prefix='msy_...'", repr(result))


def outcome(error: MemsyError) -> str:
    """All of an error that a caller can see, but for the headers of the reply."""
    seen = {name: value for name, value in vars(error).items() if name != "response"}
    content = error.response.content if isinstance(error, MemsyAPIError) and error.response else b""
    return f"{type(error).__name__}({error!s}) {seen} {content!r}"
