"""What came of a call: what its caller saw, and what the server did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from attrs import evolve, field, fields, frozen, has

from memsy import MemsyError
from memsy._core.http import HTTPRequest

_PYTHONS_OWN = set(dir(OSError()))


@frozen
class Raised:
    """An error as a caller sees it."""

    kind: type[MemsyError]
    text: str
    facts: Mapping[str, object]
    """All its public attributes by name."""

    @classmethod
    def of(cls, error: MemsyError) -> Raised:
        names = {name for name in dir(error) if not name.startswith("_")} - _PYTHONS_OWN
        facts = {name: getattr(error, name) for name in sorted(names)}
        return cls(type(error), str(error), facts)

    def without(self, luck: Collection[str]) -> Raised:
        """The same, without its `text` or those facts that are a matter of *luck*."""
        facts = {name: fact for name, fact in self.facts.items() if name not in luck}
        return evolve(self, text="" if "text" in luck else self.text, facts=facts)


@frozen(kw_only=True)
class Outcome:
    """
    What came of the calls of a row in one colour.

    Of two colours these are equal, but for what was measured.
    """

    is_made: bool
    """Whether there could be a client at all."""
    answers: tuple[object, ...]
    error: Raised | None
    attempts: tuple[int, ...]
    """Of each call."""
    pauses: tuple[float, ...]
    """Seconds that were slept between them."""

    asked: tuple[HTTPRequest, ...] = ()
    """What was read of the requests, without the header that names the host."""
    wire: tuple[bytes, ...] = ()
    """The same as it stood on the wire; nothing, if there was none."""
    connections: int = 0
    strayed: int = 0
    """Connections to those whom the call was no business of."""

    late: float = field(eq=False)
    """Seconds by which a call ended after its deadline; below 0, if it ended before."""
    took: float = field(eq=False)
    """Seconds, on the wall clock, of the longest call."""
    grew: int = field(eq=False)
    """Bytes by which the most memory that the process ever had has grown."""

    def without_ports(self, ports: Sequence[int]) -> Outcome:
        """The same, with the numbers of ports, which are a matter of luck, struck out."""

        def struck(text: str) -> str:
            for port in filter(None, ports):
                text = text.replace(str(port), "<port>")
            return text

        return evolve(
            self,
            error=_rewritten(self.error, struck),
            asked=_rewritten(self.asked, struck),
            wire=_rewritten(self.wire, struck),
        )

    def without(self, luck: Collection[str]) -> Outcome:
        """The same, without what is a matter of *luck*: `connections`, or of its error as named."""
        connections = 0 if "connections" in luck else self.connections
        error = None if self.error is None else self.error.without(luck)
        return evolve(self, connections=connections, error=error)

    def without_network(self) -> Outcome:
        """The same, as far as a client that needs no network has it."""
        return evolve(self, wire=(), connections=0)


def _rewritten(value: Any, struck: Callable[[str], str]) -> Any:  # noqa: ANN401 - of the same shape
    """*value* with each text in it *struck*."""
    if isinstance(value, str):
        return struck(value)
    if isinstance(value, bytes):
        return struck(value.decode("latin-1")).encode("latin-1")
    if isinstance(value, (list, tuple)):
        return type(value)(_rewritten(inner, struck) for inner in value)
    if isinstance(value, Mapping):
        return {name: _rewritten(inner, struck) for name, inner in value.items()}
    if has(type(value)):
        names = [attribute.name for attribute in fields(type(value))]
        return evolve(value, **{name: _rewritten(getattr(value, name), struck) for name in names})
    return value
