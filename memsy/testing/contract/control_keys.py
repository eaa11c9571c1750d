"""Promises of the control plane about API keys. They make and revoke some."""

from __future__ import annotations

from memsy.exceptions import (
    AuthenticationError,
    AuthorizationError,
    MemsyConfigurationError,
    NotFoundError,
    ValidationError,
)
from memsy.testing.contract.scene import Scene, refused


def a_key_is_shown_once(scene: Scene) -> None:
    made = scene.control.keys.create(scene.fresh("key"), ["read"])
    listed = scene.control.keys.list()
    (info,) = (key for key in listed.keys if key.key_id == made.key_id)
    assert made.raw_key.startswith(info.prefix)
    assert made.raw_key not in repr(made)
    assert made.raw_key not in repr(listed)
    assert (info.name, info.scopes, info.is_active) == (made.name, ["read"], True)
    scene.control.keys.delete(made.key_id)


def a_key_opens_both_planes_until_it_is_deleted(scene: Scene) -> None:
    made = scene.control.keys.create(scene.fresh("key"))
    memsy, control = scene.with_key(made.raw_key)
    assert memsy.health().status == "ok"
    assert control.me().org_id == scene.control.me().org_id
    scene.control.keys.delete(made.key_id)
    refused(AuthenticationError, memsy.health)
    refused(AuthenticationError, control.me)
    refused(NotFoundError, lambda: scene.control.keys.delete("no-such-key"))


def a_key_that_may_only_read_writes_nothing(scene: Scene) -> None:
    made = scene.control.keys.create(scene.fresh("key"), ["read"])
    memsy, control = scene.with_key(made.raw_key)
    event = scene.event("never stored")
    error = refused(AuthorizationError, lambda: memsy.ingest([event]))
    assert (error.status_code, error.required_scope) == (403, "write")
    error = refused(AuthorizationError, lambda: control.keys.create("more"))
    assert error.required_scope == "write"
    assert memsy.search("never stored", actor_id=scene.actor).results == []
    scene.control.keys.delete(made.key_id)


def the_keys_are_counted(scene: Scene) -> None:
    before = scene.control.keys.list()
    made = scene.control.keys.create(scene.fresh("key"))
    after = scene.control.keys.list()
    assert after.active_count == before.active_count + 1
    assert after.max_keys >= after.active_count
    scene.control.keys.delete(made.key_id)
    assert scene.control.keys.list().active_count == before.active_count


def the_use_of_a_key_can_be_asked_for(scene: Scene) -> None:
    made = scene.control.keys.create(scene.fresh("key"))
    memsy, _ = scene.with_key(made.raw_key)
    memsy.health()
    assert isinstance(scene.control.keys.usage(made.key_id), list)
    refused(NotFoundError, lambda: scene.control.keys.usage("no-such-key"))
    scene.control.keys.delete(made.key_id)


def scopes_are_a_list_of_known_words(scene: Scene) -> None:
    refused(ValidationError, lambda: scene.control.keys.create("odd", ["everything"]))
    # A text is a list of letters to Python; here it would ask for the scopes r, e, a and d.
    read: list[str] = "read"  # type: ignore[assignment]  # the promise is about what it does
    refused(MemsyConfigurationError, lambda: scene.control.keys.create("odd", read))
