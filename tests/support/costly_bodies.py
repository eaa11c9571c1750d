"""Response bodies whose parsed form, or whose errors, take far more memory than their bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import frozen

from memsy._core.json_codec import MAX_BRACKETS

MakeBody: TypeAlias = Callable[[int], bytes]
"""Returns a body of at most so many bytes, with at most `MAX_BRACKETS` brackets."""

_RESULT = b'{"id":"m1","content":"","score":1}'
_METADATA = b'{"results":[{"id":"m1","content":"","score":1,"metadata":{"a":['


@frozen
class CostlyBody:
    """A response to a search."""

    make: MakeBody
    status: int = 200
    problem: str = ""
    """Part of the error message; empty for a body that the client accepts."""
    is_nested: bool = False
    """Arrays or objects that hold little but other arrays or objects."""


def _repeated(item: bytes, start: bytes = b"[", end: bytes = b"]") -> MakeBody:
    """Return a factory of bodies that repeat `item` between `start` and `end`."""
    brackets = item.count(b"[") + item.count(b"{")
    others = sum(text.count(bracket) for text in (start, end) for bracket in (b"[", b"{"))

    def make(size: int) -> bytes:
        count = (size - len(start) - len(end)) // (len(item) + 1)
        if brackets:
            count = min(count, (MAX_BRACKETS - others) // brackets)
        return start + b",".join([item] * count) + end

    return make


def _text(content: bytes) -> MakeBody:
    """Return a factory of bodies of one JSON text that repeats `content`."""
    return lambda size: b'"' + content * ((size - 2) // len(content)) + b'"'


def _keys(start: bytes = b"{", end: bytes = b"}") -> MakeBody:
    """Return a factory of bodies with one object of many keys between `start` and `end`."""

    def make(size: int) -> bytes:
        count = (size - len(start) - len(end)) // len(b'"1000000":1,')
        entries = b",".join(b'"%d":1' % number for number in range(1_000_000, 1_000_000 + count))
        return start + entries + end

    return make


COSTLY_BODIES: Mapping[str, CostlyBody] = {
    "empty-objects": CostlyBody(
        _repeated(b"{}", b'{"results":[', b"]}"), problem="$.results[0].id: is missing"
    ),
    "numbers": CostlyBody(
        _repeated(b"0", b'{"results":[', b"]}"),
        problem="$.results[0]: expected an object, got a number",
    ),
    "floats": CostlyBody(
        _repeated(b"1e5", b'{"results":[', b"]}"),
        problem="$.results[0]: expected an object, got a number",
    ),
    "texts": CostlyBody(
        _repeated(b'"ab"', b'{"results":[', b"]}"),
        problem="$.results[0]: expected an object, got a string",
    ),
    "last-result-invalid": CostlyBody(
        _repeated(_RESULT, b'{"results":[', b",{}]}"), problem="].id: is missing"
    ),
    "empty-lists-in-metadata": CostlyBody(_repeated(b"[]", _METADATA, b"]}}]}")),
    "unknown-keys": CostlyBody(_keys()),
    "keys-in-place-of-results": CostlyBody(
        _keys(b'{"results":{', b"}}"), problem="$.results: expected an array, got an object"
    ),
    "escapes": CostlyBody(_text(rb"\u0041"), problem="$: expected an object, got a string"),
    "emoji": CostlyBody(
        _text("\N{HOT BEVERAGE}".encode()), problem="$: expected an object, got a string"
    ),
    "422-items": CostlyBody(
        _repeated(b'{"loc":["body","a"],"msg":"m"}', b'{"detail":[', b"]}"),
        status=422,
        problem="422: a: m; a: m;",
    ),
    "422-empty-items": CostlyBody(
        _repeated(b"{}", b'{"detail":[', b"]}"), status=422, problem="422: invalid; invalid;"
    ),
    "422-location": CostlyBody(
        _repeated(b"1", b'{"detail":[{"loc":[', b'],"msg":"m"}]}'),
        status=422,
        problem="422: 1.1.1.1.",
    ),
    "422-message": CostlyBody(
        _repeated(b"1", b'{"detail":[{"loc":["a"],"msg":[', b"]}]}"),
        status=422,
        problem="422: a: ...",
    ),
    "404-numbers": CostlyBody(_repeated(b"0"), status=404, problem="404: [0,0,0"),
    "404-keys": CostlyBody(_keys(), status=404, problem='404: {"1000000":1,'),
    "more-brackets-than-allowed": CostlyBody(
        lambda size: b"[" + b"[]," * MAX_BRACKETS + b"[]]",
        problem="more than 1,000,000 opening brackets",
    ),
    "404-more-brackets-than-allowed": CostlyBody(
        lambda size: b"[" + b"[]," * MAX_BRACKETS + b"[]]", status=404, problem="404: [[],[],[]"
    ),
    "lists-in-lists": CostlyBody(
        _repeated(b"[" * 500 + b"]" * 500, _METADATA, b"]}}]}"), is_nested=True
    ),
    "objects-in-objects": CostlyBody(
        _repeated(b'{"a":' * 500 + b"0" + b"}" * 500, _METADATA, b"]}}]}"), is_nested=True
    ),
}
"""Bodies by name."""
