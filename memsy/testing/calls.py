"""Recorded calls of a fake: operation, arguments, result or error, attempts."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import takewhile
from reprlib import Repr
from typing import Any, overload
from urllib.parse import parse_qsl, unquote

import attrs
from attrs import define, field
from typing_extensions import Self

from memsy import protocols
from memsy._core.encode import most_similar
from memsy._core.events import AttemptEnd, AttemptStart, CallEnd, CallStart
from memsy._core.hooks import CallObserver, ObservedCall
from memsy._core.operation import Operation
from memsy._core.secret import MaskedStr
from memsy.exceptions import MemsyClientClosedError, MemsyError
from memsy.models import EventPayload
from memsy.protocols import MemsyClientProtocol, MemsyControlClientProtocol

_SECRET_ARGUMENTS = {"secret_access_key"}
_UNRECORDED = {"close", "iterate"}
"""Methods without calls of their own: an iteration is a call of `list` for each page."""
_INTEGER_PARAMETERS = {"limit", "offset"}
"""Query parameters that `Call.arguments` converts from text to `int`."""


@define(eq=False, repr=False, slots=False)
class Call:
    """
    One call of a client's method, with all its attempts and requests.

    A call of `ingest` or `status` may need several requests.

    A cancelled call has no `result` and no `error`.
    """

    operation: str
    """The method, without the client: `search`, `roles.create`."""
    _operations: Sequence[Operation[Any]]
    attempts: int = field(default=0, init=False)
    """Number of requests sent, retries included."""
    result: Any = field(default=None, init=False)
    """The return value of the method. A deletion returns None, so check `is_successful`."""
    error: MemsyError | None = field(default=None, init=False)
    """The error that the method raised."""
    is_successful: bool = field(default=False, init=False)
    """True if the method returned `result`."""

    @cached_property
    def arguments(self) -> Mapping[str, Any]:
        """
        The arguments sent to the service, by the names of the wire contract.

        An ingest has `events`, a list of `EventPayload`. Defaults of the client, such as `limit`,
        are included. Arguments that the client does not send, mostly None, are not included.
        """
        arguments = _join_arguments(list(map(_request_arguments, self._operations)))
        if self.operation == "ingest":
            return {"events": [EventPayload(**event) for event in arguments["events"]]}
        return arguments

    def __repr__(self) -> str:
        return (
            f"{self.operation}({', '.join(self._format_arguments())}) -> {self._format_outcome()}"
        )

    def _format_arguments(self) -> Iterator[str]:
        if self.operation == "ingest":
            yield _count(len(self.arguments["events"]), "events")
            return
        remaining = dict(self.arguments)
        for name, parameter in inspect.signature(_methods()[self.operation]).parameters.items():
            if name not in remaining:
                continue
            value = remaining.pop(name)
            if parameter.default is not parameter.empty or parameter.kind is parameter.KEYWORD_ONLY:
                if value != parameter.default:
                    yield f"{name}={_short_repr.repr(value)}"
            else:
                yield _short_repr.repr(value)
        for name, value in remaining.items():
            yield f"{name}={_short_repr.repr(value)}"

    def _format_outcome(self) -> str:
        if self.error is not None:
            outcome = type(self.error).__name__
        elif self.is_successful:
            outcome = _summary(self.result)
        else:
            return "no response"
        return outcome if self.attempts < 2 else f"{outcome} after {self.attempts} attempts"


class Calls(Sequence[Call]):  # noqa: PLW1641 - mutable, so not hashable
    """
    The calls of one fake and its copies, in the order in which they started.

    A call with unusable arguments raises `MemsyConfigurationError` and is not recorded. Each page
    of an `iterate` is a call of `list`. The calls stay until `clear()`. A `Calls` is equal to a
    list of the same calls.
    """

    def __init__(self) -> None:
        self._items: list[Call] = []

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Calls, list)) and self._items == list(other)

    def __repr__(self) -> str:
        return f"Calls({self._items})"

    def __deepcopy__(self, memo: object) -> Self:
        return self  # a deep copy of a fake has the same service

    @property
    def ingested(self) -> list[EventPayload]:
        """
        The events that the service accepted, in the order of the calls.

        A duplicate, which the service stores once, appears as often as it was sent. For an ingest
        that failed after some batches, the list has the events with an id in `error.event_ids`.
        """
        return [event for call in self.for_operation("ingest") for event in _accepted_events(call)]

    def for_operation(self, operation: str) -> list[Call]:
        """
        Return the calls of one method, such as `search` or `roles.create`.

        Raises:
            ValueError: No client has such a method, or the method sends no request.
        """
        _check_operation(operation)
        return [call for call in self if call.operation == operation]

    def clear(self) -> None:
        """Remove all calls."""
        self._items.clear()

    def append(self, call: Call) -> None:
        """Add a call at its start."""
        self._items.append(call)


class CallRecorder(CallObserver):
    """An observer that records the calls of one client in `calls`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._active: dict[CallStart, Call] = {}

    def on_call_start(self, event: CallStart, call: ObservedCall) -> None:
        record = self._active[event] = Call(event.operation, call.operations)
        self._calls.append(record)

    def on_attempt_start(self, event: AttemptStart, call: ObservedCall) -> None:
        self._active[event.call].attempts += 1

    def on_attempt_end(self, event: AttemptEnd, call: ObservedCall) -> None:
        if isinstance(event.error, MemsyClientClosedError):
            self._active[event.call].attempts -= 1  # nothing was sent

    def on_call_end(self, event: CallEnd, call: ObservedCall) -> None:
        record = self._active.pop(event.call, None)
        if record is None:
            return  # an interrupt arrived before the start was recorded
        if event.error is None:
            record.result, record.is_successful = call.result, True
        elif isinstance(event.error, MemsyError):
            record.error = event.error


def _accepted_events(call: Call) -> Sequence[EventPayload]:
    events: list[EventPayload] = call.arguments["events"]
    if call.is_successful:
        return events
    return events[: len(call.error.event_ids)] if call.error else ()


def _request_arguments(operation: Operation[object]) -> dict[str, Any]:
    """Return the arguments in path, query and body of the request of `operation`."""
    path, _, query = operation.request.target.partition("?")
    segments = zip(operation.route.partition(" ")[2].split("/"), path.split("/"), strict=True)
    arguments: dict[str, Any] = {
        segment[1:-1]: unquote(value) for segment, value in segments if segment.startswith("{")
    }
    for name, value in parse_qsl(query, keep_blank_values=True):
        arguments[name] = int(value) if name in _INTEGER_PARAMETERS else value
    arguments |= json.loads(operation.request.body or b"{}")
    return {
        name: MaskedStr(value) if name in _SECRET_ARGUMENTS else value
        for name, value in arguments.items()
    }


def _join_arguments(requests: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the arguments of a call: its requests differ in the parts of one list."""
    first, *others = requests
    if not others:
        return first
    return {name: [item for request in requests for item in request[name]] for name in first}


@cache
def _methods() -> Mapping[str, Callable[..., object]]:
    """Return the methods of both planes that send requests, by operation name."""
    return dict(
        (*_public_methods(MemsyClientProtocol), *_public_methods(MemsyControlClientProtocol))
    )


def _public_methods(
    protocol: type, prefix: str = ""
) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, member in vars(protocol).items():
        if isinstance(member, property):
            resource = getattr(protocols, f"{name.title()}Protocol")
            yield from _public_methods(resource, f"{name}.")
        elif inspect.isfunction(member) and not name.startswith("_") and name not in _UNRECORDED:
            yield f"{prefix}{name}", member


def _check_operation(operation: str) -> None:
    methods = _methods()
    if operation not in methods:
        similar = most_similar(operation.replace(".iterate", ".list"), methods)
        hint = f"did you mean {similar!r}?" if similar else "give a name such as 'roles.create'"
        raise ValueError(f"{operation!r} is not a client method that sends requests: {hint}")


_short_repr = Repr()
_short_repr.maxstring = _short_repr.maxother = 60


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number != 1 else noun.removesuffix('s')}"


def _summary(result: object) -> str:
    """Return a result in a few words, such as `2 event ids`."""
    if result is None:
        return "done"
    if isinstance(result, list):
        return _count(len(result), "items")
    model = type(result)
    names = [field.name for field in attrs.fields(model)] if attrs.has(model) else []
    values = [(name.replace("_", " "), getattr(result, name)) for name in names]
    lists = {name: len(value) for name, value in takewhile(_is_list, values)}
    filled = {name: number for name, number in lists.items() if number}
    counts = [_count(number, name) for name, number in (filled or lists).items()]
    return ", ".join(counts if filled else counts[:1]) or model.__name__


def _is_list(field: tuple[str, object]) -> bool:
    return isinstance(field[1], list)
