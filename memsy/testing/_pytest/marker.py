"""Pytest marker `memsy`: settings and seed events of the service of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve, fields_dict, frozen

from memsy.exceptions import MemsyClientClosedError, MemsyConfigurationError
from memsy.local import LocalService, ServiceConfig
from memsy.models import EventPayload
from memsy.models.events import check_events

_CONFIG_FIELDS = tuple(fields_dict(ServiceConfig))
_UNUSED_BY: pytest.StashKey[int] = pytest.StashKey()
_SERVICES: pytest.StashKey[list[LocalService]] = pytest.StashKey()


class MarkerError(Exception):
    """An unusable argument of the marker. The message names the argument and the fix."""


def set_up_service(item: pytest.Item, service: object, *, is_new: bool) -> None:
    """
    Apply the marks of a test to its service. The settings that no mark names remain.

    After the test, the service gets its settings back. It keeps the stored events.

    Args:
        item: Test.
        service: Value of the fixture `memsy_service`, which a project may override.
        is_new: True if the fixture has just run, and may have replaced the settings.

    Raises:
        MarkerError: A mark has an unusable argument, or `service` is not a `LocalService`.
    """
    services = item.stash.setdefault(_SERVICES, [])
    is_set_up = any(service is other for other in services)
    if is_set_up and not is_new:
        return
    if not isinstance(service, LocalService):
        raise MarkerError(
            "@pytest.mark.memsy cannot set up memsy_service: the fixture returns a "
            f"{type(service).__name__}, not a LocalService"
        )
    marker = read_markers(item.iter_markers("memsy"))
    if not is_set_up:
        item.addfinalizer(_restore_function(service, services))
        services.append(service)
    marker.configure(service)
    if not is_set_up:
        marker.seed(service)


def count_tests(items: Iterable[pytest.Item]) -> None:
    """Count the tests of each marked class and module, for `unused_marks`."""
    for item in items:
        for node in _marked_collectors(item):
            node.stash[_UNUSED_BY] = node.stash.get(_UNUSED_BY, 0) + 1


def unused_marks(item: pytest.Item) -> Iterator[tuple[pytest.Item | pytest.Collector, str]]:
    """
    Yield each node with a mark that has no effect, and the reason, after a test has passed.

    A mark of a class or a module has no effect if none of its tests uses the service. The last of
    the tests reports this mark.
    """
    advice = "use a fixture such as memsy_client or memsy_service, or remove the mark"
    is_used = bool(item.stash.get(_SERVICES, []))
    if _is_marked(item) and not is_used:
        yield item, f"the test uses no service of a memsy fixture: {advice}"
    for node in _marked_collectors(item):
        count = node.stash.get(_UNUSED_BY, 0)
        node.stash[_UNUSED_BY] = 0 if is_used else count - 1
        if count == 1 and not is_used:
            yield node, f"none of its tests uses a service of a memsy fixture: {advice}"


def _marked_collectors(item: pytest.Item) -> list[pytest.Collector]:
    nodes = [node for node in item.listchain() if isinstance(node, pytest.Collector)]
    return [node for node in nodes if _is_marked(node)]


def _is_marked(node: pytest.Item | pytest.Collector) -> bool:
    return any(mark.name == "memsy" for mark in node.own_markers)


def _restore_function(service: LocalService, services: list[LocalService]) -> Callable[[], None]:
    config, initial_events = service.config, service.initial_events

    def restore() -> None:
        services.remove(service)
        service.initial_events = initial_events
        with suppress(MemsyClientClosedError):
            service.config = config

    return restore


@frozen
class MarkerConfig:
    """The merged arguments of all `memsy` marks of a test."""

    _settings: Mapping[str, Any]
    _events: Sequence[EventPayload]

    def configure(self, service: LocalService) -> None:
        """Change the settings of `service`."""
        service.config = evolve(service.config, **self._settings)

    def seed(self, service: LocalService) -> None:
        """
        Store the events of the marks in `service`, also after each `reset()`.

        Raises:
            MarkerError: The service rejects an event.
        """
        try:
            service.seed(self._events)
        except ValueError as error:
            raise MarkerError(f"@pytest.mark.memsy: the service rejects {error}") from None
        service.initial_events = (*service.initial_events, *self._events)


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
    return MarkerConfig(arguments, events)


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
