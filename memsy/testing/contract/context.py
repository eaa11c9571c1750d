"""Where a promise is played: a client to try it on, and names that nobody else uses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import TypeAlias, TypeVar

from memsy.exceptions import MemsyError
from memsy.models import EventKind, EventPayload, SearchResponse
from memsy.protocols import MemsyClientProtocol, MemsyControlClientProtocol

E = TypeVar("E", bound=MemsyError)
T = TypeVar("T")

Clients: TypeAlias = tuple[MemsyClientProtocol, MemsyControlClientProtocol]
"""One of each plane, with the same key."""

ContractTest: TypeAlias = "Callable[[ContractContext], None]"
"""A function that asserts one thing of the client in its scene, and returns if it holds."""


class ContractContext:
    """
    A client under test, and what a promise needs to try it.

    Args:
        memsy: the client; for an async one see `blocking`.
        name: begins all actors, sessions and texts of this scene, so that scenes played on one
            service do not meet: give each its own.
        stranger: a client of the same service with a key that the service does not know.
        control: a client of the control plane with the same key, for the promises of that plane.
        with_key: makes a client of each plane with the key that it is given.
        consent: does in a user's place what connects a connector, which it is given the id of.
        pause: lets time pass between two looks at `status()`, where processing takes any.
        looks: how often to look before giving up.
    """

    def __init__(
        self,
        memsy: MemsyClientProtocol,
        *,
        name: str = "scene",
        unauthorized_client: MemsyClientProtocol | None = None,
        control: MemsyControlClientProtocol | None = None,
        clients_with_key: Callable[[str], Clients] | None = None,
        consent: Callable[[str], object] | None = None,
        pause: Callable[[], None] = lambda: time.sleep(0.5),
        max_polls: int = 120,
    ) -> None:
        self.memsy: MemsyClientProtocol = memsy
        self.name: str = name
        self._stranger = unauthorized_client
        self._control = control
        self._with_key = clients_with_key
        self._consent = consent
        self._numbers = count(1)
        self.actor: str = self.unique_id("actor")
        self.session: str = self.unique_id("session")
        self._pause = pause
        self._looks = max_polls

    @property
    def unauthorized_client(self) -> MemsyClientProtocol:
        """The client whose key nobody knows."""
        return _needed(self._stranger, "a client with a wrong key")

    @property
    def control(self) -> MemsyControlClientProtocol:
        """The client of the control plane."""
        return _needed(self._control, "a client of the control plane")

    def clients_with_key(self, key: str) -> Clients:
        """Clients of both planes with another key."""
        return _needed(self._with_key, "clients with other keys")(key)

    def consent(self, connector_id: str) -> None:
        """Let the user consent to a pending connector."""
        _needed(self._consent, "a user who consents")(connector_id)

    def unique_id(self, noun: str) -> str:
        """An id of this scene that was not given out before."""
        return f"{self.name}:{noun}:{next(self._numbers)}"

    def event(
        self,
        content: str,
        *,
        actor: str | None = None,
        session: str | None = None,
        kind: EventKind = "user_message",
        role: str | None = None,
        team: str | None = None,
        ts: str | None = None,
        metadata: str | dict[str, object] | None = None,
    ) -> EventPayload:
        """An event of this scene's actor and session, unless others are named."""
        return EventPayload(
            actor or self.actor, session or self.session, kind, content, role, team, ts, metadata
        )

    def ingest_and_wait(self, *events: EventPayload | str) -> list[str]:
        """Ingest, and wait until the memories are there. A bare text is an event of this scene."""
        payloads = [self.event(e) if isinstance(e, str) else e for e in events]
        event_ids = self.memsy.ingest(payloads).event_ids
        self.wait_until_processed(event_ids)
        return event_ids

    def wait_until_processed(self, event_ids: Sequence[str]) -> None:
        """Wait until no event is pending."""
        for _ in range(self._looks):
            if not self.memsy.status(list(event_ids)).pending_ids:
                return
            self._pause()
        raise AssertionError(f"still pending after {self._looks} looks: {event_ids}")

    @property
    def org_id(self) -> str:
        """The organisation of the client's key, as its memories tell."""
        items = self.memsy.memories.list(limit=1).items
        if not items:
            self.ingest_and_wait("The organisation has a name, and this tells it.")
            items = self.memsy.memories.list(limit=1).items
        return items[0].org_id


def _needed(given: T | None, what: str) -> T:
    assert given is not None, f"this promise needs {what}: give one to its Scene"
    return given


def result_texts(found: SearchResponse) -> list[str]:
    """The texts that were found, best first."""
    return [result.content for result in found.results]


def expect_error(error: type[E], call: Callable[[], object]) -> E:
    """The *error* that *call* must raise."""
    try:
        result = call()
    except error as caught:
        return caught
    raise AssertionError(f"expected {error.__name__}, got {result!r}")


def same_items(found: Iterable[str], *wanted: str) -> bool:
    """Whether two collections hold the same, in any order."""
    return sorted(found) == sorted(wanted)
