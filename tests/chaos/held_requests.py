"""Server whose ingests wait for a response of the test, to observe requests in flight."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue

from attrs import field, frozen

from tests.support.raw_server import Peer, response

TIMEOUT = 30.0


@frozen(eq=False)
class HeldRequest:
    """Ingest that waits for its response."""

    events: int
    """Number of events."""
    _response: SimpleQueue[bytes] = field(factory=SimpleQueue[bytes])

    def respond(self, data: bytes) -> None:
        """Send the bytes of a response."""
        self._response.put(data)

    def accept(self) -> None:
        """Respond with 200 and the ids of the events."""
        self.respond(accepted(self.events))

    def wait(self) -> bytes:
        """Wait for the response."""
        return self._response.get(timeout=TIMEOUT)


def accepted(events: int) -> bytes:
    """Return the response to an ingest of so many events."""
    ids = [f"event-{number}" for number in range(events)]
    return response(json.dumps({"event_ids": ids}).encode(), "Content-Type: application/json")


class RequestHolder:
    """Script of a server that holds each ingest until the test responds, or accepts it at once."""

    def __init__(self) -> None:
        self._held = SimpleQueue[HeldRequest]()
        self._accepts = threading.Event()
        self.requests = 0

    def __call__(self, peer: Peer) -> None:
        while True:
            body = peer.read().partition(b"\r\n\r\n")[2]
            self.requests += 1
            request = HeldRequest(len(json.loads(body)["events"]))
            if self._accepts.is_set():
                request.accept()
            else:
                self._held.put(request)
            peer.send(request.wait())

    def take(self, count: int) -> list[HeldRequest]:
        """Wait for so many requests."""
        return [self._held.get(timeout=TIMEOUT) for _ in range(count)]

    def take_until(self, moment: float) -> list[HeldRequest]:
        """Return the requests that arrive until `moment` on the monotonic clock."""
        requests = list[HeldRequest]()
        with suppress(Empty):
            while (seconds := moment - time.monotonic()) > 0:
                requests.append(self._held.get(timeout=seconds))
        return requests

    def accept_all(self) -> None:
        """Accept held and further requests at once."""
        self._accepts.set()
        for request in self.take_until(time.monotonic() + 0.1):
            request.accept()
