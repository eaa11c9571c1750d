"""What a connector can read, what of it is chosen, and the means to choose."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from sqlite3 import Row

from memsy.local.domain import connector_access
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ErrorResponse
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input
from memsy.local.storage.store import Store
from memsy.models import ResourceSelection

TOP = ""
"""What is in no folder and in no repository is below this."""

_MOST_ID = 1024
_MOST_CHOSEN = 1000


def read_choice(inputs: RequestInput) -> list[ResourceSelection]:
    return [
        ResourceSelection(
            item.text("external_id", most=_MOST_ID),
            item.optional_text("resource_type", most=256) or "channel",
            item.optional_text("name", most=_MOST_ID),
        )
        for item in inputs.body.objects("resources", least=0, most=_MOST_CHOSEN)
    ]


def select(store: Store, connector_id: str, chosen: Iterable[ResourceSelection]) -> None:
    """Let *chosen* take the place of what was chosen before; of two of one id, the last."""
    store.write("DELETE FROM selections WHERE connector_id = ?", [connector_id])
    statement = """
        INSERT INTO selections (connector_id, external_id, resource_type, name)
        VALUES (?, ?, ?, ?)
    """
    once = {one.external_id: one for one in chosen}
    store.write_each(
        statement,
        [[connector_id, one.external_id, one.resource_type, one.name] for one in once.values()],
    )


def offer(store: Store, connector_id: str, above: str, found: Iterable[ResourceSelection]) -> None:
    """Let *found* take the place of what could be chosen below *above*."""
    parameters = [connector_id, above]
    store.write("DELETE FROM offers WHERE connector_id = ? AND above = ?", parameters)
    statement = """
        INSERT INTO offers (connector_id, above, external_id, resource_type, name)
        VALUES (?, ?, ?, ?, ?)
    """
    store.write_each(
        statement, [[*parameters, one.external_id, one.resource_type, one.name] for one in found]
    )


def read_parent(inputs: RequestInput) -> str | None:
    return inputs.query.text_if_given("parent_id", most=_MOST_ID)


def resources(context: RequestContext, parent_id: str | None) -> object:
    row = connector_access.visible(context)
    if parent_id is not None and row["provider"] != "onedrive":
        raise _not_of(row, "folders to look into")
    connector_access.require_authorized(row)
    return {"resources": _choosable(context.store, row, parent_id or TOP)}


def read_repo(inputs: RequestInput) -> str:
    return inputs.query.text("repo", most=_MOST_ID)


def branches(context: RequestContext, repo: str) -> object:
    row = connector_access.visible(context)
    if row["provider"] != "github":
        raise _not_of(row, "branches")
    connector_access.require_authorized(row)
    return {"resources": _choosable(context.store, row, repo)}


def picker(context: RequestContext) -> object:
    """What Google's own window for choosing files needs; nothing of it is good at Google."""
    row = connector_access.changeable(context)
    if row["provider"] != "google_drive":
        raise _not_of(row, "picker")
    connector_access.require_authorized(row)
    return {
        "access_token": f"local-{secrets.token_hex(16)}",
        "expires_in": 3599,
        "api_key": "local-picker-key",
        "app_id": "0",
    }


_OFFERED = """
    SELECT
        external_id, resource_type, name,
        external_id IN (
            SELECT external_id FROM selections WHERE connector_id = :connector_id
        ) AS selected
    FROM offers WHERE connector_id = :connector_id AND above = :above ORDER BY seq
"""
_CHOSEN = """
    SELECT external_id, resource_type, name, 1 AS selected FROM selections
    WHERE connector_id = :connector_id
    AND (:is_all OR external_id NOT IN (
        SELECT external_id FROM offers WHERE connector_id = :connector_id
    ))
    ORDER BY seq
"""


def _choosable(store: Store, connector: Row, above: str) -> Sequence[dict[str, object]]:
    """What is below *above*; at the top, also what was chosen without having been offered."""
    # Of a whole Drive nothing is listed but what its picker gave.
    is_drive = connector["provider"] == "google_drive"
    parameters = {
        "connector_id": connector["connector_id"],
        "above": above,
        "is_all": is_drive,
    }
    rows = [] if is_drive else store.rows(_OFFERED, parameters)
    if above == TOP:
        rows += store.rows(_CHOSEN, parameters)
    return [{**dict(row), "selected": bool(row["selected"])} for row in rows]


def _not_of(row: Row, what: str) -> ErrorResponse:
    return ErrorResponse(400, "not_supported", f"a connector to {row['provider']} has no {what}")


_ONE = "/connectors/{connector_id}"

ROUTES = (
    route_with_input(
        "connectors.list_resources",
        "GET",
        f"{_ONE}/resources",
        read_parent,
        resources,
        scope="read",
        standing="seat",
    ),
    route_with_input(
        "connectors.list_branches",
        "GET",
        f"{_ONE}/branches",
        read_repo,
        branches,
        scope="read",
        standing="seat",
    ),
    route(
        "connectors.picker_config",
        "GET",
        f"{_ONE}/picker-token",
        picker,
        scope="read",
        standing="seat",
    ),
)
