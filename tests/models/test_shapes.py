"""Models: constructors as in the official SDK, required keys and null values."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from memsy import models
from memsy._core.fields import NOT_IN_BODY
from memsy.exceptions import MemsyResponseError
from memsy.models import EventKind, RateLimitInfo, ResourceSelection, UsageInfo
from memsy.models._model import Payload
from tests.support.json_strategies import wire_name
from tests.test_public_names import OFFICIAL

ACCOUNT = "usage: UsageInfo? = None, rate_limit: RateLimitInfo? = None"
GROUP = (
    "name: str, focus: str, promotion_prompt: str, created_at: str, updated_at: str, "
    "prompt_meta: dict[str, Any]? = None"
)
FIELDS = {
    "EventPayload": (
        "actor_id: str, session_id: str, kind: EventKind, content: str, role_id: str? = None, "
        "team_id: str? = None, ts: str? = None, metadata: str? = None"
    ),
    "SourceEvent": "event_id: str, kind: str, content: str, ts: str? = None",
    "IngestResponse": f"event_ids: list[str], {ACCOUNT}",
    "SearchResponse": f"results: list[SearchResult], {ACCOUNT}",
    "SearchResult": "id: str, content: str, score: float, metadata: dict[str, Any]? = None",
    "StatusResponse": (
        "completed_ids: list[str], failed_ids: list[str], pending_ids: list[str], total: int, "
        f"statuses: dict[str, str]? = None, {ACCOUNT}"
    ),
    "HealthResponse": (
        "status: str, version: str = '', billing_enabled: bool? = None, "
        f"components: dict[str, str]? = None, {ACCOUNT}"
    ),
    "ClearResponse": f"deleted: int = 0, {ACCOUNT}",
    "OrgResource": f"org_id: str, {GROUP}",
    "RoleResource": f"role_id: str, org_id: str, {GROUP}",
    "TeamResource": f"team_id: str, org_id: str, {GROUP}",
    "ActorResource": (
        "actor_id: str, first_memory_at: str?, last_memory_at: str?, memory_count: int, "
        "active_memory_count: int, scope_levels: list[str], role_ids: list[str], "
        "team_ids: list[str]"
    ),
    "ActorListResponse": (
        "items: list[ActorResource], total: int, limit: int, offset: int, truncated: bool = False"
    ),
    "MemoryScopeInfo": (
        "level: str, actor_id: str? = None, team_id: str? = None, role_id: str? = None"
    ),
    "MemoryItemResource": (
        "memory_id: str, org_id: str, scope: MemoryScopeInfo, type: str, kind: str, "
        "memory_kind: str, status: str, text: str, confidence: float, strength: float, "
        "recall_count: int, decay_half_life_days: float, pinned: bool, tags: list[str], "
        "entity_refs: list[dict[str, str]], source_event_ids: list[str], source_urls: list[str], "
        "summary: str? = None, payload: dict[str, Any]? = None, last_recalled_at: str? = None, "
        "effective_from: str? = None, effective_to: str? = None, observed_at: str? = None, "
        "created_at: str? = None, updated_at: str? = None"
    ),
    "MemoryListResponse": "items: list[MemoryItemResource], total: int, limit: int, offset: int",
    "MemoryStatsResponse": (
        "total: int, total_memories: int, active_memories: int, by_type: dict[str, int], "
        "by_kind: dict[str, int], by_status: dict[str, int], avg_confidence: float, "
        "avg_strength: float, top_entities: list[dict[str, Any]], "
        "confidence_buckets: list[dict[str, Any]]? = None, date_range: dict[str, str?]? = None"
    ),
    "MeResponse": (
        "customer_id: str, email: str, tier: str, is_superadmin: bool, org_id: str, "
        "is_billing_admin: bool, user_id: str? = None, org_role: str? = None"
    ),
    "DimensionUsage": (
        "dimension: str, used: int, limit: int? = None, overage_rate: float? = None"
    ),
    "UsageSummaryResponse": (
        "org_id: str, tier: str, period_start: str, period_end: str, "
        "dimensions: list[DimensionUsage]"
    ),
    "TimeseriesPoint": "date: str, dimension: str, quantity: int",
    "UsageTimeseriesResponse": "org_id: str, granularity: str, data: list[TimeseriesPoint]",
    "PaymentMethod": "brand: str, last4: str, exp_month: int, exp_year: int",
    "UpcomingInvoice": "amount_due: int, currency: str, period_end: int",
    "BillingSummary": (
        "tier: str, purchased_seats: int, assigned_seats: int, available_seats: int, "
        "stripe_customer_id: str? = None, payment_method: PaymentMethod? = None, "
        "upcoming_invoice: UpcomingInvoice? = None, subscription_status: str? = None, "
        "billing_contact: str? = None, stripe_subscription_id: str? = None"
    ),
    "Invoice": (
        "id: str, amount_due: int, amount_paid: int, currency: str, status: str, created: str, "
        "hosted_invoice_url: str? = None"
    ),
    "ApiKeyInfo": (
        "key_id: str, prefix: str, name: str, scopes: list[str], is_active: bool, "
        "created_at: str, last_used_at: str? = None, expires_at: str? = None"
    ),
    "ApiKeyListResponse": "keys: list[ApiKeyInfo], max_keys: int, active_count: int",
    "CreateKeyResponse": "key_id: str, raw_key: str, prefix: str, name: str, scopes: list[str]",
    "EventItemResponse": (
        "event_id: str, org_id: str, actor_id: str, kind: str, content: str, ts: str, "
        "session_id: str? = None, metadata: dict[str, Any]? = None, ingested_at: str? = None"
    ),
    "EventListResponse": "items: list[EventItemResponse], total: int, limit: int, offset: int",
    "ProInterestResponse": "message: str",
    "ConnectorConnection": "connector_id: str, authorize_url: str",
    "Connector": (
        "id: str, provider: str, status: str, display_name: str?, external_account_id: str?, "
        "configured_by_email: str?, scopes: list[str], last_sync_at: str?, next_sync_at: str?, "
        "last_error: str?, created_at: str, bucket: str? = None, region: str? = None"
    ),
    "ConnectorResourceItem": "external_id: str, resource_type: str, name: str?, selected: bool",
    "ResourceSelection": "external_id: str, resource_type: str = 'channel', name: str? = None",
    "ConnectorStatus": "connected: bool, display_name: str? = None",
    "PickerConfig": "access_token: str, expires_in: int, api_key: str, app_id: str",
    "UsageInfo": (
        "api_calls: int? = None, api_calls_limit: int? = None, events_ingested: int? = None, "
        "events_ingested_limit: int? = None, memory_stored: int? = None, "
        "memory_stored_limit: int? = None, llm_tokens: int? = None, "
        "llm_tokens_limit: int? = None, search_queries: int? = None, "
        "search_queries_limit: int? = None, plan: str? = None"
    ),
    "RateLimitInfo": "limit: int? = None, remaining: int? = None, reset: int? = None",
}
"""The constructors of the official models and of `ClearResponse`; `str?` is `str | None`."""

REQUIRED = {
    "SourceEvent": ["event_id", "kind", "content"],
    "IngestResponse": ["event_ids"],
    "SearchResponse": [],
    "SearchResult": ["id", "content", "score"],
    "StatusResponse": [],
    "HealthResponse": [],
    "ClearResponse": [],
    "OrgResource": ["org_id", "name", "focus", "promotion_prompt", "created_at", "updated_at"],
    "RoleResource": [
        *("role_id", "org_id", "name", "focus", "promotion_prompt", "created_at", "updated_at"),
    ],
    "TeamResource": [
        *("team_id", "org_id", "name", "focus", "promotion_prompt", "created_at", "updated_at"),
    ],
    "ActorResource": ["actor_id"],
    "ActorListResponse": ["total", "limit", "offset"],
    "MemoryScopeInfo": ["level"],
    "MemoryItemResource": ["memory_id", "org_id", "scope"],
    "MemoryListResponse": ["total", "limit", "offset"],
    "MemoryStatsResponse": [
        *("total", "total_memories", "active_memories", "avg_confidence", "avg_strength"),
    ],
    "MeResponse": [
        *("customer_id", "email", "tier", "is_superadmin", "org_id", "is_billing_admin"),
    ],
    "DimensionUsage": ["dimension", "used"],
    "UsageSummaryResponse": ["org_id", "tier", "period_start", "period_end"],
    "TimeseriesPoint": ["date", "dimension", "quantity"],
    "UsageTimeseriesResponse": ["org_id", "granularity"],
    "PaymentMethod": ["brand", "last4", "exp_month", "exp_year"],
    "UpcomingInvoice": ["amount_due", "currency", "period_end"],
    "BillingSummary": ["tier", "purchased_seats", "assigned_seats", "available_seats"],
    "Invoice": ["id", "amount_due", "amount_paid", "currency", "status", "created"],
    "ApiKeyInfo": ["key_id", "prefix", "name", "is_active", "created_at"],
    "ApiKeyListResponse": ["max_keys", "active_count"],
    "CreateKeyResponse": ["key_id", "raw_key", "prefix", "name"],
    "EventItemResponse": ["event_id", "org_id", "actor_id", "kind", "content", "ts"],
    "EventListResponse": ["total", "limit", "offset"],
    "ProInterestResponse": ["message"],
    "ConnectorConnection": ["connector_id", "authorize_url"],
    "Connector": ["id", "provider", "status", "created_at"],
    "ConnectorResourceItem": ["external_id"],
    "PickerConfig": ["access_token", "expires_in", "api_key", "app_id"],
}
"""The keys that the service must send, by model; any other key has a default."""

MODELS = {
    name: getattr(models, name) for name in models.__all__ if attrs.has(getattr(models, name))
}
DECODED = {name: model for name, model in MODELS.items() if not issubclass(model, Payload)}

SAMPLES: dict[object, object] = {
    str: "text",
    bool: True,
    int: 3,
    float: 0.5,
    Any: [1, {"any": None}],
}

NOT_IN_BODY_NAMES = ("usage", "rate_limit", "request_id")


def format_hint(hint: object) -> str:
    """Return an annotation in the notation of the table."""
    if hint == EventKind:
        return "EventKind"
    arguments = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        (rest,) = (argument for argument in arguments if argument is not types.NoneType)
        return f"{format_hint(rest)}?"
    origin = get_origin(hint) or hint
    name: str = getattr(origin, "__name__", str(origin))
    return f"{name}[{', '.join(map(format_hint, arguments))}]" if arguments else name


def constructor(model: type) -> str:
    hints = get_type_hints(model)
    return ", ".join(
        f"{field.name}: {format_hint(hints[field.name])}"
        + ("" if field.default is attrs.NOTHING else f" = {field.default!r}")
        for field in attrs.fields(model)
        if not field.kw_only  # what this package adds
    )


def json_value(hint: object) -> object:
    """Return a JSON value that fits an annotation."""
    if hint in SAMPLES:
        return SAMPLES[hint]
    arguments = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        return json_value(arguments[0])
    if get_origin(hint) is list:
        return [json_value(arguments[0])]
    if get_origin(hint) is dict:
        return {"key": json_value(arguments[1])}
    assert isinstance(hint, type)
    return body(hint)


def body(model: type) -> dict[str, object]:
    """Return a body with all fields of a model, except those from the headers."""
    hints = get_type_hints(model)
    return {
        wire_name(model, field.name): json_value(hints[field.name])
        for field in attrs.fields(model)
        if field.metadata != NOT_IN_BODY
    }


def required(name: str) -> list[str]:
    """Return the keys in `REQUIRED`, or else the fields without a default."""
    if name in REQUIRED:
        return REQUIRED[name]
    model = MODELS[name]
    fields = [field for field in attrs.fields(model) if field.default is attrs.NOTHING]
    return [wire_name(model, field.name) for field in fields if not field.metadata]


@pytest.mark.parametrize("name", FIELDS)
def test_model_is_constructed_as_in_the_official_client(name: str) -> None:
    assert constructor(MODELS[name]) == FIELDS[name]


def test_every_official_model_is_in_the_table() -> None:
    assert FIELDS.keys() == {name for name in OFFICIAL if name in MODELS} | {"ClearResponse"}


@pytest.mark.parametrize("name", DECODED)
def test_every_field_of_a_body_is_decoded(name: str) -> None:
    model = MODELS[name]
    values = attrs.asdict(model.from_dict(body(model)))
    assert {values.pop(name) for name in NOT_IN_BODY_NAMES if name in values} <= {None}
    assert {wire_name(model, name): value for name, value in values.items()} == body(model)


@pytest.mark.parametrize("name", DECODED)
def test_only_required_keys_must_be_in_a_body(name: str) -> None:
    model = MODELS[name]
    minimal = {key: body(model)[key] for key in required(name)}
    model.from_dict(minimal)
    for key in minimal:
        incomplete = {other: value for other, value in minimal.items() if other != key}
        with pytest.raises(MemsyResponseError, match=rf"^{name}: \$\.{key}: is missing$"):
            model.from_dict(incomplete)


@pytest.mark.parametrize("name", DECODED)
def test_null_is_the_default_of_a_field_and_is_rejected_without_one(name: str) -> None:
    model = MODELS[name]
    defaults = model.from_dict({key: body(model)[key] for key in required(name)})
    hints = get_type_hints(model)
    for field in attrs.fields(model):
        if field.metadata == NOT_IN_BODY:
            continue
        key = wire_name(model, field.name)
        with_null = {**body(model), key: None}
        if key not in required(name):
            value = getattr(model.from_dict(with_null), field.name)
            assert value == getattr(defaults, field.name)
        elif types.NoneType in get_args(hints[field.name]):
            assert getattr(model.from_dict(with_null), field.name) is None
        elif get_origin(hints[field.name]) is list:
            assert getattr(model.from_dict(with_null), field.name) == []
        else:
            with pytest.raises(MemsyResponseError, match=rf"\$\.{key}: expected .*, got null"):
                model.from_dict(with_null)


@pytest.mark.parametrize("name", MODELS)
def test_model_is_immutable(name: str) -> None:
    model = MODELS[name]
    value = model.from_dict(body(model)) if name in DECODED else sample_of(model)
    field = attrs.fields(model)[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, field, "other")


def sample_of(model: type) -> object:
    if model in (UsageInfo, RateLimitInfo):
        return model()
    if model is ResourceSelection:
        return ResourceSelection("C1")
    return models.EventPayload("u1", "s1", "user_message", "tea")
