"""Proxy before a local service that injects random faults."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from memsy import HTTPResponse
from memsy._core.http import HTTPRequest
from memsy.testing import LocalService
from tests.chaos.proxy_faults import ConnectionEnd, FaultSampler, ProxyFault
from tests.support.raw_server import Peer, RawServer


class Proxy:
    """
    Server script that forwards ingests to `service`, with the faults of `sampler`.

    A client that sends one request after the other meets the same faults for the same seed.
    """

    def __init__(self, service: LocalService, sampler: FaultSampler) -> None:
        self._service = service
        self._sampler = sampler
        self._lock = Lock()
        self.requests = 0
        self.faults = Counter[str]()
        """Number of faults by name."""
        self.faults_of_ingest = Counter[str]()
        """Number of faults of an ingest, by the content of its first event."""

    def __call__(self, peer: Peer) -> None:
        while True:
            request = _parse_request(peer.read())
            fault = self._next_fault(request)
            if fault is None:
                response = self._forward(request)
                peer.send(response)
                self._on_delivered(request, response)
                continue
            peer.send(fault.to_bytes(self._forward(request) if fault.after_processing else b""))
            if fault.end is ConnectionEnd.RESET:
                peer.reset()
            if fault.end is not ConnectionEnd.NONE:
                return

    def _on_delivered(self, request: HTTPRequest, response: bytes) -> None:
        """Handle a response of the service that was sent completely. The default does nothing."""

    def _next_fault(self, request: HTTPRequest) -> ProxyFault | None:
        with self._lock:
            self.requests += 1
            fault = self._sampler.next_fault()
            if fault is not None:
                self.faults[fault.name] += 1
                first_event = json.loads(request.body or b"")["events"][0]
                self.faults_of_ingest[first_event["content"]] += 1
            return fault

    def _forward(self, request: HTTPRequest) -> bytes:
        return _to_bytes(self._service.handle(request))


@contextmanager
def running(proxy: Proxy) -> Iterator[str]:
    """Run `proxy`, and return its base URL."""
    with RawServer(proxy) as server:
        yield f"http://127.0.0.1:{server.port}/v1"


def _parse_request(data: bytes) -> HTTPRequest:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    return HTTPRequest(method, target, body, dict(line.split(": ", 1) for line in lines))


def _to_bytes(response: HTTPResponse) -> bytes:
    lines = [f"{name}: {value}" for name, value in response.headers.items()]
    head = [
        f"HTTP/1.1 {response.status} Reason",
        f"content-length: {len(response.content)}",
        *lines,
    ]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + response.content
