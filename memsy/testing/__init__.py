"""
Stand-ins for tests and for work without an account: they behave as the service does.

`FakeMemsyClient`, `FakeMemsyControlClient` and their async twins are the real clients over a
`LocalService`, in memory; `LocalServer` puts such a service on a socket of this machine, for any
client of any language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsy.testing.clock import Clock
from memsy.testing.fakes import (
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
)
from memsy.testing.service import Billing, Event, LocalService, Member, Memory, Rules

__all__ = [
    "Billing",
    "Clock",
    "Event",
    "FakeAsyncMemsyClient",
    "FakeAsyncMemsyControlClient",
    "FakeMemsyClient",
    "FakeMemsyControlClient",
    "LocalServer",
    "LocalService",
    "Member",
    "Memory",
    "Rules",
]

if TYPE_CHECKING:
    from memsy.testing.server import LocalServer
else:

    def __getattr__(name: str) -> object:
        # Only a server needs aiohttp: the fakes are to load in a moment.
        if name == "LocalServer":
            from memsy.testing.server import LocalServer  # noqa: PLC0415

            return LocalServer
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
