"""Faults that a proxy injects between a client and the service, and their random selection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from random import Random

from attrs import frozen

from tests.support.raw_server import response


class ConnectionEnd(Enum):
    """End of the connection after a fault."""

    NONE = "none"
    FIN = "FIN"
    RESET = "reset"


@frozen
class ProxyFault:
    """
    A fault of the proxy.

    With `after_processing`, the service handles the request, and the fault replaces the
    response. Otherwise the service never sees the request.
    """

    name: str
    after_processing: bool
    end: ConnectionEnd = ConnectionEnd.NONE
    to_bytes: Callable[[bytes], bytes] = lambda response: b""
    """Bytes for the client in place of the response, which is empty if there is none."""


def _faults() -> Iterator[ProxyFault]:
    for after in (False, True):
        when = "after" if after else "before"
        for end in (ConnectionEnd.RESET, ConnectionEnd.FIN):
            yield ProxyFault(f"{end.value} {when}", after, end)
        for status in (500, 502, 503, 504):
            yield _error_response(f"{status} {when}", status, after_processing=after)
    yield _error_response("429", 429)
    for seconds in ("0", "0.2"):
        yield _error_response(f"429 for {seconds} s", 429, f"Retry-After: {seconds}")
    yield ProxyFault("truncated", True, ConnectionEnd.FIN, lambda response: response[:-10])


def _error_response(
    name: str, status: int, *headers: str, after_processing: bool = False
) -> ProxyFault:
    data = response(
        b"<html>No.</html>", "Content-Type: text/html", *headers, status=f"{status} Error"
    )
    return ProxyFault(name, after_processing, to_bytes=lambda response: data)


PROXY_FAULTS: tuple[ProxyFault, ...] = tuple(_faults())


class FaultSampler:
    """Random faults at a `rate` of 0.0 to 1.0, decided by `seed`; each fault is equally likely."""

    def __init__(self, seed: int, rate: float, faults: Sequence[ProxyFault] = PROXY_FAULTS) -> None:
        self._random = Random(seed)
        self._rate = rate
        self._faults = faults

    def next_fault(self) -> ProxyFault | None:
        """Return the fault of the next request, or None."""
        is_faulty = self._random.random() < self._rate
        return self._random.choice(self._faults) if is_faulty else None
