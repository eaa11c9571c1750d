"""What the marks of a test ask of its service: the rules, and the events that are there before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import fields_dict, frozen

from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload
from memsy.resources.ingest import check_events
from memsy.testing.service import LocalService, Rules

if TYPE_CHECKING:
    import pytest

_RULES = tuple(fields_dict(Rules))


class Unusable(Exception):
    """A mark asks for what there is not; says which argument of it does."""


@frozen
class Asked:
    """What all marks of a test say together."""

    rules: Rules
    _events: Sequence[EventPayload]

    def seed(self, service: LocalService) -> None:
        """
        Let the events be there.

        Raises:
            Unusable: the service would not take one of them.
        """
        try:
            service.seed(self._events)
        except ValueError as error:
            raise Unusable(f"@pytest.mark.memsy: the service would not take {error}") from None


def asked_by(marks: Iterable[pytest.Mark]) -> Asked:
    """
    What *marks*, the nearest first, ask for: of each argument, what the nearest says that has it.

    Raises:
        Unusable: an argument is none, or has a value that will not do.
    """
    asked: dict[str, Any] = {}
    for mark in marks:
        if mark.args:
            raise Unusable(f"@pytest.mark.memsy takes arguments by name only, got {mark.args[0]!r}")
        asked = {**mark.kwargs, **asked}
    events = asked.pop("events", ())
    _check_events(events)
    _check_rules(asked)
    return Asked(Rules(**asked), events)


def _check_events(events: object) -> None:
    if not isinstance(events, (list, tuple)):
        raise Unusable(
            "@pytest.mark.memsy: events must be a list of EventPayload, "
            f"got {type(events).__name__}"
        )
    try:
        check_events(events)
    except MemsyConfigurationError as error:
        raise Unusable(f"@pytest.mark.memsy: {error}") from None


def _check_rules(asked: Mapping[str, Any]) -> None:
    for name, value in asked.items():
        if name not in _RULES:
            raise Unusable(
                f"@pytest.mark.memsy has no argument {name!r}; it has events, {', '.join(_RULES)}"
            )
        try:
            Rules(**{name: value})
        except (TypeError, ValueError) as error:
            raise Unusable(f"@pytest.mark.memsy: {name}={value!r}: {error.args[0]}") from None
