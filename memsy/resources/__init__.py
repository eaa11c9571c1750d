"""Resources of the data plane, one per module: endpoints, sync resource, async resource."""

from memsy.resources.actors import ActorsResource, AsyncActorsResource
from memsy.resources.memories import AsyncMemoriesResource, MemoriesResource
from memsy.resources.orgs import AsyncOrgsResource, OrgsResource
from memsy.resources.roles import AsyncRolesResource, RolesResource
from memsy.resources.teams import AsyncTeamsResource, TeamsResource

__all__ = [
    "ActorsResource",
    "AsyncActorsResource",
    "AsyncMemoriesResource",
    "AsyncOrgsResource",
    "AsyncRolesResource",
    "AsyncTeamsResource",
    "MemoriesResource",
    "OrgsResource",
    "RolesResource",
    "TeamsResource",
]
