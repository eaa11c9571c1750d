"""What a fake was asked, and what became of it: for asserts, and for a person's eyes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, cached_property
from itertools import takewhile
from reprlib import Repr
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import parse_qsl, unquote

import attrs
from attrs import define, field

from memsy import protocols
from memsy._core.hooks import AttemptEnd, AttemptStart, CallEnd, CallStart, Hook
from memsy._core.secret import MaskedStr
from memsy.exceptions import MemsyClientClosedError, MemsyError
from memsy.models import EventPayload
from memsy.protocols import MemsyClientProtocol, MemsyControlClientProtocol

if TYPE_CHECKING:
    from typing_extensions import Self

    from memsy._core.operation import Operation

_SECRETS = {"secret_access_key"}
_NUMBERS = {"limit", "offset"}
"""What stands as text in a query, and is none."""


@define(eq=False, repr=False, slots=False)
class Call:
    """
    One call of a client's method, with all its attempts and, of an ingest, all its requests.

    A call that was cancelled has neither a *result* nor an *error*.
    """

    operation: str
    """As one writes it, without the client: `search`, `roles.create`."""
    _parts: Sequence[Operation[Any]]
    attempts: int = field(default=0, init=False)
    """How many requests were sent, retries included."""
    result: Any = field(default=None, init=False)
    """What the caller got. It is None for deletions, too: see *is_answered*."""
    error: MemsyError | None = field(default=None, init=False)
    """What the caller was raised."""
    is_answered: bool = field(default=False, init=False)
    """Whether the result is there."""

    @cached_property
    def arguments(self) -> Mapping[str, Any]:
        """
        What was asked, by the names that the service has for it.

        Of an ingest it is the *events*, as `EventPayload`s. What is a default of the client, such
        as a *limit*, is there, too; what it leaves out (None, as a rule) is not.
        """
        if self.operation == "ingest":
            batches = (json.loads(part.request.body or b"{}")["events"] for part in self._parts)
            return {"events": [EventPayload(**event) for batch in batches for event in batch]}
        return _arguments(self._parts[0])

    def __repr__(self) -> str:
        return f"{self.operation}({', '.join(self._asked())}) -> {self._outcome()}"

    def _asked(self) -> Iterator[str]:
        if self.operation == "ingest":
            yield _several(len(self.arguments["events"]), "events")
            return
        rest = dict(self.arguments)
        for name, parameter in inspect.signature(_methods()[self.operation]).parameters.items():
            if name not in rest:
                continue
            value = rest.pop(name)
            if parameter.default is not parameter.empty or parameter.kind is parameter.KEYWORD_ONLY:
                if value != parameter.default:
                    yield f"{name}={_brief.repr(value)}"
            else:
                yield _brief.repr(value)
        for name, value in rest.items():
            yield f"{name}={_brief.repr(value)}"

    def _outcome(self) -> str:
        if self.error is not None:
            outcome = type(self.error).__name__
        elif self.is_answered:
            outcome = _summary(self.result)
        else:
            return "no answer"
        return outcome if self.attempts < 2 else f"{outcome} after {self.attempts} attempts"


class Calls(Sequence[Call]):  # noqa: PLW1641 - they grow, and so must not be hashed
    """
    The calls of one fake and its copies, in the order in which they began.

    A call that the client refuses by itself, with a `MemsyConfigurationError`, asks nothing of
    the service and is not among them. All are kept until `clear()`. They equal a
    list of the same calls.
    """

    def __init__(self) -> None:
        self._noted: list[Call] = []

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        return self._noted[index]

    def __len__(self) -> int:
        return len(self._noted)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Calls, list)) and self._noted == list(other)

    def __repr__(self) -> str:
        return f"Calls({self._noted})"

    def __deepcopy__(self, memo: object) -> Self:
        return self  # as a deep copy of a client has the same service

    @property
    def ingested(self) -> list[EventPayload]:
        """
        The events that the service took, in the order of the calls.

        Repetitions, which it stores once, are among them as often as they were sent. Of an ingest
        that failed half-way, they are those of which it has ids.
        """
        return [event for call in self.of("ingest") for event in _taken(call)]

    def of(self, operation: str) -> list[Call]:
        """
        The calls of one method, such as `search` or `roles.create`.

        Raises:
            ValueError: no client has such a method, or none that asks the service.
        """
        _check(operation)
        return [call for call in self if call.operation == operation]

    def clear(self) -> None:
        """Forget them all."""
        self._noted.clear()

    def append(self, call: Call) -> None:
        """Add a call that starts."""
        self._noted.append(call)


class CallRecorder(Hook):
    """A hook that adds the calls of one client to *calls*."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._active: dict[CallStart, Call] = {}

    def on_call_start(self, event: CallStart) -> None:
        call = self._active[event] = Call(event.name, event.operations)
        self._calls.append(call)

    def on_attempt_start(self, event: AttemptStart) -> None:
        self._active[event.call].attempts += 1

    def on_attempt_end(self, event: AttemptEnd) -> None:
        if isinstance(event.error, MemsyClientClosedError):
            self._active[event.attempt.call].attempts -= 1  # nothing was sent

    def on_call_end(self, event: CallEnd) -> None:
        call = self._active.pop(event.call, None)
        if call is None:
            return  # another hook was interrupted at the start of the call
        if event.error is None:
            call.result, call.is_answered = event.result, True
        elif isinstance(event.error, MemsyError):
            call.error = event.error


def _taken(call: Call) -> Sequence[EventPayload]:
    events: list[EventPayload] = call.arguments["events"]
    if call.is_answered:
        return events
    return events[: len(call.error.event_ids)] if call.error else ()


def _arguments(operation: Operation[object]) -> dict[str, Any]:
    """What a request says, read off its bytes: the ids in its path, its query, its body."""
    path, _, query = operation.request.target.partition("?")
    places = zip(operation.route.partition(" ")[2].split("/"), path.split("/"), strict=True)
    said: dict[str, Any] = {
        place[1:-1]: unquote(value) for place, value in places if place.startswith("{")
    }
    for name, value in parse_qsl(query, keep_blank_values=True):
        said[name] = int(value) if name in _NUMBERS else value
    said |= json.loads(operation.request.body or b"{}")
    return {name: MaskedStr(value) if name in _SECRETS else value for name, value in said.items()}


@cache
def _methods() -> Mapping[str, Callable[..., object]]:
    """The methods by which clients ask the service, by what a call of them is named."""
    return dict((*_methods_of(MemsyClientProtocol), *_methods_of(MemsyControlClientProtocol)))


def _methods_of(surface: type, noun: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    for name, member in vars(surface).items():
        if isinstance(member, property):
            yield from _methods_of(getattr(protocols, f"{name.title()}Protocol"), f"{name}.")
        elif inspect.isfunction(member) and not name.startswith("_") and name != "close":
            yield f"{noun}{name}", member


def _check(operation: str) -> None:
    methods = _methods()
    if operation not in methods:
        near = get_close_matches(operation, methods, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "what is meant is such as 'roles.create'"
        raise ValueError(f"no client asks the service {operation!r}: {hint}")


_brief = Repr()
_brief.maxstring = _brief.maxother = 60


def _several(number: int, things: str) -> str:
    return f"{number} {things if number != 1 else things.removesuffix('s')}"


def _summary(result: object) -> str:
    """A result in two or three words."""
    if result is None:
        return "done"
    if isinstance(result, list):
        return _several(len(result), "items")
    model = type(result)
    names = [field.name for field in attrs.fields(model)] if attrs.has(model) else []
    values = [(name.replace("_", " "), getattr(result, name)) for name in names]
    lists = {name: len(value) for name, value in takewhile(_is_list, values)}
    filled = {name: number for name, number in lists.items() if number}
    counts = [_several(number, name) for name, number in (filled or lists).items()]
    return ", ".join(counts if filled else counts[:1]) or model.__name__


def _is_list(field: tuple[str, object]) -> bool:
    return isinstance(field[1], list)
