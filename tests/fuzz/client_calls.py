"""One call of every endpoint in the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from operator import attrgetter
from typing import Any, TypeAlias

from attrs import frozen

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    EventPayload,
    MemsyClient,
    MemsyControlClient,
    ResourceSelection,
)
from memsy._core.operation import Endpoint
from memsy._core.plane import Plane
from memsy._endpoints import endpoints
from tests.support.endpoints import methods

DataClient: TypeAlias = "MemsyClient | AsyncMemsyClient"
ControlClient: TypeAlias = "MemsyControlClient | AsyncMemsyControlClient"

ORG = "org_local"

MEMORY = "77b9ce81-1e3c-549e-9486-dbe832379bfd"
"""The memory of the event `answer`."""

_EVENT = EventPayload(
    *("ada", "s1", "user_message", "I like tea"), "role", "team", metadata={"lang": "en"}
)

ARGUMENTS: Mapping[str, object] = {
    "access_key_id": "AKIA",
    "actor_id": "ada",
    "bucket": "papers",
    "connector_id": "slack",
    "container_tag": "all",
    "email": "ada@example.org",
    "event_ids": ["event", "nothing"],
    "events": [_EVENT],
    "focus": "Coffee.",
    "key_id": "key",
    "memory_id": MEMORY,
    "name": "Two",
    "org_id": ORG,
    "provider": "github",
    "query": "tea",
    "region": "eu-central-1",
    "repo": "app",
    "resources": [ResourceSelection("C1")],
    "role_id": "role",
    "secret_access_key": "secret",
    "team_id": "team",
}
"""Value of each required parameter, by name. `tests.fuzz.examples` creates the objects."""

ARGUMENTS_OF: Mapping[str, Mapping[str, object]] = {
    "connectors.create": {"provider": "notion"},
    "connectors.list_branches": {"connector_id": "github"},
    "connectors.picker_config": {"connector_id": "google_drive"},
    "connectors.sync": {"connector_id": "github"},
    "interest.express": {"name": "Ada", "company": "Tea & Sons"},
    "keys.create": {"name": "spare", "scopes": ["read"]},
    "memories.list": {"search": "tea"},
    "orgs.update": {"name": "One"},
    "roles.update": {"name": "One"},
    "search": {"include_source_events": True},
    "teams.update": {"name": "One"},
}
"""Other values, and optional parameters, by the name of the endpoint."""


@frozen
class ClientCall:
    """A call of one endpoint; a coroutine results if the client is async."""

    endpoint: Endpoint[Any]
    arguments: Mapping[str, object]

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def result_type(self) -> object:
        """The annotation of the result."""
        return self.endpoint.response

    def __call__(self, data: DataClient, control: ControlClient) -> object:
        """Call the endpoint on the client of its plane."""
        return self.on(data if self.endpoint.plane is Plane.DATA else control)

    def on(self, client: DataClient | ControlClient) -> object:
        """Call the endpoint on `client`, which is of its plane."""
        method: Callable[..., object] = attrgetter(self.endpoint.name)(client)
        return method(**self.arguments)


def _call(endpoint: Endpoint[Any]) -> ClientCall:
    _, *parameters = signature(methods(endpoint.plane)[endpoint.name]).parameters.values()
    required = [one.name for one in parameters if one.default is one.empty]
    arguments = ARGUMENTS_OF.get(endpoint.name, {})
    missing = [name for name in required if name not in arguments and name not in ARGUMENTS]
    assert not missing, f"{endpoint.name}: add values for {missing} to ARGUMENTS in {__file__}"
    values = {name: ARGUMENTS[name] for name in required if name in ARGUMENTS}
    return ClientCall(endpoint, {**values, **arguments})


CALLS = tuple(map(_call, endpoints()))
