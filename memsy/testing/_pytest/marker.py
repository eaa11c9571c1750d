"""Arguments of the pytest marker `memsy`: settings and seed events of the service of a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from attrs import fields_dict, frozen

from memsy.exceptions import MemsyConfigurationError
from memsy.local import LocalService, ServiceConfig
from memsy.models import EventPayload
from memsy.models.events import check_events

_CONFIG_FIELDS = tuple(fields_dict(ServiceConfig))


class MarkerError(Exception):
    """An unusable argument of the marker. The message names the argument and the fix."""


@frozen
class MarkerConfig:
    """The merged arguments of all `memsy` marks of a test."""

    config: ServiceConfig
    _events: Sequence[EventPayload]

    def seed(self, service: LocalService) -> None:
        """
        Store the events of the marks in `service`.

        Raises:
            MarkerError: The service rejects an event.
        """
        try:
            service.seed(self._events)
        except ValueError as error:
            raise MarkerError(f"@pytest.mark.memsy: the service rejects {error}") from None


def read_markers(marks: Iterable[pytest.Mark]) -> MarkerConfig:
    """
    Merge the arguments of `marks`, nearest mark first. The nearest mark takes precedence.

    Raises:
        MarkerError: An argument is unknown or has an unusable value.
    """
    arguments: dict[str, Any] = {}
    for mark in marks:
        if mark.args:
            raise MarkerError(
                f"@pytest.mark.memsy takes keyword arguments only, got {mark.args[0]!r}: "
                "name the argument, such as events=[...]"
            )
        arguments = {**mark.kwargs, **arguments}
    events = arguments.pop("events", ())
    _check_events(events)
    _check_config(arguments)
    return MarkerConfig(ServiceConfig(**arguments), events)


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


def _check_config(arguments: Mapping[str, Any]) -> None:
    for name, value in arguments.items():
        if name not in _CONFIG_FIELDS:
            raise MarkerError(
                f"@pytest.mark.memsy has no argument {name!r}: "
                f"use events, {', '.join(_CONFIG_FIELDS)}"
            )
        try:
            ServiceConfig(**{name: value})
        except (TypeError, ValueError) as error:
            raise MarkerError(f"@pytest.mark.memsy: {name}={value!r}: {error.args[0]}") from None
