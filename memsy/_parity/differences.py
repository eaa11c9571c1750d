"""Differences between two members that only their source text shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from mypy.nodes import Context, Var
from mypy.types import CallableType, FunctionLike, Instance, Type, UnionType, get_proper_type

from memsy._parity.counterparts import Counterparts
from memsy._parity.defaults import Callables, Resolved, Resolver, Value, parsed
from memsy._parity.generated import field_names
from memsy._parity.marks import MARKS
from memsy._parity.members import ClassMember
from memsy._parity.source import UNSTATED, has_source, locate
from memsy._parity.statements import FUNCTIONS, is_special
from memsy._parity.values import Values

_DEPRECATED: Final = {"warnings.deprecated", "typing_extensions.deprecated"}
_AWAITABLE: Final = {"typing.Awaitable", "typing.Coroutine"}
_DOCUMENTATION: Final = re.compile(r"[\w.]*\bDoc\(")
_NAMED_PARAMETERS: Final = {"__call__", "__init__", "__init_subclass__", "__new__"}
"""Special methods whose callers can pass arguments by name."""
_DISPLAYS: Final = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict)
_MAX_TEXT: Final = 60
_BEFORE_DIFFERENCE: Final = 20

Difference = tuple[Context | None, str]


class SourceComparison:
    """Comparison of the members of a marked class with those of its reference class."""

    def __init__(self, counterparts: Counterparts) -> None:
        self._marked, self._reference = counterparts.marked, counterparts.reference
        self._is_mirror = counterparts.is_mirror
        self._values = Values(counterparts)
        self._resolver = Resolver(self._values)

    def differences(self, our: ClassMember, their: ClassMember) -> Iterator[tuple[Context, str]]:
        """Yield the location and the end of the message for each difference of two members."""
        ours = self._resolver.callables(our.owner, our.name)
        theirs = self._resolver.callables(their.owner, their.name)
        found: list[Difference] = []
        if isinstance(our.node, FUNCTIONS) or (ours and theirs):
            pairs = self._function_pairs(ours or _blanks(theirs), theirs or _blanks(ours))
            found += (d for pair in pairs for d in self._function_differences(pair, our, their))
        found += self._value_differences(our, their, are_functions=bool(ours and theirs))
        found += self._metadata_differences(our, their)
        for context, text in dict.fromkeys(found):
            if text:
                yield context or our.node, f": {text}"

    def is_bound_method(self, member: ClassMember) -> bool:
        """Return True if the class body assigns a method of an object, as in `"{}".format`."""
        return self._resolver.is_bound_method(member.owner, member.name)

    def name_one_function(self, our: ClassMember, their: ClassMember) -> bool:
        """Return True if both class bodies assign the same function, as in `datetime.now`."""
        function = self._resolver.named_function(our.owner, our.name)
        other = self._resolver.named_function(their.owner, their.name)
        return function is not None and function is other

    def _function_pairs(
        self, ours: list[Callables], theirs: list[Callables]
    ) -> Iterator[tuple[Resolved, Resolved]]:
        """Yield the functions to compare: overloads, implementations, or one function each."""
        are_parallel = len(ours) == len(theirs)
        pairs = zip(ours, theirs, strict=True) if are_parallel else product(ours, theirs)
        for our, their in pairs:
            if len(our.items) == len(their.items):
                yield from zip(our.items, their.items, strict=True)
            if our.implementation and their.implementation:
                yield our.implementation, their.implementation
            elif our.implementation:
                yield from self._implemented(our.implementation, their.items)
            elif their.implementation:
                for other, implementation in self._implemented(their.implementation, our.items):
                    yield implementation, other

    def _implemented(
        self, implementation: Resolved, items: list[Resolved]
    ) -> Iterator[tuple[Resolved, Resolved]]:
        """Yield the default values of an implementation that no overload states."""
        for name, default in implementation.defaults.items():
            stated = [item.defaults[name] for item in items if item.defaults.get(name)]
            if stated and default not in stated:
                yield (
                    implementation._replace(defaults={name: default}, metadata={}, decorators=[]),
                    Resolved({name: stated[0]}, 0, [], {}, {}, None),
                )

    def _function_differences(
        self, pair: tuple[Resolved, Resolved], our: ClassMember, their: ClassMember
    ) -> Iterator[Difference]:
        ours, theirs = pair
        for name, other in _parameters(ours, theirs, our.name):
            context = ours.contexts.get(name, ours.context)
            default, expected = ours.defaults[name], theirs.defaults[other]
            if self._are_comparable(pair, (name, other), our, their):
                yield context, self._text(f'the default of "{name}"', default, expected)
            metadata = (ours.metadata.get(name, []), theirs.metadata.get(other, []))
            yield context, self._text(f'the metadata of "{name}"', *map(_joined, metadata))
        results = (ours.metadata.get("return", []), theirs.metadata.get("return", []))
        yield ours.context, self._text("the metadata of the result", *map(_joined, results))
        yield from ((ours.context, text) for text in self._decorator_differences(ours, theirs))

    def _are_comparable(
        self,
        pair: tuple[Resolved, Resolved],
        names: tuple[str, str],
        our: ClassMember,
        their: ClassMember,
    ) -> bool:
        defaults = [side.defaults[name] for side, name in zip(pair, names, strict=True)]
        # The comparison of types reports an absent default, if mypy knows the parameters.
        if not all(defaults) and isinstance(our.type, FunctionLike):
            return False
        types = [
            _parameter_types(member.type).get(name)
            for member, name in zip((our, their), names, strict=True)
        ]
        return not (all(map(_is_name, defaults)) and _became_async(*types))

    def _decorator_differences(self, our: Resolved, their: Resolved) -> Iterator[str]:
        callees = dict.fromkeys(call.callee for call in (*our.decorators, *their.decorators))
        for callee in (name for name in callees if name not in MARKS):
            ours = [call.text for call in our.decorators if call.callee == callee]
            theirs = [call.text for call in their.decorators if call.callee == callee]
            if callee in _DEPRECATED:
                ours = [text.replace(self._marked.name, self._reference.name) for text in ours]
                theirs = [text.replace(self._marked.name, self._reference.name) for text in theirs]
            elif len(ours) != len(theirs):
                continue
            yield self._text("the decorator", _joined(ours), _joined(theirs))

    def _value_differences(
        self, our: ClassMember, their: ClassMember, *, are_functions: bool
    ) -> Iterator[Difference]:
        """Compare the values that both class bodies give to an attribute."""
        if isinstance(our.node, FUNCTIONS) or isinstance(their.node, FUNCTIONS):
            return
        if our.is_wrapped and their.is_wrapped:
            return  # The arguments of `partialmethod` are compared as default values.
        # The parameters of `__init__` stand for the fields.
        is_field = our.name in field_names(our.owner) | field_names(their.owner)
        is_item = our.owner.is_named_tuple and their.owner.is_named_tuple
        is_constant = self._is_constant(our, their)
        if is_field or not (self._is_mirror or is_constant or is_item or are_functions):
            return
        ours, theirs = self._value(our), self._value(their)
        if not _are_comparable_values(ours, theirs):
            return
        are_known = is_item and has_source(our.owner) and has_source(their.owner)
        is_required = are_known or (is_constant and self._is_required(theirs))
        if is_required or (ours.text and theirs.text):
            subject = f'the default of "{our.name}"' if is_item else "the value"
            # A field of a named tuple has no line of its own.
            place = next(iter(locate(our.owner, our.name)), None)
            yield place, self._text(subject, ours.text, theirs.text)

    def _is_constant(self, our: ClassMember, their: ClassMember) -> bool:
        return _is_constant(their) or (self._is_mirror and _is_constant(our))

    def _is_required(self, theirs: Value) -> bool:
        """Return True if the absence of one of the values is a difference."""
        return not self._reference.is_protocol if self._is_mirror else bool(theirs.text)

    def _value(self, member: ClassMember) -> Value:
        """Return the value of an attribute in canonical form."""
        texts = self._values.source(member.owner).values.get(member.name, [])
        type_ = member.node.type if isinstance(member.node, Var) else None
        stated = [text for text in texts if self._resolver.is_stated(text, type_)]
        values = [self._resolver.value(text, member.owner) for text in stated]
        are_known = stated == texts and UNSTATED not in texts
        text = " or ".join(dict.fromkeys(value.text for value in values))
        callee = values[0].callee if values else ""
        is_function = any(value.is_function for value in values)
        return Value(text, callee, are_known, is_function)

    def _metadata_differences(self, our: ClassMember, their: ClassMember) -> Iterator[Difference]:
        """Compare attributes; a property has the metadata of its result."""
        if isinstance(our.node, Var) or isinstance(their.node, Var):
            ours, theirs = self._metadata(our), self._metadata(their)
            yield our.node, self._text("the metadata", _joined(ours), _joined(theirs))

    def _metadata(self, member: ClassMember) -> list[str]:
        source = self._values.source(member.owner)
        texts = source.metadata.get(member.name, [])
        for definition in source.functions.get(member.name, []):
            texts = definition.items[0].metadata.get("return", [])
        return [self._values.canonical(text, member.owner) for text in texts]

    def _text(self, subject: str, value: str, expected: str) -> str:
        """Return the end of a message, or an empty text if both values are equal."""
        if value == expected:
            return ""
        ours, theirs = excerpts(value, expected)
        fix = "use the same" if value and expected else "add it" if expected else "remove it"
        place = f'"{self._reference.name}"'
        return f"{subject} is {ours or 'absent'}, but {theirs or 'absent'} in {place}: {fix}"


def excerpts(*texts: str) -> list[str]:
    """Shorten long texts to the part in which they differ."""
    letters = enumerate(zip(*texts, strict=False))
    common = next((index for index, pair in letters if len({*pair}) > 1), min(map(len, texts)))
    start = max(0, common - _BEFORE_DIFFERENCE) if max(map(len, texts)) > _MAX_TEXT else 0
    return [
        f"{'...' * (start > 0)}{text[start : start + _MAX_TEXT]}"
        f"{'...' * (len(text) > start + _MAX_TEXT)}"
        for text in texts
    ]


def _blanks(definitions: list[Callables]) -> list[Callables]:
    """Return functions with the same parameters, for a method without source text."""
    return [
        Callables(
            [
                Resolved(dict.fromkeys(item.defaults, ""), item.positional_only, [], {}, {}, None)
                for item in definition.items
            ],
            None,
        )
        for definition in definitions
    ]


def _parameters(ours: Resolved, theirs: Resolved, method: str) -> Iterator[tuple[str, str]]:
    """Yield the names of each parameter that both functions have."""
    by_position = is_special(method) and method not in _NAMED_PARAMETERS
    pairs = enumerate(zip(ours.defaults, theirs.defaults, strict=False))
    count = min(ours.positional_only, theirs.positional_only)
    positional = {name: other for index, (name, other) in pairs if by_position or index < count}
    yield from positional.items()
    for name in ours.defaults:
        if name not in positional and name in theirs.defaults:
            yield name, name


def _parameter_types(type_: Type) -> dict[str, Type]:
    if not isinstance(type_, CallableType):
        return {}
    pairs = zip(type_.arg_names, type_.arg_types, strict=True)
    return {name: parameter for name, parameter in pairs if name}


def _became_async(our: Type | None, their: Type | None) -> bool:
    """Return True if a parameter is an async callback in place of a sync callback."""
    return _is_async_callback(our) and not _is_async_callback(their)


def _is_async_callback(type_: Type | None) -> bool:
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        return any(map(_is_async_callback, proper.items))
    result = get_proper_type(proper.ret_type) if isinstance(proper, CallableType) else None
    return isinstance(result, Instance) and result.type.fullname in _AWAITABLE


def _is_name(text: str) -> bool:
    """Return True if a default value is a name, or a lambda in its place."""
    value = parsed(text)
    return isinstance(value, (ast.Name, ast.Attribute, ast.Lambda))


def _are_comparable_values(ours: Value, theirs: Value) -> bool:
    """Return False for two functions, calls of other functions, or a value that is not known."""
    if not (ours.is_known and theirs.is_known):
        return False
    if ours.is_function or theirs.is_function:
        other = theirs if ours.is_function else ours
        return not other.is_function and isinstance(parsed(other.text), _DISPLAYS)
    # A call of a class or function of Python, such as `frozenset`, is a value like any other.
    are_calls = "." in ours.callee and "." in theirs.callee
    return ours.callee == theirs.callee or not are_calls


def _is_constant(member: ClassMember) -> bool:
    node = member.node
    is_declared = isinstance(node, Var) and (node.is_final or node.is_classvar)
    return is_declared or member.name.isupper()


def _joined(texts: Iterable[str]) -> str:
    # `Doc` is documentation, which is not compared.
    return ", ".join(text for text in texts if not _DOCUMENTATION.match(text))
