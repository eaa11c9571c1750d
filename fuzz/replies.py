"""Any bytes for a reply: a typed end, in time; and the same for both colours, as a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from random import Random

from attrs import frozen

from fuzz import heads
from fuzz.calls import CALLS, Call
from fuzz.clients import Clients, Outcome
from fuzz.drawn_replies import drawn_reply, framed
from fuzz.examples import examples
from fuzz.mutations import damaged, some_of
from fuzz.speaker import Speaker
from fuzz.target import UNLIKE, Broken

_DEADLINE = 2.0
_SHORT = 0.1
"""Seconds that a call may take where the connection stays open, and so may say nothing more."""
_GRACE = 1.0
"""Seconds that a busy machine may take beside."""


@frozen
class Manner:
    """How the bytes of a reply come."""

    cut_in: int = 1
    hangs_up: bool = True

    @property
    def deadline(self) -> float:
        return _DEADLINE if self.hangs_up else _SHORT

    def pieces_of(self, response: bytes) -> Sequence[bytes]:
        """*reply* in as many pieces of one size, or a few less."""
        size = -(-len(response) // self.cut_in) or 1
        return [response[start : start + size] for start in range(0, len(response), size)]

    @classmethod
    def of(cls, byte: int) -> Manner:
        """Most come at once, and are the last."""
        if byte == 255:
            return cls(hangs_up=False)
        return cls(cut_in=byte - 243 if byte > 244 else 1)


class Replies:
    """
    Bytes that are sent in answer to a call, with two before them: which call, and how they come.
    """

    def __init__(self, clients: Callable[[int, float], Clients] = Clients) -> None:
        """*clients* makes some that call a port of this machine, with a timeout."""
        self._make_clients = clients
        with ExitStack() as stack:
            self._speaker = stack.enter_context(Speaker())
            self._clients: dict[float, Clients] = {}
            self._stack = stack.pop_all()

    @property
    def seeds(self) -> Sequence[bytes]:
        return [
            bytes([number, 0]) + framed(example.reply, Random(number))
            for number, example in enumerate(examples())
        ]

    def drawn(self, random: Random) -> bytes:
        number = random.randrange(len(CALLS))
        manner = random.randrange(256)
        return bytes([number, manner]) + drawn_reply(examples()[number].reply, random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        return data[:2] + some_of((*heads.DAMAGES, damaged, damaged), data[2:], random)

    def check(self, data: bytes) -> None:
        data = data.ljust(2, b"\0")
        call, manner = CALLS[data[0] % len(CALLS)], Manner.of(data[1])
        clients = self._with(manner.deadline)
        blocking = self._outcome("blocking", clients.block, call, data[2:], manner)
        awaiting = self._outcome("awaiting", clients.wait, call, data[2:], manner)
        if blocking != awaiting:
            raise Broken(
                f"blocking {blocking.family}, awaiting {awaiting.family}, {UNLIKE}",
                f"{call.name}: {blocking} / {awaiting}",
            )

    def close(self) -> None:
        for clients in self._clients.values():
            clients.close()
        self._stack.close()

    def _with(self, timeout: float) -> Clients:
        if timeout not in self._clients:
            self._clients[timeout] = self._make_clients(self._speaker.port, timeout)
        return self._clients[timeout]

    def _outcome(
        self,
        colour: str,
        ask: Callable[[Call], Outcome],
        call: Call,
        response: bytes,
        manner: Manner,
    ) -> Outcome:
        self._speaker.prepare(*manner.pieces_of(response), hangs_up=manner.hangs_up)
        outcome = ask(call)
        detail = f"{call.name}: {outcome}"
        if not outcome.is_typed:
            raise Broken(f"{colour}: no answer of its type, and no typed error", detail)
        if not outcome.can_be_printed:
            raise Broken(f"{colour}: the message cannot be printed", detail)
        if outcome.seconds > manner.deadline + _GRACE:
            raise Broken(f"{colour}: {outcome.kind} long after the deadline", detail)
        if not self._speaker.has_spoken():
            raise Broken(f"{colour}: {outcome.kind}, but nothing was asked", detail)
        return outcome
