"""What a Memsy service could be set up to do, and what the local one does unless told otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen
from attrs.validators import and_, ge, in_, instance_of, le, optional

from memsy.local.domain.providers import PROVIDERS
from memsy.models import Invoice, PaymentMethod, UpcomingInvoice

DIMENSIONS = ("api_calls", "events_ingested", "memories_stored", "llm_tokens", "search_queries")
"""What is counted, month by month."""

FEATURES = (*PROVIDERS, "source_events")
"""What a plan can lack: to connect to a provider, or to have a search include source events."""

# Far beyond any test or demonstration, yet there: clients see the headers that tell of limits.
_DEFAULT_LIMIT = 10_000_000


def _freeze_limits(limits: Mapping[str, int]) -> Mapping[str, int]:
    _refuse_unknown("dimension", limits, DIMENSIONS)
    if any(isinstance(limit, bool) or not isinstance(limit, int) for limit in limits.values()):
        raise TypeError(f"limits are whole numbers, got {dict(limits)}")
    if any(limit < 0 for limit in limits.values()):
        raise ValueError(f"limits are 0 or more, got {dict(limits)}")
    return MappingProxyType(dict(limits))


def _freeze_features(features: Collection[str]) -> frozenset[str]:
    _refuse_unknown("feature", _freeze_names(features), FEATURES)
    return frozenset(features)


def _freeze_names(names: Collection[str]) -> Collection[str]:
    if isinstance(names, str):
        raise ValueError(f"a collection of names is wanted, got the text {names!r}")
    return frozenset(names)


def _refuse_unknown(what: str, names: Iterable[str], known: Sequence[str]) -> None:
    unknown = sorted(set(names).difference(known))
    if unknown:
        raise ValueError(f"no such {what}: {', '.join(unknown)}; there are {', '.join(known)}")


_COUNT = and_(instance_of(int), ge(0))
# No clock goes on for longer than from the year 1 to the year 9999.
_SECONDS = and_(instance_of((float, int)), ge(0.0), le(9_999 * 366 * 86_400.0))

_CARD = PaymentMethod("visa", "4242", 12, 2030)


@frozen(kw_only=True)
class Billing:
    """How an organisation pays, and what it has paid."""

    payment_method: PaymentMethod | None = _CARD
    upcoming_invoice: UpcomingInvoice | None = None
    invoices: Sequence[Invoice] = ()
    subscription_status: str = "active"
    contact: str | None = None


@frozen(kw_only=True)
class ServiceConfig:
    """
    The settings of a `LocalService`; `LocalService.rules` may be replaced while it runs.

    They are not stored: a file that is opened again obeys the rules it is opened with.
    """

    org_id: str = field(default="org_local", validator=instance_of(str))
    """The organisation of the service's own key."""
    plan: str = field(default="free", validator=instance_of(str))
    """
    `free` or, by any other name, a paid one.

    On `free`, an `org_id` in the body of an ingest or a search is refused.
    """
    pro_only: frozenset[str] = field(default=frozenset(), converter=_freeze_features)
    """Of the FEATURES, what the `free` plan lacks; its use is refused there."""
    limits: Mapping[str, int] = field(
        factory=lambda: dict.fromkeys(DIMENSIONS, _DEFAULT_LIMIT), converter=_freeze_limits
    )
    """The monthly limit of each dimension; one that is not named has none, and no header."""
    max_keys: int = field(default=20, validator=_COUNT)
    """How many API keys an organisation can have that have not expired."""
    max_orgs: int = field(default=10, validator=_COUNT)
    """How many organisations there can be a record of."""
    purchased_seats: int = field(default=5, validator=_COUNT)
    """
    How many members can have a seat; each who has one is counted as assigned.

    Who has none takes one by connecting an account of their own, if there is one.
    """
    pending_invites: int = field(default=0, validator=_COUNT)
    """How many more seats are promised."""
    billing: Billing | None = field(default=None, validator=optional(instance_of(Billing)))
    """None: billing is not enabled, and there are no invoices."""
    refused_access_keys: Collection[str] = field(default=(), converter=_freeze_names)
    """The S3 access keys with which no bucket can be read."""
    processing: Literal["immediate", "manual"] = field(
        default="immediate", validator=in_(("immediate", "manual"))
    )
    """`manual`: events stay pending until `LocalService.process()` or `.fail()` is called."""
    process_delay: float = field(default=0.0, validator=_SECONDS)
    """How many seconds an event stays pending when processing is not manual."""
    dedup_window: float = field(default=60.0, validator=_SECONDS)
    """For how many seconds after its first sighting an equal event is the same event."""
    max_batch: int = field(default=500, validator=and_(instance_of(int), ge(1)))
    """How many events one ingest may carry."""
    gateway_auth: bool = field(default=False, validator=instance_of(bool))
    """Refuse a bad key as the production gateway does: 403 `{"message": "Forbidden"}`."""
    clear_status: Literal[501, 404] = field(default=501, validator=in_((501, 404)))
    """What `DELETE /clear/{container_tag}` answers: it was a stub first, and then removed."""

    def lacks(self, feature: str) -> bool:
        """Whether the plan is one without *feature*."""
        return self.plan == "free" and feature in self.pro_only
