"""The local Memsy service: in memory, in a file, or served over HTTP on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsy._lazy import lazy_exports

if TYPE_CHECKING:
    from memsy.local.clock import Clock
    from memsy.local.config import Billing, ServiceConfig
    from memsy.local.domain.members import Member
    from memsy.local.operation_names import OperationName
    from memsy.local.server.server import LocalServer
    from memsy.local.service import LocalService
    from memsy.local.storage.records import Event, Memory

__all__ = [
    "Billing",
    "Clock",
    "Event",
    "LocalServer",
    "LocalService",
    "Member",
    "Memory",
    "OperationName",
    "ServiceConfig",
]

if not TYPE_CHECKING:
    # Importing the server loads aiohttp, which a service in memory does not need.
    __getattr__, __dir__ = lazy_exports(
        __name__,
        __all__,
        sources={
            "Billing": "memsy.local.config",
            "Clock": "memsy.local.clock",
            "Event": "memsy.local.storage.records",
            "LocalServer": "memsy.local.server.server",
            "LocalService": "memsy.local.service",
            "Member": "memsy.local.domain.members",
            "Memory": "memsy.local.storage.records",
            "OperationName": "memsy.local.operation_names",
            "ServiceConfig": "memsy.local.config",
        },
        submodules=("clock", "config", "faults", "server", "service"),
    )
