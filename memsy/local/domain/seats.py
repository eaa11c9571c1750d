"""Seats of an organisation: purchased, assigned and available (wire contract 6.5, 6.15)."""

from __future__ import annotations

from attrs import evolve

from memsy.local.domain import members
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import seat_limit


def count_assigned(context: RequestContext) -> int:
    """Return the number of members with a seat."""
    return members.count_seats(context.store, context.org_id)


def count_available(context: RequestContext) -> int:
    """Return the number of free seats. A pending invitation occupies a seat."""
    occupied = count_assigned(context) + context.config.pending_invites
    return max(context.config.purchased_seats - occupied, 0)


def assign(context: RequestContext) -> None:
    """
    Assign a seat to the caller if the caller has no seat.

    Raises:
        ErrorResponse: 409 if no seat is free.
    """
    member = context.key.member
    if member.has_seat:
        return
    if not count_available(context):
        config = context.config
        raise seat_limit(config.purchased_seats, count_assigned(context), config.pending_invites)
    members.save(context.store, context.org_id, evolve(member, has_seat=True))
