"""Events that were there before: no request has brought them, and no limit counts against them."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from memsy.models import EventPayload
from memsy.testing.service import events
from memsy.testing.service.call import Call
from memsy.testing.service.reading import Fields
from memsy.testing.service.refusals import Fault


def seed(call: Call, payloads: Sequence[EventPayload]) -> None:
    """
    Store *payloads* as the ingest of *call* would.

    Raises:
        ValueError: an ingest would not take them.
    """
    faults = list[Fault]()
    batch = [
        events.NewEvent.read(Fields(payload.to_dict(), ("events", place), faults))
        for place, payload in enumerate(payloads)
    ]
    if faults:
        raise ValueError("; ".join(map(_told, faults)))
    events.ingest(evolve(call, rules=evolve(call.rules, limits={})), batch)


def _told(fault: Fault) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"])
    return f"{where.removeprefix('.')}: {fault['msg']}"
