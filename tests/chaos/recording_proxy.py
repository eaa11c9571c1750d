"""Proxy with random faults that records which process sent which event."""

from __future__ import annotations

import json
from collections import defaultdict

from memsy._core.http import HTTPRequest
from memsy.testing import LocalService
from tests.chaos.numbered_events import number_of
from tests.chaos.proxy import Proxy
from tests.chaos.proxy_faults import FaultSampler, ProxyFault

PROCESS_HEADER = "x-process"
"""Header with the name of the process that sends the request."""


class RecordingProxy(Proxy):
    """
    Proxy that records the events of each request.

    Each process sends its name in `PROCESS_HEADER`, because requests of a killed process may arrive
    late.
    """

    def __init__(self, service: LocalService, sampler: FaultSampler) -> None:
        super().__init__(service, sampler)
        self.sent = defaultdict[str, list[tuple[str, int]]](list)
        """Events of all requests by process, as writer and number."""
        self.sent_again: list[tuple[str, tuple[str, int]]] = []
        """Processes and the events that they sent after they had received the acknowledgement."""
        self._acknowledged = defaultdict[str, set[tuple[str, int]]](set)

    def _next_fault(self, request: HTTPRequest) -> ProxyFault | None:
        process, events = _read(request)
        self.sent[process] += events
        again = self._acknowledged[process].intersection(events)
        self.sent_again += [(process, event) for event in sorted(again)]
        return super()._next_fault(request)

    def _on_delivered(self, request: HTTPRequest, response: bytes) -> None:
        if response.startswith(b"HTTP/1.1 200"):
            process, events = _read(request)
            self._acknowledged[process].update(events)


def _read(request: HTTPRequest) -> tuple[str, list[tuple[str, int]]]:
    events = json.loads(request.body or b"")["events"]
    numbered = [(event["actor_id"], number_of(event["content"])) for event in events]
    return request.headers.get(PROCESS_HEADER, ""), numbered
