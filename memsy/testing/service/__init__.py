"""A Memsy service in a box: `LocalService.answer` is all there is to it."""

from __future__ import annotations

from memsy.testing.service.local import LocalService
from memsy.testing.service.members import Member
from memsy.testing.service.rules import Billing, Rules
from memsy.testing.service.views import Event, Memory

__all__ = ["Billing", "Event", "LocalService", "Member", "Memory", "Rules"]
