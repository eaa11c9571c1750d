"""The operations of roles and of teams, which differ in nothing but their names."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import frozen

from memsy._core import encode
from memsy._core.json_codec import decode_as, no_content
from memsy._core.operation import Operation, ask
from memsy.resources._described import changes, description

T = TypeVar("T")


@frozen
class Groups(Generic[T]):
    """The operations of a noun that an organisation has several of."""

    noun: str
    """In the plural, as it stands in the routes: `roles`."""
    id_name: str
    """What its ids are called: `role_id`."""
    model: type[T]
    models: type[list[T]]

    def create(self, org_id: str, name: str, focus: str) -> Operation[T]:
        body = description(org_id, name, focus)
        return ask(f"{self.noun}.create", f"POST /{self.noun}", decode_as(self.model), json=body)

    def get(self, group_id: str, org_id: str) -> Operation[T]:
        return ask(
            f"{self.noun}.get",
            f"GET {self._one}",
            decode_as(self.model),
            path={self.id_name: group_id},
            query={"org_id": encode.identifier("org_id", org_id)},
        )

    def update(
        self,
        group_id: str,
        org_id: str,
        name: str | None,
        focus: str | None,
        promotion_prompt: str | None,
    ) -> Operation[T]:
        return ask(
            f"{self.noun}.update",
            f"PATCH {self._one}",
            decode_as(self.model),
            path={self.id_name: group_id},
            query={"org_id": encode.identifier("org_id", org_id)},
            json=changes(name, focus, promotion_prompt),
        )

    def regenerate_prompt(self, group_id: str, org_id: str) -> Operation[T]:
        return ask(
            f"{self.noun}.regenerate_prompt",
            f"POST {self._one}/regenerate-prompt",
            decode_as(self.model),
            path={self.id_name: group_id},
            query={"org_id": encode.identifier("org_id", org_id)},
        )

    def delete(self, group_id: str, org_id: str) -> Operation[None]:
        return ask(
            f"{self.noun}.delete",
            f"DELETE {self._one}",
            no_content,
            path={self.id_name: group_id},
            query={"org_id": encode.identifier("org_id", org_id)},
        )

    def list(self, org_id: str, limit: int, offset: int) -> Operation[list[T]]:
        return ask(
            f"{self.noun}.list",
            f"GET /{self.noun}",
            decode_as(self.models),
            query={
                "org_id": encode.identifier("org_id", org_id),
                "limit": encode.integer("limit", limit),
                "offset": encode.integer("offset", offset),
            },
        )

    @property
    def _one(self) -> str:
        return f"/{self.noun}/{{{self.id_name}}}"
