"""Events that were there before: no request has brought them, and no limit counts against them."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from memsy.local.endpoints import events
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ValidationItem
from memsy.local.http.parsing import Fields
from memsy.models import EventPayload


def seed(context: RequestContext, payloads: Sequence[EventPayload]) -> None:
    """
    Store *payloads* as the ingest of *call* would.

    Raises:
        ValueError: an ingest would not take them.
    """
    faults = list[ValidationItem]()
    batch = [
        events.NewEvent.read(Fields(payload.to_dict(), ("events", place), faults))
        for place, payload in enumerate(payloads)
    ]
    if faults:
        raise ValueError("; ".join(map(_told, faults)))
    events.ingest(evolve(context, config=evolve(context.config, limits={})), batch)


def _told(fault: ValidationItem) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"])
    return f"{where.removeprefix('.')}: {fault['msg']}"
