"""
Fakes, recorded calls, contract tests and a pytest plugin.

`FakeMemsyClient`, `FakeMemsyControlClient` and their async counterparts are the real clients over
a `LocalService` in memory. `memsy.local` defines the local service, and this package re-exports
the public names of `memsy.local`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsy._lazy import lazy_exports

if TYPE_CHECKING:
    from memsy.local import (
        Billing,
        Clock,
        Event,
        LocalServer,
        LocalService,
        Member,
        Memory,
        OperationName,
        ServiceConfig,
    )
    from memsy.testing.calls import Call, Calls
    from memsy.testing.fakes import (
        FakeAsyncMemsyClient,
        FakeAsyncMemsyControlClient,
        FakeMemsyClient,
        FakeMemsyControlClient,
        fake_agent_signup,
        fake_async_agent_signup,
    )

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
    "OperationName",
    "ServiceConfig",
    "fake_agent_signup",
    "fake_async_agent_signup",
]

if not TYPE_CHECKING:
    # Every pytest run imports this package for the plugin, so the exports are lazy.
    __getattr__, __dir__ = lazy_exports(
        __name__,
        __all__,
        sources={
            "Call": "memsy.testing.calls",
            "Calls": "memsy.testing.calls",
            "FakeAsyncMemsyClient": "memsy.testing.fakes",
            "FakeAsyncMemsyControlClient": "memsy.testing.fakes",
            "FakeMemsyClient": "memsy.testing.fakes",
            "FakeMemsyControlClient": "memsy.testing.fakes",
            "fake_agent_signup": "memsy.testing.fakes",
            "fake_async_agent_signup": "memsy.testing.fakes",
        },
        packages=("memsy.local",),
        submodules=("calls", "contract", "fakes"),
    )
