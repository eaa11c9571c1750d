"""What may befall a request between a client and its service, and the dice that choose it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from random import Random

from attrs import frozen

from tests.raw_server import response


class End(Enum):
    """What becomes of the connection."""

    NONE = "none"
    FIN = "FIN"
    RESET = "reset"


@frozen
class Fault:
    """
    One mishap.

    Where it *is_after*, the service has done what it was asked, and only its answer, as it
    stands on the wire, meets with the fault.
    """

    name: str
    is_after: bool
    end: End = End.NONE
    says: Callable[[bytes], bytes] = lambda answer: b""
    """What the client is sent in place of that answer, which is empty if there is none."""


def _kinds() -> Iterator[Fault]:
    for is_after in (False, True):
        when = "after" if is_after else "before"
        for end in (End.RESET, End.FIN):
            yield Fault(f"{end.value} {when}", is_after, end)
        for status in (500, 502, 503, 504):
            yield _saying(f"{status} {when}", status, is_after=is_after)
    yield _saying("429", 429)
    for seconds in ("0", "0.2"):
        yield _saying(f"429 for {seconds} s", 429, f"Retry-After: {seconds}")
    yield Fault("cut", True, End.FIN, lambda answer: answer[:-10])


def _saying(name: str, status: int, *headers: str, is_after: bool = False) -> Fault:
    said = response(b"<html>No.</html>", "Content-Type: text/html", *headers, status=f"{status} No")
    return Fault(name, is_after, says=lambda answer: said)


KINDS: tuple[Fault, ...] = tuple(_kinds())


class Dice:
    """A fault of any of *kinds*, all alike, at a *rate* of 0.0 to 1.0; *seed* decides which."""

    def __init__(self, seed: int, rate: float, kinds: Sequence[Fault] = KINDS) -> None:
        self._random = Random(seed)
        self._rate = rate
        self._kinds = kinds

    def roll(self) -> Fault | None:
        is_hit = self._random.random() < self._rate
        return self._random.choice(self._kinds) if is_hit else None
