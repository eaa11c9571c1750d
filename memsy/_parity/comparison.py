"""Comparison of the public members of a marked class with its reference class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from mypy.expandtype import expand_type
from mypy.messages import format_type_bare, format_type_distinctly
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

from memsy._parity.counterparts import SYNC_TYPES, Counterparts
from memsy._parity.differences import SourceComparison
from memsy._parity.members import (
    ASYNC_NAMES,
    ATTRIBUTE,
    READ_ONLY,
    ClassMember,
    Parameter,
    Signature,
    public_members,
)

_AWAITABLE_TYPES: Final = {"typing.Awaitable", "typing.Coroutine"}
_ASYNC_TYPES: Final = {sync: name.rpartition(".")[2] for name, sync in SYNC_TYPES.items()}


class Comparison:
    """
    Differences between a marked class and its reference class.

    In names of variables, `our` belongs to the marked class, and `their` to the reference class.
    """

    def __init__(self, counterparts: Counterparts, more: list[str], options: Options) -> None:
        self.marked, self.reference = counterparts.marked, counterparts.reference
        self.counterparts, self.more, self.options = counterparts, more, options
        self.is_mirror, self.source = counterparts.is_mirror, SourceComparison(counterparts)

    def differences(self) -> Iterator[tuple[Context, str]]:
        """Yield the location and the message of each difference."""
        cls = self.marked.defn
        our_variables = list[Type](cls.type_vars)
        our_count, their_count = len(our_variables), len(self.reference.type_vars)
        if our_count != their_count:
            text = self._difference_text(str(our_count), str(their_count), "use the same number")
            yield cls, f'"{cls.name}": the number of type variables is {text}'
            return
        ours = public_members(
            Instance(self.marked, our_variables), with_class_members=self.is_mirror
        )
        theirs = public_members(
            Instance(self.reference, our_variables), with_class_members=self.is_mirror
        )
        if self.is_mirror:
            theirs = {ASYNC_NAMES.get(name, name): member for name, member in theirs.items()}
        for message in self._missing_members(ours, theirs):
            yield cls, message
        for our in ours.values():
            # mypy reports errors only in the file that it checks; a base can be in another file.
            is_in_file = our.owner.module_name == self.marked.module_name
            their = theirs.get(our.name)
            for line, message in self._member_differences(our, their):
                yield line if is_in_file else cls, message
            if their:
                for line, message in self.source.differences(our, their):
                    yield line if is_in_file else cls, message

    def _missing_members(
        self, ours: dict[str, ClassMember], theirs: dict[str, ClassMember]
    ) -> Iterator[str]:
        marked, reference = self.marked.name, self.reference.name
        for name in theirs:
            if name not in ours:
                yield f'"{marked}" has no "{name}", but "{reference}" has: add it to "{marked}"'
        for name in self.more:
            if name not in ours:
                yield f'"{name}" is in `more=(...)` but not in "{marked}": remove the name'
            elif name in theirs:
                yield f'"{name}" is in `more=(...)` but also in "{reference}": remove the name'

    def _member_differences(
        self, our: ClassMember, their: ClassMember | None
    ) -> Iterator[tuple[Context, str]]:
        name = our.name
        if their is None:
            if name not in self.more:
                yield our.node, self._undeclared_member_text(name)
        elif not self._are_same_kind(our.kind, their.kind):
            text = self._difference_text(our.kind, their.kind, f"make it {their.kind}")
            yield our.node, f'"{name}" is {text}'
        elif not our.signatures:
            for text in self._type_differences(our.type, their.type):
                yield our.node, f'"{name}" is {text}'
        elif (count := len(our.signatures)) != len(their.signatures):
            text = self._difference_text(
                str(count), str(len(their.signatures)), "write the same overloads"
            )
            yield our.node, f'"{name}": the number of signatures is {text}'
        else:
            is_async = self.is_mirror and not our.belongs_to_class
            for ours, theirs in zip(our.signatures, their.signatures, strict=True):
                for text in self._signature_differences(ours, theirs, is_async):
                    yield ours.definition, f'"{name}"{text}'

    def _undeclared_member_text(self, name: str) -> str:
        reference = f'"{self.reference.name}"'
        place = reference if self.is_mirror else "`more=(...)`"
        return f'"{name}" is public but not in {reference}: add it to {place} or make it private'

    def _are_same_kind(self, our_kind: str, their_kind: str) -> bool:
        implements_property = our_kind == ATTRIBUTE and their_kind == READ_ONLY
        return our_kind == their_kind or (implements_property and not self.is_mirror)

    def _signature_differences(
        self, our: Signature, their: Signature, is_async: bool
    ) -> Iterator[str]:
        variables = list(zip_longest(our.type.variables, their.type.variables))
        if not all(self._are_same_variables(ours, theirs) for ours, theirs in variables):
            our_names = self._format_variables(our.type.variables)
            their_names = self._format_variables(their.type.variables)
            text = self._difference_text(our_names, their_names, "use the same")
            yield f": the type variables are {text}"
            return
        renamed = expand_type(
            their.type.copy_modified(variables=[]),  # pyrefly: ignore[bad-argument-type]
            {theirs.id: ours for ours, theirs in variables},
        )
        pairs = zip_longest(our.parameters, their._replace(type=renamed).parameters)
        for number, (ours, theirs) in enumerate(pairs, 1):
            if not self._are_same_parameters(ours, theirs):
                yield f": parameter {number} is {self._parameter_difference(ours, theirs)}"
                break
        compare = self._async_result_differences if is_async else self._type_differences
        our_result = get_proper_type(our.type.ret_type)
        their_result = get_proper_type(renamed.ret_type)
        yield from (f" returns {text}" for text in compare(our_result, their_result))

    def _are_same_variables(
        self, our: TypeVarLikeType | None, their: TypeVarLikeType | None
    ) -> bool:
        if our is None or their is None or type(our) is not type(their):
            return False
        return all(
            ours is not None
            and theirs is not None
            and self.counterparts.are_equivalent(ours, theirs)
            for ours, theirs in zip_longest(_bounds(our), _bounds(their))
        )

    def _are_same_parameters(self, our: Parameter | None, their: Parameter | None) -> bool:
        if our is None or their is None:
            return False
        return our[:-1] == their[:-1] and self.counterparts.are_equivalent(our.type, their.type)

    def _async_result_differences(self, our: ProperType, their: ProperType) -> Iterator[str]:
        """Compare the result of `await` or `async for` with the result of the sync method."""
        is_iterated = isinstance(their, Instance) and their.type.fullname in _ASYNC_TYPES
        async_types = SYNC_TYPES.keys() if is_iterated else _AWAITABLE_TYPES
        if isinstance(our, Instance) and our.type.fullname in async_types:
            yield from self._type_differences(our if is_iterated else our.args[-1], their)
        else:
            ours, theirs = format_type_distinctly(our, their, options=self.options)
            reason = f'which is not the async form of {theirs} in "{self.reference.name}"'
            fix = (
                f'return "{_ASYNC_TYPES[their.type.fullname]}" from a plain `def`'
                if isinstance(their, Instance) and is_iterated
                else "make it `async def`"
            )
            yield f"{ours}, {reason}: {fix}"

    def _type_differences(self, our: Type, their: Type) -> Iterator[str]:
        if not self.counterparts.are_equivalent(our, their):
            ours, theirs = format_type_distinctly(our, their, options=self.options)
            fix = "use the same type or its async form" if self.is_mirror else "use the same type"
            yield self._difference_text(ours, theirs, fix)

    def _parameter_difference(self, our: Parameter | None, their: Parameter | None) -> str:
        types = [parameter.type for parameter in (our, their) if parameter]
        texts = iter(format_type_distinctly(*types, options=self.options, bare=True))
        ours = f'"{our.format(next(texts))}"' if our else "absent"
        theirs = f'"{their.format(next(texts))}"' if their else "absent"
        fix = "add it" if our is None else "remove it" if their is None else "use the same"
        return self._difference_text(ours, theirs, fix)

    def _difference_text(self, ours: str, theirs: str, fix: str) -> str:
        """Return the end of a message: both values and the fix."""
        # The texts of different types are equal if a mirror uses the sync form of a class.
        if ours == theirs:
            return f'{ours} as in "{self.reference.name}", which is sync: use its async form'
        return f'{ours}, but {theirs} in "{self.reference.name}": {fix}'

    def _format_variables(self, variables: Sequence[TypeVarLikeType]) -> str:
        texts = []
        for variable in variables:
            bounds = (format_type_bare(bound, self.options) for bound in _bounds(variable))
            bound, *values = bounds
            texts.append(f'"{variable.name}: {" or ".join(values) or bound}"')
        return ", ".join(texts) or "absent"


def _bounds(variable: TypeVarLikeType) -> list[Type]:
    values = variable.values if isinstance(variable, TypeVarType) else []
    return [variable.upper_bound, *values]
