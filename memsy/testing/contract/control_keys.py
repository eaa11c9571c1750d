"""Promises of the control plane about API keys. They make and revoke some."""

from __future__ import annotations

from memsy.exceptions import (
    AuthenticationError,
    AuthorizationError,
    MemsyConfigurationError,
    NotFoundError,
    ValidationError,
)
from memsy.testing.contract.context import ContractContext, expect_error


def a_key_is_shown_once(context: ContractContext) -> None:
    made = context.control.keys.create(context.unique_id("key"), ["read"])
    listed = context.control.keys.list()
    (info,) = (key for key in listed.keys if key.key_id == made.key_id)
    assert made.raw_key.startswith(info.prefix)
    assert made.raw_key not in repr(made)
    assert made.raw_key not in repr(listed)
    assert (info.name, info.scopes, info.is_active) == (made.name, ["read"], True)
    context.control.keys.delete(made.key_id)


def a_key_opens_both_planes_until_it_is_deleted(context: ContractContext) -> None:
    made = context.control.keys.create(context.unique_id("key"))
    memsy, control = context.clients_with_key(made.raw_key)
    assert memsy.health().status == "ok"
    assert control.me().org_id == context.control.me().org_id
    context.control.keys.delete(made.key_id)
    expect_error(AuthenticationError, memsy.health)
    expect_error(AuthenticationError, control.me)
    expect_error(NotFoundError, lambda: context.control.keys.delete("no-such-key"))


def a_key_that_may_only_read_writes_nothing(context: ContractContext) -> None:
    made = context.control.keys.create(context.unique_id("key"), ["read"])
    memsy, control = context.clients_with_key(made.raw_key)
    event = context.event("never stored")
    error = expect_error(AuthorizationError, lambda: memsy.ingest([event]))
    assert (error.status_code, error.required_scope) == (403, "write")
    error = expect_error(AuthorizationError, lambda: control.keys.create("more"))
    assert error.required_scope == "write"
    assert memsy.search("never stored", actor_id=context.actor).results == []
    context.control.keys.delete(made.key_id)


def the_keys_are_counted(context: ContractContext) -> None:
    before = context.control.keys.list()
    made = context.control.keys.create(context.unique_id("key"))
    after = context.control.keys.list()
    assert after.active_count == before.active_count + 1
    assert after.max_keys >= after.active_count
    context.control.keys.delete(made.key_id)
    assert context.control.keys.list().active_count == before.active_count


def the_use_of_a_key_can_be_asked_for(context: ContractContext) -> None:
    made = context.control.keys.create(context.unique_id("key"))
    memsy, _ = context.clients_with_key(made.raw_key)
    memsy.health()
    assert isinstance(context.control.keys.usage(made.key_id), list)
    expect_error(NotFoundError, lambda: context.control.keys.usage("no-such-key"))
    context.control.keys.delete(made.key_id)


def scopes_are_a_list_of_known_words(context: ContractContext) -> None:
    expect_error(ValidationError, lambda: context.control.keys.create("odd", ["everything"]))
    # A text is a list of letters to Python; here it would ask for the scopes r, e, a and d.
    read: list[str] = "read"  # type: ignore[assignment]  # the promise is about what it does
    expect_error(MemsyConfigurationError, lambda: context.control.keys.create("odd", read))
