"""Events that were there before: no request has brought them, and no limit counts against them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from attrs import evolve

from memsy.models import EventPayload
from memsy.testing.service import events
from memsy.testing.service.call import Call
from memsy.testing.service.reading import Given
from memsy.testing.service.refusals import Fault, Invalid


def seed(call: Call, payloads: Sequence[EventPayload]) -> None:
    """
    Store *payloads* as the ingest of *call* would.

    Raises:
        ValueError: an ingest would not take them.
    """
    call = evolve(call, rules=evolve(call.rules, limits={}, max_batch=sys.maxsize))
    body = json.dumps({"events": [payload.to_dict() for payload in payloads]}).encode()
    given = Given("", body, "application/json", call.rules)
    batch = events.read_batch(given)
    try:
        given.settle()
    except Invalid as invalid:
        raise ValueError("; ".join(map(_told, invalid.faults))) from None
    events.ingest(call, batch)


def _told(fault: Fault) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"])
    return f"{where.removeprefix('.body.')}: {fault['msg']}"
