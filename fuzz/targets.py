"""All that is fuzzed, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fuzz.pure import Bodies, Models, Pauses, Refusals
from fuzz.replies import Replies
from fuzz.requests import Answers, Requests
from fuzz.target import Target

TARGETS: Mapping[str, Callable[[], Target]] = {
    "replies": Replies,
    "requests": Requests,
    "answers": Answers,
    "bodies": Bodies,
    "models": Models,
    "refusals": Refusals,
    "pauses": Pauses,
}
