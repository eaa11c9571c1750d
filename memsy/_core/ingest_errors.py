"""Errors of `POST /ingest`: the refused and the stored events, and the end of a load."""

from __future__ import annotations

from memsy.exceptions import (
    MemsyAPIError,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyError,
    MemsyResponseError,
    MemsyTLSError,
    UsageLimitExceeded,
    ValidationError,
)

_STOPPING_STATUSES = frozenset({401, 403, 404, *range(300, 400)})


def refused_indices(error: MemsyError, count: int) -> list[int]:
    """
    Return the indices of the events that a 422 names, in ascending order.

    Args:
        error: The error of an `ingest`.
        count: Number of events of the call. An index outside of the call is left out.

    Returns:
        Indices from 0 to `count - 1`. The list is empty if the error names no event.
    """
    locations = [problem.get("loc") for problem in _problems(error)]
    indices = set[int]()
    for location in locations:
        match location:
            case ["body", "events", int(index), *_] if 0 <= index < count:
                indices.add(index)
            case _:
                pass
    return sorted(indices)


def _problems(error: MemsyError) -> list[dict[str, object]]:
    return error.errors if isinstance(error, ValidationError) else []


def stored_before(error: MemsyError) -> int:
    """
    Return the number of events, from the first one on, that a split `ingest` stored before `error`.

    The ids of these events are the first ids of `error.event_ids`.
    """
    # The ids of a `MemsyResponseError` may match no known event: the service sent too many or few.
    return 0 if isinstance(error, MemsyResponseError) else len(error.event_ids)


def stops_ingest(error: MemsyError) -> bool:
    """Return True if every further `ingest` would fail with the same error."""
    if isinstance(error, MemsyAPIError):
        return isinstance(error, UsageLimitExceeded) or error.status_code in _STOPPING_STATUSES
    return isinstance(error, (MemsyClientClosedError, MemsyConfigurationError, MemsyTLSError))
