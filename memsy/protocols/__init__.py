"""Protocols of clients and resources, sync and async, with the documentation of every method."""

from typing import TYPE_CHECKING

from memsy._lazy import lazy_exports

if TYPE_CHECKING:
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

if not TYPE_CHECKING:
    # A client loads the protocols of its own plane, and a sync client no async ones.
    __getattr__, __dir__ = lazy_exports(
        __name__,
        __all__,
        packages=(
            "memsy.protocols.sync",
            "memsy.protocols.aio",
            "memsy.protocols.sync_control",
            "memsy.protocols.aio_control",
        ),
    )
