"""The two surfaces, for whoever depends on a client, or stands in for one."""

from memsy.protocols.aio import (
    AsyncActorsProtocol,
    AsyncMemoriesProtocol,
    AsyncMemsyClientProtocol,
    AsyncOrgsProtocol,
    AsyncRolesProtocol,
    AsyncTeamsProtocol,
)
from memsy.protocols.sync import (
    ActorsProtocol,
    MemoriesProtocol,
    MemsyClientProtocol,
    OrgsProtocol,
    RolesProtocol,
    TeamsProtocol,
)

__all__ = [
    "ActorsProtocol",
    "AsyncActorsProtocol",
    "AsyncMemoriesProtocol",
    "AsyncMemsyClientProtocol",
    "AsyncOrgsProtocol",
    "AsyncRolesProtocol",
    "AsyncTeamsProtocol",
    "MemoriesProtocol",
    "MemsyClientProtocol",
    "OrgsProtocol",
    "RolesProtocol",
    "TeamsProtocol",
]
