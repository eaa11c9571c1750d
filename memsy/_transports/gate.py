"""Who is asked before a request sets out: nobody, unless somebody stands guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from attrs import frozen

if TYPE_CHECKING:
    from memsy._core.settings import Settings
    from memsy._core.wire import Request


@frozen
class Departure:
    """A *request* that is about to set out, of a client of these *settings*."""

    request: Request
    settings: Settings
    is_awaiting: bool

    @property
    def peer(self) -> tuple[str, int]:
        """Host and port that it would connect to: those of the proxy, if there is one."""
        proxy = self.settings.connection.proxy
        url = urlsplit(proxy.url if proxy else self.settings.base_url)
        return url.hostname or "", url.port or {"http": 80, "https": 443}[url.scheme]


Guard: TypeAlias = Callable[[Departure], None]
"""Lets a request pass by returning; if it raises, nothing is opened and nothing is sent."""

_guards: list[Guard] = []


@contextmanager
def guarded_by(guard: Guard) -> Iterator[None]:
    """Ask *guard* about every request of this process, of any thread, that sets out within."""
    _guards.append(guard)
    try:
        yield
    finally:
        _guards.remove(guard)


def set_out(request: Request, settings: Settings, *, is_awaiting: bool) -> None:
    """Pass all guards."""
    for guard in _guards:
        guard(Departure(request, settings, is_awaiting))
