"""Names of the operations of a service, for type checkers."""

from __future__ import annotations

from typing import Literal, TypeAlias

OperationName: TypeAlias = Literal[
    "actors.get",
    "actors.list",
    "agent_signup.poll",
    "agent_signup.start",
    "billing.invoices",
    "billing.summary",
    "clear",
    "connectors.configure_resources",
    "connectors.configure_s3",
    "connectors.create",
    "connectors.delete",
    "connectors.get",
    "connectors.list",
    "connectors.list_branches",
    "connectors.list_providers",
    "connectors.list_resources",
    "connectors.picker_config",
    "connectors.status",
    "connectors.sync",
    "events.list",
    "health",
    "ingest",
    "interest.express",
    "interest.status",
    "keys.create",
    "keys.delete",
    "keys.list",
    "keys.usage",
    "me",
    "memories.get",
    "memories.list",
    "memories.stats",
    "orgs.create",
    "orgs.delete",
    "orgs.get",
    "orgs.list",
    "orgs.regenerate_prompt",
    "orgs.update",
    "roles.create",
    "roles.delete",
    "roles.get",
    "roles.list",
    "roles.regenerate_prompt",
    "roles.update",
    "search",
    "status",
    "teams.create",
    "teams.delete",
    "teams.get",
    "teams.list",
    "teams.regenerate_prompt",
    "teams.update",
    "usage.summary",
    "usage.timeseries",
]
"""
Operations: the methods of the clients that have an endpoint of their own, and the two requests of
`agent_signup`.
"""

FaultOperation: TypeAlias = OperationName | Literal["*"]
"""Operation of a fault; `*` matches every operation."""
