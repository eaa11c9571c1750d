"""`ServiceConfig` of the local service: plan, limits, seats, billing and event processing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import index
from typing import Any, Literal, cast

from attrs import field, frozen
from attrs.validators import and_, ge, in_, instance_of, le, optional

from memsy._core.text import plain
from memsy.local.domain.providers import PROVIDERS
from memsy.local.http.validators import validate_not_blank
from memsy.models import Invoice, PaymentMethod, UpcomingInvoice

DIMENSIONS = ("api_calls", "events_ingested", "memories_stored", "llm_tokens", "search_queries")
"""Quota dimensions: quantities that the service counts by calendar month."""

FEATURES = (*PROVIDERS, "source_events")
"""Plan features: one connector provider each, or source events in search results."""

# Tests and demos do not reach this limit. Without a limit, responses have no quota headers.
_DEFAULT_LIMIT = 10_000_000


class _Limits(Mapping[str, int]):
    """Immutable limits by dimension. Unlike a `MappingProxyType`, they pickle and have a hash."""

    __slots__ = ("_limits",)

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = dict(limits)

    def __getitem__(self, dimension: str) -> int:
        return self._limits[dimension]

    # `Mapping` would catch the KeyError of a signal handler in the next two methods.
    def __contains__(self, dimension: object) -> bool:
        return dimension in self._limits

    def get(self, dimension: object, default: Any = None, /) -> Any:  # noqa: ANN401 - as `Mapping`
        return self._limits.get(cast("str", dimension), default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits)

    def __len__(self) -> int:
        return len(self._limits)

    def __hash__(self) -> int:
        return hash(frozenset(self._limits.items()))

    def __repr__(self) -> str:
        return repr(self._limits)


def _freeze_limits(limits: Mapping[str, int]) -> Mapping[str, int]:
    _check_known("dimension", limits, DIMENSIONS)
    if any(isinstance(limit, bool) or not isinstance(limit, int) for limit in limits.values()):
        raise TypeError(f"limits must be integers, got {dict(limits)}")
    if any(limit < 0 for limit in limits.values()):
        raise ValueError(f"limits must be 0 or more, got {dict(limits)}")
    return _Limits({plain(name): index(limit) for name, limit in limits.items()})


def _as_plain(text: str) -> str:
    return plain(text) if issubclass(type(text), str) else text  # the validator rejects the rest


def _freeze_features(features: Collection[str]) -> frozenset[str]:
    names = _freeze_names(features)
    _check_known("feature", names, FEATURES)
    return names


def _freeze_names(names: Collection[str]) -> frozenset[str]:
    if isinstance(names, str):
        raise ValueError(f"expected a collection of names, got the text {names!r}: use [{names!r}]")
    unusable = [name for name in names if not _is_name(name)]
    if unusable:
        raise ValueError(f"a name must be a text that is not empty, got {unusable[0]!r}")
    return frozenset(map(plain, names))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _check_known(kind: str, names: Iterable[str], known: Sequence[str]) -> None:
    unknown = sorted(set(names).difference(known))
    if unknown:
        raise ValueError(f"unknown {kind}: {', '.join(unknown)}; choose from {', '.join(known)}")


_NAME = and_(instance_of(str), validate_not_blank)
_NON_NEGATIVE_INTEGER = and_(instance_of(int), ge(0))
# The maximum is the years 1 to 9999: no clock can measure a longer duration.
_DURATION = and_(instance_of((float, int)), ge(0.0), le(9_999 * 366 * 86_400.0))


def _freeze_invoices(invoices: Iterable[Invoice]) -> tuple[Invoice, ...]:
    return tuple(invoices)


_TEST_CARD = PaymentMethod("visa", "4242", 12, 2030)


@frozen(kw_only=True)
class Billing:
    """
    Billing data of an organisation, as the billing endpoints return it.

    Args:
        payment_method: Card on file, or None. The default is a test card.
        upcoming_invoice: Next invoice, or None.
        invoices: Invoices in the order of the list endpoint.
        subscription_status: Status of the subscription, such as `active`.
        contact: Billing contact, or None.
    """

    payment_method: PaymentMethod | None = _TEST_CARD
    upcoming_invoice: UpcomingInvoice | None = None
    invoices: Sequence[Invoice] = field(default=(), converter=_freeze_invoices)
    subscription_status: str = "active"
    contact: str | None = None


@frozen(kw_only=True)
class ServiceConfig:
    """
    Settings of a `LocalService`.

    The settings are immutable, and they copy, pickle and hash. To change them on a running service,
    assign a new object to `LocalService.config`. The database file does not contain the settings: a
    service that reopens the file uses the settings of its own constructor call.

    Raises:
        ValueError: A value is out of range, an id or a name is empty, or the name of a feature or
            dimension is unknown.
        TypeError: A value has the wrong type.

    Example:
        >>> ServiceConfig(plan="pro", limits={"search_queries": 100}, process_delay=2.5).plan
        'pro'
    """

    org_id: str = field(default="org_local", converter=_as_plain, validator=_NAME)
    """Organisation of the service's own API key."""
    plan: str = field(default="free", converter=_as_plain, validator=_NAME)
    """
    Name of the plan: `free`, or any other name for a paid plan.

    On `free`, the service rejects an `org_id` in the body of an ingest or a search.
    """
    pro_only: frozenset[str] = field(default=frozenset(), converter=_freeze_features)
    """Names from `FEATURES` that the `free` plan does not include. Their use gives a 403."""
    limits: Mapping[str, int] = field(
        factory=lambda: dict.fromkeys(DIMENSIONS, _DEFAULT_LIMIT), converter=_freeze_limits
    )
    """
    Monthly quota by dimension, a name from `DIMENSIONS`.

    A dimension that is left out is unlimited and has no response header. The default is ten
    million for each dimension.
    """
    max_keys: int = field(default=20, validator=_NON_NEGATIVE_INTEGER)
    """Maximum number of unexpired API keys of one organisation."""
    max_orgs: int = field(default=10, validator=_NON_NEGATIVE_INTEGER)
    """Maximum number of organisation records."""
    purchased_seats: int = field(default=5, validator=_NON_NEGATIVE_INTEGER)
    """
    Number of seats; every member with `has_seat` occupies one.

    A member without a seat takes a free seat by connecting an account of their own.
    """
    pending_invites: int = field(default=0, validator=_NON_NEGATIVE_INTEGER)
    """Number of seats that are reserved for pending invitations."""
    billing: Billing | None = field(default=None, validator=optional(instance_of(Billing)))
    """Billing data. Without it, the billing summary is a 403 and the list of invoices is empty."""
    refused_access_keys: Collection[str] = field(default=(), converter=_freeze_names)
    """S3 access keys that cannot read any bucket."""
    processing: Literal["immediate", "manual"] = field(
        default="immediate", validator=in_(("immediate", "manual"))
    )
    """
    Trigger of event processing.

    `immediate`: the service turns events into memories after `process_delay`. `manual`: events
    stay pending until a call of `LocalService.process()` or `LocalService.fail()`.
    """
    process_delay: float = field(default=0.0, validator=_DURATION)
    """Seconds between ingest and processing of an event; unused if `processing` is `manual`."""
    dedup_window: float = field(default=60.0, validator=_DURATION)
    """Seconds after the first ingest of an event in which an equal event gets the same id."""
    max_batch: int = field(default=500, validator=and_(instance_of(int), ge(1)))
    """Maximum number of events in one ingest request."""
    gateway_auth: bool = field(default=False, validator=instance_of(bool))
    """Reject a wrong API key as the production gateway does: 403 `{"message": "Forbidden"}`."""
    agent_signup: bool = field(default=False, validator=instance_of(bool))
    """Let agents sign up without an API key. Otherwise a sign-up gets a 404."""
    max_agent_signups: int = field(default=10, validator=_NON_NEGATIVE_INTEGER)
    """Maximum number of sign-ups in 600 s. Further ones get a 429."""
    clear_status: Literal[501, 404] = field(default=501, validator=in_((501, 404)))
    """
    Status of `DELETE /v1/clear/{container_tag}`.

    Older versions of the service have a stub (501). Newer versions have no endpoint (404).
    """

    def lacks(self, feature: str) -> bool:
        """Return True if the plan does not include `feature`, a name from `FEATURES`."""
        return self.plan == "free" and feature in self.pro_only
