"""Contract tests of API keys. They create and delete keys."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from memsy.exceptions import (
    AuthenticationError,
    AuthorizationError,
    MemsyConfigurationError,
    NotFoundError,
    ValidationError,
)
from memsy.testing.contract.context import ContractContext, expect_error


def raw_key_is_returned_at_creation_only(context: ContractContext) -> None:
    """`keys.create()` alone returns the raw key; no `repr` shows it (wire contract 6.7, 6.8)."""
    created = context.control.keys.create(context.unique_id("key"), ["read"])
    listed = context.control.keys.list()
    (info,) = (key for key in listed.keys if key.key_id == created.key_id)
    assert created.raw_key.startswith(info.prefix)
    assert created.raw_key not in repr(created)
    assert created.raw_key not in repr(listed)
    assert (info.name, info.scopes, info.is_active) == (created.name, ["read"], True)
    context.control.keys.delete(created.key_id)


def key_works_on_both_planes_until_deleted(context: ContractContext) -> None:
    """An API key works on both planes until it is deleted (wire contract 6.9, 7.16)."""
    created = context.control.keys.create(context.unique_id("key"))
    memsy, control = context.clients_with_key(created.raw_key)
    assert memsy.health().status == "ok"
    assert control.me().org_id == context.control.me().org_id
    context.control.keys.delete(created.key_id)
    expect_error(AuthenticationError, memsy.health)
    expect_error(AuthenticationError, control.me)
    expect_error(NotFoundError, lambda: context.control.keys.delete("no-such-key"))


def read_only_key_cannot_write(context: ContractContext) -> None:
    """A key without the scope `write` gets a 403 for a write (wire contract 1.2, 3.3)."""
    created = context.control.keys.create(context.unique_id("key"), ["read"])
    memsy, control = context.clients_with_key(created.raw_key)
    event = context.event("never stored")
    error = expect_error(AuthorizationError, lambda: memsy.ingest([event]))
    assert (error.status_code, error.required_scope) == (403, "write")
    error = expect_error(AuthorizationError, lambda: control.keys.create("more"))
    assert error.required_scope == "write"
    assert memsy.search("never stored", actor_id=context.actor).results == []
    context.control.keys.delete(created.key_id)


def key_list_counts_active_keys(context: ContractContext) -> None:
    """`keys.list()` counts active keys (wire contract 6.7)."""
    before = context.control.keys.list()
    created = context.control.keys.create(context.unique_id("key"))
    after = context.control.keys.list()
    assert after.active_count == before.active_count + 1
    assert after.max_keys >= after.active_count
    context.control.keys.delete(created.key_id)
    assert context.control.keys.list().active_count == before.active_count


def key_usage_is_listed(context: ContractContext) -> None:
    """`keys.usage()` returns a list; an unknown key gets a 404 (wire contract 6.10)."""
    created = context.control.keys.create(context.unique_id("key"))
    memsy, _ = context.clients_with_key(created.raw_key)
    memsy.health()
    assert isinstance(context.control.keys.usage(created.key_id), list)
    expect_error(NotFoundError, lambda: context.control.keys.usage("no-such-key"))
    context.control.keys.delete(created.key_id)


def invalid_scopes_are_rejected(context: ContractContext) -> None:
    """The scopes are `read` and `write`, at least one of them (wire contract 1.2, 6.8)."""
    scopes: Any = ["read", "wrte"]
    error = expect_error(
        MemsyConfigurationError, lambda: context.control.keys.create("odd", scopes)
    )
    message = "scopes[1] must be 'read' or 'write', got 'wrte': did you mean 'write'?"
    assert str(error) == message
    expect_error(ValidationError, lambda: context.control.keys.create("odd", []))


def expiry_of_a_key_may_be_a_datetime_with_a_time_zone(context: ContractContext) -> None:
    """`expires_at` is ISO 8601 text or a `datetime` (wire contract 6.8)."""
    expiry = datetime(9998, 12, 31, tzinfo=timezone.utc)
    created = context.control.keys.create(context.unique_id("key"), ["read"], expiry)
    (info,) = (key for key in context.control.keys.list().keys if key.key_id == created.key_id)
    assert info.expires_at == "9998-12-31T00:00:00Z"
    context.control.keys.delete(created.key_id)
    error = expect_error(
        MemsyConfigurationError,
        lambda: context.control.keys.create("odd", ["read"], expiry.replace(tzinfo=None)),
    )
    assert "expires_at must have a time zone" in str(error)
