"""
Organisations, roles and teams: how what is remembered of their members is to be promoted.

They are records of customisation only: memories carry the ids of roles and teams that have
none, and lose nothing when one is deleted.
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

A = TypeVar("A")

_MOST_NAME = 100
_MOST_FOCUS = 500
_MOST_PROMPT = 32_000


@frozen
class New:
    """A record to be made."""

    org_id: str
    name: str
    focus: str

    @classmethod
    def read(cls, inputs: RequestInput) -> New:
        body = inputs.body
        return cls(
            org_id=body.text("org_id", most=256),
            name=body.text("name", most=_MOST_NAME),
            focus=body.text("focus", most=_MOST_FOCUS),
        )


@frozen
class Change:
    """What is to become of a record; None: what stays."""

    org_id: str | None
    name: str | None
    focus: str | None
    promotion_prompt: str | None


@frozen
class Page:
    """Which records to list."""

    org_id: str | None
    limit: int = -1
    offset: int = 0


@frozen
class Noun:
    """
    One of the three: their records have one shape and one life.

    Roles and teams are asked for with the `org_id` that they belong to in the query.
    An organisation's own id stands in the path.
    """

    name: Literal["org", "role", "team"]

    def routes(self) -> tuple[Route, ...]:
        noun = f"{self.name}s"
        every = f"/{noun}"
        one = f"{every}/{{{self.name}_id}}"
        by_id = self._read_org_id
        return (
            _by_admin(f"{noun}.list", "GET", every, self._read_page, self.page),
            _by_admin(f"{noun}.create", "POST", every, New.read, self.create),
            _by_admin(f"{noun}.get", "GET", one, by_id, self.get),
            _by_admin(f"{noun}.update", "PATCH", one, self._read_change, self.change),
            _by_admin(f"{noun}.delete", "DELETE", one, by_id, self.delete),
            _by_admin(
                f"{noun}.regenerate_prompt",
                "POST",
                f"{one}/regenerate-prompt",
                by_id,
                self.regenerate,
            ),
        )

    def page(self, context: RequestContext, params: Page) -> object:
        context.require_org(params.org_id)
        query = """
            SELECT * FROM hierarchy WHERE noun = ? AND org_id = ?
            ORDER BY rowid LIMIT ? OFFSET ?
        """
        rows = context.store.rows(query, [self.name, context.org_id, params.limit, params.offset])
        return [self._shown(row) for row in rows]

    def create(self, context: RequestContext, params: New) -> object:
        context.require_org(params.org_id)
        record_id = params.org_id if self.name == "org" else context.store.new_id()
        if self._find(context, record_id):
            raise conflict("already_exists", f"the {self.name} {record_id!r} exists already")
        if self.name == "org":
            _require_room(context)
        statement = "INSERT INTO hierarchy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        row = [self.name, record_id, context.org_id, params.name, params.focus, "", "{}"]
        context.store.write(statement, [*row, context.now, context.now])
        return self._prompted(context, record_id, _written(params.name, params.focus), "generated")

    def get(self, context: RequestContext, org_id: str | None) -> object:
        return self._shown(self._named(context, org_id))

    def change(self, context: RequestContext, params: Change) -> object:
        row = self._named(context, params.org_id)
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
            return self._prompted(context, record_id, params.promotion_prompt, "edited")
        return self._shown(self._named(context, params.org_id))

    def regenerate(self, context: RequestContext, org_id: str | None) -> object:
        row = self._named(context, org_id)
        prompt = _written(row["name"], row["focus"])
        return self._prompted(context, row["record_id"], prompt, "generated")

    def delete(self, context: RequestContext, org_id: str | None) -> None:
        row = self._named(context, org_id)
        statement = "DELETE FROM hierarchy WHERE noun = ? AND record_id = ?"
        context.store.write(statement, [self.name, row["record_id"]])

    def _read_org_id(self, inputs: RequestInput) -> str | None:
        return None if self.name == "org" else inputs.query.text("org_id", most=256)

    def _read_page(self, inputs: RequestInput) -> Page:
        if self.name == "org":
            return Page(None)
        return Page(
            self._read_org_id(inputs),
            inputs.query.integer("limit", default=100, least=1, most=500),
            inputs.query.integer("offset", default=0, least=0),
        )

    def _read_change(self, inputs: RequestInput) -> Change:
        body = inputs.body
        return Change(
            self._read_org_id(inputs),
            body.text_if_given("name", most=_MOST_NAME),
            body.text_if_given("focus", most=_MOST_FOCUS),
            body.text_if_given("promotion_prompt", most=_MOST_PROMPT),
        )

    def _find(self, context: RequestContext, record_id: str) -> Row | None:
        query = "SELECT * FROM hierarchy WHERE noun = ? AND record_id = ? AND org_id = ?"
        return context.store.row(query, [self.name, record_id, context.org_id])

    def _named(self, context: RequestContext, org_id: str | None) -> Row:
        """
        The record that the path names.

        Raises:
            Refusal: 403 for another organisation, 404 if there is no such record.
        """
        record_id = context.ids[f"{self.name}_id"]
        context.require_org(record_id if self.name == "org" else org_id)
        row = self._find(context, record_id)
        if row is None:
            raise not_found(self.name, record_id)
        return row

    def _prompted(
        self, context: RequestContext, record_id: str, prompt: str, origin: str
    ) -> dict[str, object]:
        """The record, once it has got *prompt*."""
        statement = """
            UPDATE hierarchy SET promotion_prompt = ?, prompt_meta = ?, updated_at = ?
            WHERE noun = ? AND record_id = ?
        """
        meta = json.dumps({"origin": origin, "at": timestamps.to_text(context.now)})
        context.store.write(statement, [prompt, meta, context.now, self.name, record_id])
        row = self._find(context, record_id)
        assert row is not None  # it was there a moment ago, in this very transaction
        return self._shown(row)

    def _shown(self, row: Row) -> dict[str, object]:
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


def _by_admin(
    name: str,
    method: str,
    path: str,
    read: Callable[[RequestInput], A],
    act: Callable[[RequestContext, A], object],
) -> Route:
    scope: Scope = "read" if method == "GET" else "write"
    return route_with_input(name, method, path, read, act, scope=scope, standing="admin")


def _require_room(context: RequestContext) -> None:
    """
    Check that there may be one organisation more.

    Raises:
        Refusal: 403, there are as many as there may be.
    """
    current = context.store.number("SELECT count(*) FROM hierarchy WHERE noun = 'org'")
    if current >= context.config.max_orgs:
        raise org_limit(context.config.max_orgs, current)


def _written(name: str, focus: str) -> str:
    """What the Memsy service would have a language model write."""
    return f"Promote to {name} whatever its members have learned about: {focus}"


ROUTES = tuple(r for name in ("org", "role", "team") for r in Noun(name).routes())
