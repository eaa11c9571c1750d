"""Protocols of clients and resources, sync and async, with the documentation of every method."""

from memsy.protocols.aio import (
    AsyncActorsProtocol,
    AsyncMemoriesProtocol,
    AsyncMemsyClientProtocol,
    AsyncOrgsProtocol,
    AsyncRolesProtocol,
    AsyncTeamsProtocol,
)
from memsy.protocols.aio_control import (
    AsyncBillingProtocol,
    AsyncConnectorsProtocol,
    AsyncEventsProtocol,
    AsyncInterestProtocol,
    AsyncKeysProtocol,
    AsyncMemsyControlClientProtocol,
    AsyncUsageProtocol,
)
from memsy.protocols.sync import (
    ActorsProtocol,
    MemoriesProtocol,
    MemsyClientProtocol,
    OrgsProtocol,
    RolesProtocol,
    TeamsProtocol,
)
from memsy.protocols.sync_control import (
    BillingProtocol,
    ConnectorsProtocol,
    EventsProtocol,
    InterestProtocol,
    KeysProtocol,
    MemsyControlClientProtocol,
    UsageProtocol,
)

__all__ = [
    "ActorsProtocol",
    "AsyncActorsProtocol",
    "AsyncBillingProtocol",
    "AsyncConnectorsProtocol",
    "AsyncEventsProtocol",
    "AsyncInterestProtocol",
    "AsyncKeysProtocol",
    "AsyncMemoriesProtocol",
    "AsyncMemsyClientProtocol",
    "AsyncMemsyControlClientProtocol",
    "AsyncOrgsProtocol",
    "AsyncRolesProtocol",
    "AsyncTeamsProtocol",
    "AsyncUsageProtocol",
    "BillingProtocol",
    "ConnectorsProtocol",
    "EventsProtocol",
    "InterestProtocol",
    "KeysProtocol",
    "MemoriesProtocol",
    "MemsyClientProtocol",
    "MemsyControlClientProtocol",
    "OrgsProtocol",
    "RolesProtocol",
    "TeamsProtocol",
    "UsageProtocol",
]
