"""
Stand-ins for tests and for work without an account: they behave as the service does.

`FakeMemsyClient`, `FakeMemsyControlClient` and their async twins are the real clients over a
`LocalService`, in memory; `LocalServer` puts such a service on a socket of this machine, for any
client of any language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsy._on_demand import on_demand

if TYPE_CHECKING:
    from memsy.testing.calls import Call, Calls
    from memsy.testing.clock import Clock
    from memsy.testing.fakes import (
        FakeAsyncMemsyClient,
        FakeAsyncMemsyControlClient,
        FakeMemsyClient,
        FakeMemsyControlClient,
    )
    from memsy.testing.server import LocalServer
    from memsy.testing.service import Billing, Event, LocalService, Member, Memory, Rules

__all__ = [
    "Billing",
    "Call",
    "Calls",
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

if not TYPE_CHECKING:
    # The pytest plugin is in here, and loaded by every pytest; and a server alone needs aiohttp.
    __getattr__, __dir__ = on_demand(
        __name__,
        __all__,
        {
            "Call": "calls",
            "Calls": "calls",
            "Clock": "clock",
            "FakeAsyncMemsyClient": "fakes",
            "FakeAsyncMemsyControlClient": "fakes",
            "FakeMemsyClient": "fakes",
            "FakeMemsyControlClient": "fakes",
            "LocalServer": "server",
        },
        rooms=("service",),
        modules=("calls", "clock", "contract", "fakes", "server", "service"),
    )
