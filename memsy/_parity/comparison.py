"""The comparison of a class with what it is to be a likeness of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from mypy.expandtype import expand_type
from mypy.messages import format_type_distinctly
from mypy.nodes import Context
from mypy.options import Options
from mypy.types import (
    Instance,
    ProperType,
    Type,
    TypeVarLikeType,
    TypeVarType,
    get_proper_type,
)

from memsy._parity.members import (
    ASYNC_NAMES,
    ATTRIBUTE,
    READ_ONLY,
    Member,
    Parameter,
    Signature,
    members,
)
from memsy._parity.surfaces import SYNC_TYPES, Surfaces

_AWAITABLE_TYPES: Final = {"typing.Awaitable", "typing.Coroutine"}


class Comparison:
    """Compares class *here*, which is marked, with class *there*, which the mark names."""

    def __init__(self, surfaces: Surfaces, more: list[str], options: Options) -> None:
        self.here, self.there = surfaces.here, surfaces.there
        self.surfaces, self.more, self.options = surfaces, more, options

    def drifts(self) -> Iterator[tuple[Context, str]]:
        """Each line that drifts, and how."""
        cls = self.here.defn
        variables = list[Type](cls.type_vars)
        if len(variables) != len(self.there.type_vars):
            counts = f"{len(variables)} here, {len(self.there.type_vars)} there"
            yield cls, self._drift(cls.name, f"type variables: {counts}")
            return
        is_mirror = self.surfaces.is_mirror
        ours = members(Instance(self.here, variables), with_constructors=is_mirror)
        theirs = members(Instance(self.there, variables), with_constructors=is_mirror)
        if is_mirror:
            theirs = {ASYNC_NAMES.get(name, name): member for name, member in theirs.items()}
        for how in self._absences(ours, theirs):
            yield cls, self._drift(cls.name, how)
        for our in ours.values():
            # An error stands in the file that is being checked, whatever file the member is from.
            is_near = our.owner.module_name == self.here.module_name
            for line, how in self._member(our, theirs.get(our.name)):
                yield line if is_near else cls, self._drift(our.name, how)

    def _drift(self, name: str, how: str) -> str:
        return f'"{name}" drifts from "{self.there.name}": {how}'

    def _absences(self, ours: dict[str, Member], theirs: dict[str, Member]) -> Iterator[str]:
        for name in theirs:
            if name not in ours:
                yield f'it has no "{name}"'
        for name in self.more:
            if name not in ours or name in theirs:
                yield f'"{name}" is declared as more, and is not'

    def _member(self, our: Member, their: Member | None) -> Iterator[tuple[Context, str]]:
        if their is None:
            if our.name not in self.more:
                yield our.node, "it is not there"
        elif not self._alike(our.kind, their.kind):
            yield our.node, f"{our.kind} here, {their.kind} there"
        elif not our.signatures:
            for how in self._type(our.type, their.type):
                yield our.node, f"is {how}"
        elif len(our.signatures) != len(their.signatures):
            counts = f"{len(our.signatures)} here, {len(their.signatures)} there"
            yield our.node, f"overloads: {counts}"
        else:
            is_awaited = self.surfaces.is_mirror and not our.is_constructor
            for ours, theirs in zip(our.signatures, their.signatures, strict=True):
                for how in self._signature(ours, theirs, is_awaited):
                    yield ours.definition, how

    def _alike(self, our_kind: str, their_kind: str) -> bool:
        is_freer = our_kind == ATTRIBUTE and their_kind == READ_ONLY
        return our_kind == their_kind or (is_freer and not self.surfaces.is_mirror)

    def _signature(self, our: Signature, their: Signature, is_awaited: bool) -> Iterator[str]:
        variables = list(zip_longest(our.type.variables, their.type.variables))
        if not all(self._same_variables(ours, theirs) for ours, theirs in variables):
            yield "other type variables here than there"
            return
        renamed = expand_type(
            their.type.copy_modified(variables=[]),
            {theirs.id: ours for ours, theirs in variables},
        )
        pairs = zip_longest(our.parameters, their._replace(type=renamed).parameters)
        for number, (ours, theirs) in enumerate(pairs, 1):
            if not self._same_parameters(ours, theirs):
                yield f"parameter {number} is {self._shown(ours, theirs)}"
                break
        compare = self._awaited if is_awaited else self._type
        result, wanted = get_proper_type(our.type.ret_type), get_proper_type(renamed.ret_type)
        yield from (f"returns {how}" for how in compare(result, wanted))

    def _same_variables(self, our: TypeVarLikeType | None, their: TypeVarLikeType | None) -> bool:
        if our is None or their is None or type(our) is not type(their):
            return False
        bounds = zip_longest(_bounds(our), _bounds(their))
        return all(a is not None and b is not None and self.surfaces.same(a, b) for a, b in bounds)

    def _same_parameters(self, our: Parameter | None, their: Parameter | None) -> bool:
        if our is None or their is None:
            return False
        return our[:-1] == their[:-1] and self.surfaces.same(our.type, their.type)

    def _awaited(self, our: ProperType, their: ProperType) -> Iterator[str]:
        """Compare what `await` gives, or `async for`, with what the blocking call gives."""
        is_iterated = isinstance(their, Instance) and their.type.fullname in SYNC_TYPES.values()
        wanted = SYNC_TYPES.keys() if is_iterated else _AWAITABLE_TYPES
        if isinstance(our, Instance) and our.type.fullname in wanted:
            yield from self._type(our if is_iterated else our.args[-1], their)
        else:
            ours, theirs = format_type_distinctly(our, their, options=self.options)
            yield f"{ours} here, which is not the async form of {theirs} there"

    def _type(self, our: Type, their: Type) -> Iterator[str]:
        if not self.surfaces.same(our, their):
            yield _side_by_side(*format_type_distinctly(our, their, options=self.options))

    def _shown(self, *pair: Parameter | None) -> str:
        kinds = [parameter.type for parameter in pair if parameter]
        shown = iter(format_type_distinctly(*kinds, options=self.options, bare=True))
        ours, theirs = (f'"{p.spelled(next(shown))}"' if p else "absent" for p in pair)
        return _side_by_side(ours, theirs)


def _side_by_side(ours: str, theirs: str) -> str:
    # What differs looks different, but for one case: a mirror has the blocking form of a class.
    return f"{ours} here, {theirs} there" if ours != theirs else f"{ours} here too, which blocks"


def _bounds(variable: TypeVarLikeType) -> list[Type]:
    values = variable.values if isinstance(variable, TypeVarType) else []
    return [variable.upper_bound, *values]
