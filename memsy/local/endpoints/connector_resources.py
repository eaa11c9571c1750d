"""
Read the resources and branches of a connector, and its file picker token (contract 6.15).

* `GET /connectors/{connector_id}/resources`
* `GET /connectors/{connector_id}/branches`
* `GET /connectors/{connector_id}/picker-token`

`PUT /connectors/{connector_id}/resources` is in the module `connectors`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from sqlite3 import Row

from memsy.local.domain import connector_access
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ErrorResponse
from memsy.local.http.parsing import RequestInput, trim
from memsy.local.http.routes import route, route_with_input
from memsy.local.storage.store import Store
from memsy.models import ResourceSelection

ROOT = ""
"""Parent id of the resources that are in no folder and no repository."""

_MAX_ID_LENGTH = 1024
_MAX_SELECTED = 1000


def read_selection(inputs: RequestInput) -> list[ResourceSelection]:
    """Read the body of `PUT /connectors/{connector_id}/resources`."""
    items = inputs.body.object_list("resources", min_items=0, max_items=_MAX_SELECTED)
    return [
        ResourceSelection(
            item.text("external_id", max_length=_MAX_ID_LENGTH),
            item.optional_text("resource_type", max_length=256) or "channel",
            item.optional_text("name", max_length=_MAX_ID_LENGTH),
        )
        for item in items
    ]


def replace_selection(
    store: Store, connector_id: str, selected: Iterable[ResourceSelection]
) -> None:
    """Replace the selection of a connector. If an id is repeated, the last resource counts."""
    store.write("DELETE FROM selections WHERE connector_id = ?", [connector_id])
    statement = """
        INSERT INTO selections (connector_id, external_id, resource_type, name)
        VALUES (?, ?, ?, ?)
    """
    by_id = {resource.external_id: resource for resource in selected}
    store.write_many(
        statement,
        [
            [connector_id, resource.external_id, resource.resource_type, resource.name]
            for resource in by_id.values()
        ],
    )


def replace_available(
    store: Store, connector_id: str, parent_id: str, resources: Iterable[ResourceSelection]
) -> None:
    """Replace the resources that a connector offers below `parent_id`."""
    sql_params = [connector_id, parent_id]
    store.write("DELETE FROM offers WHERE connector_id = ? AND above = ?", sql_params)
    statement = """
        INSERT INTO offers (connector_id, above, external_id, resource_type, name)
        VALUES (?, ?, ?, ?, ?)
    """
    store.write_many(
        statement,
        [
            [*sql_params, trim(resource.external_id), resource.resource_type, resource.name]
            for resource in resources
        ],
    )


def read_parent_id(inputs: RequestInput) -> str | None:
    """Read the optional `parent_id` of the query."""
    return inputs.query.optional_nonblank_text("parent_id", max_length=_MAX_ID_LENGTH)


def list_resources(context: RequestContext, parent_id: str | None) -> object:
    """Handle `GET /connectors/{connector_id}/resources`. Only OneDrive has folders."""
    row = connector_access.get_visible(context)
    if parent_id is not None and row["provider"] != "onedrive":
        raise _not_supported_error(row, "folders: omit parent_id")
    connector_access.require_authorized(row)
    return {"resources": _list_available(context.store, row, parent_id or ROOT)}


def read_repo(inputs: RequestInput) -> str:
    """Read the required `repo` of the query."""
    return inputs.query.text("repo", max_length=_MAX_ID_LENGTH)


def list_branches(context: RequestContext, repo: str) -> object:
    """Handle `GET /connectors/{connector_id}/branches`. Only GitHub has branches."""
    row = connector_access.get_visible(context)
    if row["provider"] != "github":
        raise _not_supported_error(row, "branches")
    connector_access.require_authorized(row)
    return {"resources": _list_available(context.store, row, repo)}


def get_picker_config(context: RequestContext) -> object:
    """Handle `GET /connectors/{connector_id}/picker-token`. The token is not valid at Google."""
    row = connector_access.get_changeable(context)
    if row["provider"] != "google_drive":
        raise _not_supported_error(row, "file picker")
    connector_access.require_authorized(row)
    return {
        "access_token": f"local-{secrets.token_hex(16)}",
        "expires_in": 3599,
        "api_key": "local-picker-key",
        "app_id": "0",
    }


_AVAILABLE = """
    SELECT
        external_id, resource_type, name,
        external_id IN (
            SELECT external_id FROM selections WHERE connector_id = :connector_id
        ) AS selected
    FROM offers WHERE connector_id = :connector_id AND above = :parent_id ORDER BY seq
"""
_SELECTED = """
    SELECT external_id, resource_type, name, 1 AS selected FROM selections
    WHERE connector_id = :connector_id
    AND (:is_drive OR external_id NOT IN (
        SELECT external_id FROM offers WHERE connector_id = :connector_id
    ))
    ORDER BY seq
"""


def _list_available(store: Store, connector: Row, parent_id: str) -> Sequence[dict[str, object]]:
    """Return the resources below `parent_id`. The root includes selections that are not offered."""
    # A Google Drive lists only the files that the user picked.
    is_drive = connector["provider"] == "google_drive"
    sql_params = {
        "connector_id": connector["connector_id"],
        "parent_id": parent_id,
        "is_drive": is_drive,
    }
    rows = [] if is_drive else store.rows(_AVAILABLE, sql_params)
    if parent_id == ROOT:
        rows += store.rows(_SELECTED, sql_params)
    return [{**dict(row), "selected": bool(row["selected"])} for row in rows]


def _not_supported_error(row: Row, feature: str) -> ErrorResponse:
    message = f"a {row['provider']} connector has no {feature}"
    return ErrorResponse(400, "not_supported", message)


_CONNECTOR = "/connectors/{connector_id}"

ROUTES = (
    route_with_input(
        "connectors.list_resources",
        "GET",
        f"{_CONNECTOR}/resources",
        read_parent_id,
        list_resources,
        scope="read",
        requires="seat",
    ),
    route_with_input(
        "connectors.list_branches",
        "GET",
        f"{_CONNECTOR}/branches",
        read_repo,
        list_branches,
        scope="read",
        requires="seat",
    ),
    route(
        "connectors.picker_config",
        "GET",
        f"{_CONNECTOR}/picker-token",
        get_picker_config,
        scope="read",
        requires="seat",
    ),
)
