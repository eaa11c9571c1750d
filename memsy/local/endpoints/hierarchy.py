"""
Organisations, roles and teams, with the prompt that guides promotion (wire contract 5.5).

For `orgs`, `roles` and `teams`, here with `roles` and `role_id`:

* `GET /roles`
* `POST /roles`
* `GET /roles/{role_id}`
* `PATCH /roles/{role_id}`
* `DELETE /roles/{role_id}`
* `POST /roles/{role_id}/regenerate-prompt`

The records are for customisation only. Memories may have role and team ids without a record, and
the deletion of a record changes no memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from sqlite3 import Row
from typing import Literal, TypeVar

from attrs import frozen

from memsy.local import timestamps
from memsy.local.http.context import RequestContext, Scope
from memsy.local.http.errors import conflict, not_found, org_limit
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import Route, route_with_input

ParamsT = TypeVar("ParamsT")

_MAX_NAME_LENGTH = 100
_MAX_FOCUS_LENGTH = 500
_MAX_PROMPT_LENGTH = 32_000


@frozen
class CreateRecordParams:
    """Body of `POST /orgs`, `POST /roles` and `POST /teams`."""

    org_id: str
    name: str
    focus: str

    @classmethod
    def read(cls, inputs: RequestInput) -> CreateRecordParams:
        body = inputs.body
        return cls(
            org_id=body.text("org_id", max_length=256),
            name=body.text("name", max_length=_MAX_NAME_LENGTH),
            focus=body.text("focus", max_length=_MAX_FOCUS_LENGTH),
        )


@frozen
class UpdateRecordParams:
    """Query and body of a PATCH. None keeps the current value."""

    org_id: str | None
    name: str | None
    focus: str | None
    promotion_prompt: str | None


@frozen
class ListRecordsParams:
    """Query of `GET /roles` and `GET /teams`. `GET /orgs` has none."""

    org_id: str | None
    limit: int = -1
    """A negative limit is unlimited."""
    offset: int = 0


@frozen
class RecordEndpoints:
    """
    Endpoints of one record type. The three types have the same fields and operations.

    The `org_id` is in the query for roles and teams, and in the path for organisations.
    """

    name: Literal["org", "role", "team"]

    def routes(self) -> tuple[Route, ...]:
        """Return the six routes of this record type."""
        plural = f"{self.name}s"
        collection = f"/{plural}"
        record = f"{collection}/{{{self.name}_id}}"
        read_org_id = self._read_org_id
        return (
            _admin_route(f"{plural}.list", "GET", collection, self._read_list, self.list_records),
            _admin_route(
                f"{plural}.create",
                "POST",
                collection,
                CreateRecordParams.read,
                self.create_record,
            ),
            _admin_route(f"{plural}.get", "GET", record, read_org_id, self.get_record),
            _admin_route(
                f"{plural}.update", "PATCH", record, self._read_update, self.update_record
            ),
            _admin_route(f"{plural}.delete", "DELETE", record, read_org_id, self.delete_record),
            _admin_route(
                f"{plural}.regenerate_prompt",
                "POST",
                f"{record}/regenerate-prompt",
                read_org_id,
                self.regenerate_prompt,
            ),
        )

    def list_records(self, context: RequestContext, params: ListRecordsParams) -> object:
        context.require_org(params.org_id)
        query = """
            SELECT * FROM hierarchy WHERE noun = ? AND org_id = ?
            ORDER BY rowid LIMIT ? OFFSET ?
        """
        rows = context.store.rows(query, [self.name, context.org_id, params.limit, params.offset])
        return [self._item(row) for row in rows]

    def create_record(self, context: RequestContext, params: CreateRecordParams) -> object:
        context.require_org(params.org_id)
        record_id = params.org_id if self.name == "org" else context.store.new_id()
        if self._find(context, record_id):
            raise conflict("already_exists", f"the {self.name} {record_id!r} exists already")
        if self.name == "org":
            _check_org_limit(context)
        statement = "INSERT INTO hierarchy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        values = [self.name, record_id, context.org_id, params.name, params.focus, "", "{}"]
        context.store.write(statement, [*values, context.now, context.now])
        prompt = _generate_prompt(params.name, params.focus)
        return self._set_prompt(context, record_id, prompt, "generated")

    def get_record(self, context: RequestContext, org_id: str | None) -> object:
        return self._item(self._existing_record(context, org_id))

    def update_record(self, context: RequestContext, params: UpdateRecordParams) -> object:
        row = self._existing_record(context, params.org_id)
        statement = """
            UPDATE hierarchy
            SET name = coalesce(?, name), focus = coalesce(?, focus), updated_at = ?
            WHERE noun = ? AND record_id = ?
        """
        record_id = row["record_id"]
        context.store.write(
            statement, [params.name, params.focus, context.now, self.name, record_id]
        )
        if params.promotion_prompt is not None:
            return self._set_prompt(context, record_id, params.promotion_prompt, "edited")
        return self._item(self._existing_record(context, params.org_id))

    def regenerate_prompt(self, context: RequestContext, org_id: str | None) -> object:
        row = self._existing_record(context, org_id)
        prompt = _generate_prompt(row["name"], row["focus"])
        return self._set_prompt(context, row["record_id"], prompt, "generated")

    def delete_record(self, context: RequestContext, org_id: str | None) -> None:
        row = self._existing_record(context, org_id)
        statement = "DELETE FROM hierarchy WHERE noun = ? AND record_id = ?"
        context.store.write(statement, [self.name, row["record_id"]])

    def _read_org_id(self, inputs: RequestInput) -> str | None:
        return None if self.name == "org" else inputs.query.text("org_id", max_length=256)

    def _read_list(self, inputs: RequestInput) -> ListRecordsParams:
        if self.name == "org":
            return ListRecordsParams(None)
        return ListRecordsParams(
            self._read_org_id(inputs),
            inputs.query.integer("limit", default=100, minimum=1, maximum=500),
            inputs.query.integer("offset", default=0, minimum=0),
        )

    def _read_update(self, inputs: RequestInput) -> UpdateRecordParams:
        body = inputs.body
        return UpdateRecordParams(
            self._read_org_id(inputs),
            body.optional_nonblank_text("name", max_length=_MAX_NAME_LENGTH),
            body.optional_nonblank_text("focus", max_length=_MAX_FOCUS_LENGTH),
            body.optional_nonblank_text("promotion_prompt", max_length=_MAX_PROMPT_LENGTH),
        )

    def _find(self, context: RequestContext, record_id: str) -> Row | None:
        query = "SELECT * FROM hierarchy WHERE noun = ? AND record_id = ? AND org_id = ?"
        return context.store.row(query, [self.name, record_id, context.org_id])

    def _existing_record(self, context: RequestContext, org_id: str | None) -> Row:
        """
        Return the record of the path.

        Raises:
            ErrorResponse: 403 for another organisation, 404 if the record does not exist.
        """
        record_id = context.ids[f"{self.name}_id"]
        context.require_org(record_id if self.name == "org" else org_id)
        row = self._find(context, record_id)
        if row is None:
            raise not_found(self.name, record_id)
        return row

    def _set_prompt(
        self, context: RequestContext, record_id: str, prompt: str, origin: str
    ) -> dict[str, object]:
        """Store `prompt`, and return the updated record."""
        statement = """
            UPDATE hierarchy SET promotion_prompt = ?, prompt_meta = ?, updated_at = ?
            WHERE noun = ? AND record_id = ?
        """
        meta = json.dumps({"origin": origin, "at": timestamps.to_text(context.now)})
        context.store.write(statement, [prompt, meta, context.now, self.name, record_id])
        row = self._find(context, record_id)
        assert row is not None  # this transaction has read or written the record
        return self._item(row)

    def _item(self, row: Row) -> dict[str, object]:
        return {
            f"{self.name}_id": row["record_id"],
            "org_id": row["org_id"],
            "name": row["name"],
            "focus": row["focus"],
            "promotion_prompt": row["promotion_prompt"],
            "prompt_meta": json.loads(row["prompt_meta"]),
            "created_at": timestamps.to_text(row["created_at"]),
            "updated_at": timestamps.to_text(row["updated_at"]),
        }


def _admin_route(
    name: str,
    method: str,
    path: str,
    read: Callable[[RequestInput], ParamsT],
    handler: Callable[[RequestContext, ParamsT], object],
) -> Route:
    scope: Scope = "read" if method == "GET" else "write"
    return route_with_input(name, method, path, read, handler, scope=scope, requires="admin")


def _check_org_limit(context: RequestContext) -> None:
    """
    Check that the service may have one more organisation.

    Raises:
        ErrorResponse: 403 `org_limit_reached`.
    """
    current = context.store.number("SELECT count(*) FROM hierarchy WHERE noun = 'org'")
    if current >= context.config.max_orgs:
        raise org_limit(context.config.max_orgs, current)


def _generate_prompt(name: str, focus: str) -> str:
    """Return a fixed text. The Memsy service generates the prompt with a language model."""
    return f"Promote to {name} what its members learned about: {focus}"


ROUTES = tuple(
    entry for name in ("org", "role", "team") for entry in RecordEndpoints(name).routes()
)
