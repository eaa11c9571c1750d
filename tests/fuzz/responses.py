"""Fuzz target for responses: both clients end in time, with a result or a `MemsyError`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from random import Random

from attrs import frozen

from tests.fuzz import http_mutations
from tests.fuzz.client_calls import CALLS, ClientCall
from tests.fuzz.clients import Clients, Outcome
from tests.fuzz.examples import examples
from tests.fuzz.mutations import damaged, mutate
from tests.fuzz.random_responses import random_response, serialized
from tests.fuzz.scripted_server import ScriptedServer
from tests.fuzz.target import BOTH_VALID, PropertyViolated

_TIMEOUT = 2.0
_OPEN_TIMEOUT = 0.1
"""Seconds of a call whose connection stays open, so that it may wait for more bytes."""
_GRACE = 1.0
"""Seconds that a busy machine may take longer."""


@frozen
class Delivery:
    """Segments of a response, and the state of the connection after it."""

    segments: int = 1
    closes: bool = True

    @property
    def timeout(self) -> float:
        return _TIMEOUT if self.closes else _OPEN_TIMEOUT

    def split(self, response: bytes) -> Sequence[bytes]:
        """Return `response` in pieces of equal size."""
        size = -(-len(response) // self.segments) or 1
        return [response[start : start + size] for start in range(0, len(response), size)]

    @classmethod
    def of(cls, byte: int) -> Delivery:
        """Return the delivery of that number: most are one segment and a close."""
        if byte == 255:
            return cls(closes=False)
        return cls(segments=byte - 243 if byte > 244 else 1)


class ClientResponses:
    """
    Responses to a call of the sync and of the async client.

    Two bytes before the response select the call and the delivery.
    """

    def __init__(self, make_clients: Callable[[int, float], Clients] = Clients) -> None:
        """
        Start the server.

        Args:
            make_clients: Makes clients for a port of this machine, with a timeout.
        """
        self._make_clients = make_clients
        with ExitStack() as stack:
            self._server = stack.enter_context(ScriptedServer())
            self._clients: dict[float, Clients] = {}
            self._stack = stack.pop_all()

    @property
    def seeds(self) -> Sequence[bytes]:
        return [
            bytes([number, 0]) + serialized(example.response, Random(number))
            for number, example in enumerate(examples())
        ]

    def random_input(self, random: Random) -> bytes:
        number = random.randrange(len(CALLS))
        delivery = random.randrange(256)
        return bytes([number, delivery]) + random_response(examples()[number].response, random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        mutations = (*http_mutations.MUTATIONS, damaged, damaged)
        return data[:2] + mutate(mutations, data[2:], random)

    def check(self, data: bytes) -> None:
        data = data.ljust(2, b"\0")
        call, delivery = CALLS[data[0] % len(CALLS)], Delivery.of(data[1])
        clients = self._clients_with(delivery.timeout)
        sync = self._outcome("sync", clients.call_sync, call, data[2:], delivery)
        async_ = self._outcome("async", clients.call_async, call, data[2:], delivery)
        if sync != async_:
            raise PropertyViolated(
                f"sync {sync.category}, async {async_.category}, {BOTH_VALID}",
                f"{call.name}: {sync} / {async_}",
            )

    def close(self) -> None:
        for clients in self._clients.values():
            clients.close()
        self._stack.close()

    def _clients_with(self, timeout: float) -> Clients:
        if timeout not in self._clients:
            self._clients[timeout] = self._make_clients(self._server.port, timeout)
        return self._clients[timeout]

    def _outcome(
        self,
        mode: str,
        make_call: Callable[[ClientCall], Outcome],
        call: ClientCall,
        response: bytes,
        delivery: Delivery,
    ) -> Outcome:
        self._server.prepare(*delivery.split(response), closes=delivery.closes)
        outcome = make_call(call)
        detail = f"{call.name}: {outcome}"
        if not outcome.is_typed:
            raise PropertyViolated(f"{mode}: neither a typed result nor a typed error", detail)
        if not outcome.is_printable:
            raise PropertyViolated(f"{mode}: the message cannot be printed", detail)
        if outcome.seconds > delivery.timeout + _GRACE:
            raise PropertyViolated(f"{mode}: {outcome.kind} long after the deadline", detail)
        if not self._server.has_responded():
            raise PropertyViolated(f"{mode}: {outcome.kind}, but no request was sent", detail)
        return outcome
