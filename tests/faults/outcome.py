"""Outcome of a case: results and errors of the client, requests and connections of the servers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from attrs import evolve, field, fields, frozen, has

from memsy import MemsyError
from memsy._core.http import HTTPRequest

_BUILT_IN = set(dir(OSError()))


@frozen
class RaisedError:
    """An exception as the caller sees it."""

    type: type[MemsyError]
    text: str
    attributes: Mapping[str, object]
    """All public attributes by name."""

    @classmethod
    def of(cls, error: MemsyError) -> RaisedError:
        names = {name for name in dir(error) if not name.startswith("_")} - _BUILT_IN
        attributes = {name: getattr(error, name) for name in sorted(names)}
        return cls(type(error), str(error), attributes)

    def without(self, names: Collection[str]) -> RaisedError:
        """Return the error without the attributes in `names`; `text` includes the `message`."""
        names = {*names, "message"} if "text" in names else names
        attributes = {name: value for name, value in self.attributes.items() if name not in names}
        return evolve(self, text="" if "text" in names else self.text, attributes=attributes)


@frozen(kw_only=True)
class Outcome:
    """
    Outcome of the calls of one case with one kind of client.

    The outcomes of two kinds of client compare equal, except for what was measured.
    """

    client_created: bool
    """The constructor of the client did not raise."""
    results: tuple[object, ...]
    error: RaisedError | None
    attempts: tuple[int, ...]
    """Attempts of each call."""
    pauses: tuple[float, ...]
    """Seconds between the attempts of all calls."""

    requests: tuple[HTTPRequest, ...] = ()
    """Requests without the Host header."""
    raw_requests: tuple[bytes, ...] = ()
    """Bytes of the requests; empty for a fake."""
    connections: int = 0
    forbidden_connections: int = 0
    """Connections to servers that the client must not contact."""

    overrun: float = field(eq=False)
    """Seconds after the deadline at which a call ended; negative before the deadline."""
    duration: float = field(eq=False)
    """Seconds of real time of the longest call."""
    memory_growth: float = field(eq=False)
    """MiB by which the peak memory of the process grew."""

    def without_ports(self, ports: Sequence[int]) -> Outcome:
        """Return the outcome with `ports` replaced by a placeholder, as they differ by run."""

        def replace(text: str) -> str:
            for port in filter(None, ports):
                text = text.replace(str(port), "<port>")
            return text

        return evolve(
            self,
            error=_map_texts(self.error, replace),
            requests=_map_texts(self.requests, replace),
            raw_requests=_map_texts(self.raw_requests, replace),
        )

    def without(self, names: Collection[str]) -> Outcome:
        """Return the outcome without `connections` or error attributes in `names`."""
        connections = 0 if "connections" in names else self.connections
        error = None if self.error is None else self.error.without(names)
        return evolve(self, connections=connections, error=error)

    def without_network(self) -> Outcome:
        """Return the outcome without bytes and connections, which a fake lacks."""
        return evolve(self, raw_requests=(), connections=0)


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - same type
    """Return a copy of `value` with `change` applied to each text in it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, bytes):
        return change(value.decode("latin-1")).encode("latin-1")
    if isinstance(value, (list, tuple)):
        return type(value)(_map_texts(item, change) for item in value)
    if isinstance(value, Mapping):
        return {name: _map_texts(item, change) for name, item in value.items()}
    if has(type(value)):
        names = [attribute.name for attribute in fields(type(value))]
        return evolve(value, **{name: _map_texts(getattr(value, name), change) for name in names})
    return value
