"""What the marks of a test ask of its service: the rules, and the events that are there before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import fields_dict, frozen

from memsy.exceptions import MemsyConfigurationError
from memsy.local import LocalService, ServiceConfig
from memsy.models import EventPayload
from memsy.resources.ingest import check_events

if TYPE_CHECKING:
    import pytest

_CONFIG_FIELDS = tuple(fields_dict(ServiceConfig))


class MarkerError(Exception):
    """A mark asks for what there is not; says which argument of it does."""


@frozen
class MarkerConfig:
    """What all marks of a test say together."""

    config: ServiceConfig
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
            raise MarkerError(f"@pytest.mark.memsy: the service would not take {error}") from None


def read_markers(marks: Iterable[pytest.Mark]) -> MarkerConfig:
    """
    What *marks*, the nearest first, ask for: of each argument, what the nearest says that has it.

    Raises:
        Unusable: an argument is none, or has a value that will not do.
    """
    asked: dict[str, Any] = {}
    for mark in marks:
        if mark.args:
            raise MarkerError(
                f"@pytest.mark.memsy takes arguments by name only, got {mark.args[0]!r}"
            )
        asked = {**mark.kwargs, **asked}
    events = asked.pop("events", ())
    _check_events(events)
    _check_config(asked)
    return MarkerConfig(ServiceConfig(**asked), events)


def _check_events(events: object) -> None:
    if not isinstance(events, (list, tuple)):
        raise MarkerError(
            "@pytest.mark.memsy: events must be a list of EventPayload, "
            f"got {type(events).__name__}"
        )
    try:
        check_events(events)
    except MemsyConfigurationError as error:
        raise MarkerError(f"@pytest.mark.memsy: {error}") from None


def _check_config(asked: Mapping[str, Any]) -> None:
    for name, value in asked.items():
        if name not in _CONFIG_FIELDS:
            raise MarkerError(
                f"@pytest.mark.memsy has no argument {name!r}; "
                f"it has events, {', '.join(_CONFIG_FIELDS)}"
            )
        try:
            ServiceConfig(**{name: value})
        except (TypeError, ValueError) as error:
            raise MarkerError(f"@pytest.mark.memsy: {name}={value!r}: {error.args[0]}") from None
