"""Context of a contract test: the client under test, unique ids, waiting, assertions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import TypeAlias, TypeVar

from memsy.exceptions import MemsyError
from memsy.models import EventKind, EventPayload, SearchResponse
from memsy.protocols import MemsyClientProtocol, MemsyControlClientProtocol

ErrorT = TypeVar("ErrorT", bound=MemsyError)
T = TypeVar("T")

Clients: TypeAlias = tuple[MemsyClientProtocol, MemsyControlClientProtocol]
"""A data plane client and a control plane client with the same API key."""


class ContractContext:
    """
    The client under test and the other resources of a contract test.

    Args:
        memsy: The sync client under test. For an async client, see `as_sync`.
        name: Prefix of the actor ids, session ids and some texts of this context. Contexts on the
            same service need different names.
        unauthorized_client: A client of the same service with an API key that is unknown there.
        control: A control plane client with the same API key, for the control plane tests.
        clients_with_key: A function that creates a client of each plane with the given API key.
        consent: A function that gives the user's consent for the connector with the given id.
        pause: A function that waits between two calls of `status()`.
        max_polls: Maximum number of calls of `status()` in `wait_until_processed()`.
    """

    def __init__(
        self,
        memsy: MemsyClientProtocol,
        *,
        name: str = "contract",
        unauthorized_client: MemsyClientProtocol | None = None,
        control: MemsyControlClientProtocol | None = None,
        clients_with_key: Callable[[str], Clients] | None = None,
        consent: Callable[[str], object] | None = None,
        pause: Callable[[], None] = lambda: time.sleep(0.5),
        max_polls: int = 120,
    ) -> None:
        self.memsy: MemsyClientProtocol = memsy
        self.name: str = name
        self._unauthorized_client = unauthorized_client
        self._control = control
        self._clients_with_key = clients_with_key
        self._consent = consent
        self._numbers = count(1)
        self.actor: str = self.unique_id("actor")
        """Actor of the events, by default."""
        self.session: str = self.unique_id("session")
        """Session of the events, by default."""
        self._pause = pause
        self._max_polls = max_polls

    @property
    def unauthorized_client(self) -> MemsyClientProtocol:
        """A client with an unknown API key."""
        return _required(self._unauthorized_client, "unauthorized_client")

    @property
    def control(self) -> MemsyControlClientProtocol:
        """The control plane client with the API key of `memsy`."""
        return _required(self._control, "control")

    def clients_with_key(self, key: str) -> Clients:
        """Return clients of both planes with the API key `key`."""
        return _required(self._clients_with_key, "clients_with_key")(key)

    def consent(self, connector_id: str) -> None:
        """Give the consent of the user for a pending connector."""
        _required(self._consent, "consent")(connector_id)

    def unique_id(self, label: str) -> str:
        """Return an id with `label` that this context has not used before."""
        return f"{self.name}:{label}:{next(self._numbers)}"

    def event(
        self,
        content: str,
        *,
        actor: str | None = None,
        session: str | None = None,
        kind: EventKind = "user_message",
        role: str | None = None,
        team: str | None = None,
        ts: str | datetime | None = None,
        metadata: str | dict[str, object] | None = None,
    ) -> EventPayload:
        """Return an event, by default of the actor and the session of this context."""
        return EventPayload(
            actor or self.actor, session or self.session, kind, content, role, team, ts, metadata
        )

    def ingest_and_wait(self, *events: EventPayload | str) -> list[str]:
        """Ingest events or texts, wait until they are processed, and return the event ids."""
        payloads = [self.event(item) if isinstance(item, str) else item for item in events]
        event_ids = self.memsy.ingest(payloads).event_ids
        self.wait_until_processed(event_ids)
        return event_ids

    def wait_until_processed(self, event_ids: Sequence[str]) -> None:
        """Wait until no event is pending."""
        for _ in range(self._max_polls):
            if not self.memsy.status(list(event_ids)).pending_ids:
                return
            self._pause()
        raise AssertionError(
            f"events are still pending after {self._max_polls} polls: {event_ids}; "
            "increase max_polls, or the time that pause waits"
        )

    @property
    def org_id(self) -> str:
        """The id of the organisation of the API key, taken from a memory."""
        items = self.memsy.memories.list(limit=1).items
        if not items:
            self.ingest_and_wait("This event creates a memory with the id of the organisation.")
            items = self.memsy.memories.list(limit=1).items
        return items[0].org_id


ContractTest: TypeAlias = Callable[[ContractContext], None]
"""A function that checks one rule on the client of its context. It raises for a broken rule."""


def _required(value: T | None, argument: str) -> T:
    assert value is not None, f"this contract test needs the argument {argument} of ContractContext"
    return value


def result_texts(response: SearchResponse) -> list[str]:
    """Return the texts of the results, best first."""
    return [result.content for result in response.results]


def expect_error(error: type[ErrorT], call: Callable[[], object]) -> ErrorT:
    """Return the `error` that `call` raises, or fail."""
    try:
        result = call()
    except error as caught:
        return caught
    raise AssertionError(f"expected {error.__name__}, got {result!r}")


def same_items(items: Iterable[str], *expected: str) -> bool:
    """Return True if `items` equals `expected` in any order."""
    return sorted(items) == sorted(expected)
