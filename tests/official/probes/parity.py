"""Sync and async clients of an SDK, by `inspect`: the same methods with the same parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import memsy
from tests.official.probes.calls import KEY

TITLE = "Parity of sync and async"

_CLIENTS = ("MemsyClient", "MemsyControlClient")


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the numbers of compared methods and of differences."""
    pairs = [pair for name in _CLIENTS for pair in _methods(*_clients(name))]
    differences = [
        text for name, sync, async_ in pairs for text in _differences(name, sync, async_)
    ]
    unchecked = sum(
        not _is_documented(sync) or not _is_documented(async_) for _, sync, async_ in pairs
    )
    return {
        "public methods and constructors of the clients and their resources": str(len(pairs)),
        "... with other parameters, defaults or annotations in the other client": (
            ", ".join(differences) or "0"
        ),
        "... without a docstring in one of the clients": str(unchecked),
    }


def _clients(name: str) -> tuple[Any, Any]:
    url = "http://127.0.0.1:9/v1"
    return getattr(memsy, name)(url, KEY), getattr(memsy, f"Async{name}")(url, KEY)


def _methods(sync: object, async_: object) -> Iterator[tuple[str, object, object]]:
    """Yield the methods of both objects, and those of their resources."""
    yield f"{type(sync).__name__}.__init__", type(sync).__init__, type(async_).__init__
    yield from _of(type(sync).__name__, sync, async_)


def _of(owner: str, sync: object, async_: object) -> Iterator[tuple[str, object, object]]:
    for name in sorted({*dir(sync), *dir(async_)}):
        if name.startswith("_"):
            continue
        one, other = getattr(sync, name, None), getattr(async_, name, None)
        if callable(one) or callable(other):
            yield f"{owner}.{name}", one, other
        elif type(one).__module__.startswith("memsy"):
            yield from _of(f"{owner}.{name}", one, other)


def _differences(name: str, sync: object, async_: object) -> Iterator[str]:
    if not (callable(sync) and callable(async_)):
        yield f"`{name}` exists in one mode only"
    elif _parameters(sync) != _parameters(async_):
        yield f"`{name}`"


def _parameters(method: Callable[..., object]) -> list[tuple[object, ...]]:
    parameters = inspect.signature(method).parameters.values()
    return [(one.name, one.kind, one.default, str(one.annotation)) for one in parameters]


def _is_documented(method: object) -> bool:
    return bool(inspect.getdoc(method)) or getattr(method, "__name__", "") == "__init__"
