"""The seats of an organisation: bought, assigned to members, promised to those who are invited."""

from __future__ import annotations

from attrs import evolve

from memsy.local.domain import members
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import seat_limit


def assigned(context: RequestContext) -> int:
    return members.count_seats(context.store, context.org_id)


def available(context: RequestContext) -> int:
    """How many more members can have one."""
    taken = assigned(context) + context.config.pending_invites
    return max(context.config.purchased_seats - taken, 0)


def assign(context: RequestContext) -> None:
    """
    Let the caller have a seat, who may have one already.

    Raises:
        Refusal: 409, none is available.
    """
    member = context.key.member
    if member.has_seat:
        return
    if not available(context):
        config = context.config
        raise seat_limit(config.purchased_seats, assigned(context), config.pending_invites)
    members.keep(context.store, context.org_id, evolve(member, has_seat=True))
