"""The seats of an organisation: bought, assigned to members, promised to those who are invited."""

from __future__ import annotations

from attrs import evolve

from memsy.testing.service import members
from memsy.testing.service.call import Call
from memsy.testing.service.refusals import seat_limit


def assigned(call: Call) -> int:
    return members.count_seats(call.store, call.org_id)


def available(call: Call) -> int:
    """How many more members can have one."""
    taken = assigned(call) + call.rules.pending_invites
    return max(call.rules.purchased_seats - taken, 0)


def take(call: Call) -> None:
    """
    Let the caller have a seat, who may have one already.

    Raises:
        Refusal: 409, none is available.
    """
    member = call.key.member
    if member.has_seat:
        return
    if not available(call):
        rules = call.rules
        raise seat_limit(rules.purchased_seats, assigned(call), rules.pending_invites)
    members.keep(call.store, call.org_id, evolve(member, has_seat=True))
