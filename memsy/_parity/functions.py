"""Comparison of two functions, as if they were the methods of two classes."""

from __future__ import annotations

from collections.abc import Iterator

from mypy.checker import TypeChecker
from mypy.nodes import (
    MDEF,
    Block,
    ClassDef,
    Context,
    Decorator,
    OverloadedFuncDef,
    SymbolTable,
    SymbolTableNode,
    TypeInfo,
)
from mypy.options import Options
from mypy.types import FunctionLike, Instance, Type, get_proper_type

from memsy._parity.counterparts import Counterparts
from memsy._parity.differences import SourceComparison
from memsy._parity.member_comparison import MemberComparison
from memsy._parity.members import ClassMember, Signature, is_opaque, signatures_of
from memsy._parity.properties import Accessors
from memsy._parity.source import add_functions
from memsy._parity.statements import Function
from memsy._parity.wording import Wording
from memsy.parity import _kinds as kinds


def function_member(
    node: Function, decorated: Type | None, checker: TypeChecker
) -> ClassMember | None:
    """
    Return a function as a method of a class that stands for its module.

    None if its type says nothing about its parameters, as below a decorator without annotations.

    Args:
        node: Function, with its overloads.
        decorated: Type of the function below its mark; None without a mark.
        checker: Type checker of the current module.
    """
    type_ = get_proper_type(_type(node, decorated, checker))
    raw: list[Signature] = []
    if isinstance(node, Decorator) and type_ is not None and is_opaque(type_):
        raw = signatures_of(node.func, checker.function_type(node.func))
    if isinstance(type_, FunctionLike):
        found = signatures_of(node, type_)
    else:  # `functools.cache` returns an object that is no function.
        found = raw if isinstance(type_, Instance) else []
    if type_ is None or not found:
        return None
    owner = _module_class(node, checker)
    return ClassMember(node.name, kinds.METHOD, owner, node, type_, found, raw, Accessors())


def _type(node: Function, decorated: Type | None, checker: TypeChecker) -> Type | None:
    if isinstance(node, OverloadedFuncDef):
        return node.type
    if isinstance(node, Decorator):
        return decorated or node.var.type
    return checker.function_type(node)


def _module_class(node: Function, checker: TypeChecker) -> TypeInfo:
    """Return a class with the statements of a module, and with one of its functions."""
    file = checker.modules[node.fullname.rpartition(".")[0]]
    names = SymbolTable({node.name: SymbolTableNode(MDEF, node)})
    definition = ClassDef(node.name, Block(file.defs))
    definition.fullname = file.fullname
    info = TypeInfo(names, definition, file.fullname)
    info.mro = [info]
    definition.info = info
    add_functions(info, file, checker.options)
    return info


def differences(
    our: ClassMember, their: ClassMember, counterparts: Counterparts, options: Options
) -> Iterator[tuple[Context, str]]:
    """Yield the location and the message of each difference between two functions."""
    source = SourceComparison(counterparts)
    wording = Wording(their.name, options, is_mirror=True, of_function=True)
    members = MemberComparison(
        counterparts, wording, source, sync=(), pair=(our.owner, their.owner)
    )
    for line, text in (*members.differences(our, their), *source.differences(our, their)):
        yield line, f'"{our.name}"{text}'
