"""Store events in a service without a request or quota check; they still count as usage."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from attrs import evolve

from memsy._core.json_encoder import dump
from memsy._core.text import MAX_MESSAGE, excerpt
from memsy.local.endpoints import events
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ValidationItem
from memsy.local.http.parsing import Fields
from memsy.models import EventPayload
from memsy.models.events import check_events


def seed(context: RequestContext, payloads: Iterable[EventPayload]) -> None:
    """
    Store events as an ingest request with this context would, but without quota limits.

    Raises:
        ValueError: The service would reject an event. Nothing is stored.
    """
    payloads = check_events(payloads)
    if not payloads:
        return
    # As in a request: a member of an enum is stored as its value.
    body = dump({"events": [payload.to_dict() for payload in payloads]}, "seed")
    errors = list[ValidationItem]()
    batch = events.read_events(Fields(json.loads(body), (), errors), max_items=sys.maxsize)
    if errors:
        raise ValueError(excerpt("; ".join(map(_error_text, errors)), MAX_MESSAGE))
    events.ingest(evolve(context, config=evolve(context.config, limits={})), batch)


def _error_text(error: ValidationItem) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"])
    return f"{path.removeprefix('.')}: {error['msg']}"
