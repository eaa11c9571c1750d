"""Marks that mypy would not check, and the texts of the errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy.checker import TypeChecker
from mypy.errorcodes import ErrorCode
from mypy.nodes import (
    CallExpr,
    ClassDef,
    Context,
    Import,
    ImportFrom,
    IndexExpr,
    MypyFile,
    Var,
)
from mypy.plugin import ClassDefContext, MethodContext
from mypy.semanal import SemanticAnalyzer
from mypy.types import Instance, Type, get_proper_type

from memsy._parity.marks import MARKS, argument, marks_above, written_name

PARITY: Final = ErrorCode("parity", "A class differs from its reference class", "Memsy")

_PUBLIC_NAMES: Final = {*MARKS, *(mark.replace("._decorators", "") for mark in MARKS)}


def report_unchecked_function(context: ClassDefContext) -> None:
    """Report the marks in a function that mypy does not check."""
    api = context.api
    assert isinstance(api, SemanticAnalyzer)
    if not api.in_checked_function():
        message = (
            f'the mark of "{context.cls.name}" is not checked, because mypy skips a function '
            "without annotations: annotate the function, or set `check_untyped_defs = True`"
        )
        for mark in marks_above(context.cls):
            api.fail(message, mark, serious=True, code=PARITY)


def report_subclass(context: ClassDefContext) -> None:
    """Report a subclass of a mark, also where mypy's own error is ignored."""
    mark = written_name(context.reason)
    message = (
        f'"{context.cls.name}" is a subclass of the mark "{mark}", and its uses are not checked: '
        f'write "@{mark}(...)" above each class'
    )
    context.api.fail(message, context.cls, serious=True, code=PARITY)


def report_unfollowed_import(context: ClassDefContext) -> None:
    """Report the marks that are Any, because mypy does not read the module `memsy.parity`."""
    api = context.api
    assert isinstance(api, SemanticAnalyzer)
    for decorator in context.cls.decorators:
        name = written_name(decorator.callee) if isinstance(decorator, CallExpr) else ""
        if name and _PUBLIC_NAMES.intersection(_unfollowed_names(name, decorator, api)):
            message = (
                f'"@{name}(...)" of "{context.cls.name}" is not checked, because mypy does not '
                "follow the import of memsy.parity: install memsy where mypy finds it, and "
                "set `follow_imports = normal` for `memsy.*`"
            )
            api.fail(message, decorator, serious=True, code=PARITY)


def report_indirect_mark(context: MethodContext) -> Type:
    """Report a mark that comes from a variable, a call by hand, or a mark above a function."""
    checker, cls = context.api, context.context
    assert isinstance(checker, TypeChecker)
    indirect: list[Context] = [cls]
    if isinstance(cls, ClassDef):
        direct = marks_above(cls)
        others = [decorator for decorator in cls.decorators if decorator not in direct]
        indirect = [other for other in others if _is_mark(checker.lookup_type_or_none(other))]
    for node in indirect:
        checker.fail(not_above_a_class(context.type), node, code=PARITY)
    return context.default_return_type


def not_above_a_class(mark: Type) -> str:
    """Return the text for a mark that is not a direct decorator of a class."""
    proper = get_proper_type(mark)
    assert isinstance(proper, Instance)
    name = proper.type.name
    return (
        f'"{name}" is not called directly above a class, so it checks nothing: '
        f'write "@{name}(Reference)" above the class'
    )


def unreadable_reference(mark: CallExpr, cls: ClassDef) -> str:
    """Return the text for a reference that is not the name of a class."""
    reference = argument(mark, "reference")
    name = written_name(reference)
    if isinstance(reference, IndexExpr):
        base = written_name(reference.base)
        return f'the mark of "{cls.name}" names "{name}" with type arguments: write "{base}"'
    value = f'"{name}"' if name else "an expression"
    return (
        f'the mark of "{cls.name}" names {value}, which is not a class that mypy knows: write the '
        "name of the class itself, and let mypy follow its import"
    )


def unreadable_names(mark: CallExpr, cls: ClassDef, argument_name: str) -> str:
    """Return the text for names of members that are not literals."""
    name = written_name(argument(mark, argument_name))
    value = f'"{name}"' if name else "an expression"
    return (
        f'`{argument_name}` of "{cls.name}" is {value}, not a tuple of literals: '
        f'write `{argument_name}=("name",)`'
    )


def repeated(mark: CallExpr, cls: ClassDef) -> str:
    """Return the text for two equal marks."""
    text = f"@{written_name(mark.callee)}({written_name(argument(mark, 'reference'))})"
    return f'"{cls.name}" has the mark "{text}" twice: remove one'


def _is_mark(type_: Type | None) -> bool:
    proper = get_proper_type(type_)
    return isinstance(proper, Instance) and proper.type.fullname in MARKS


def _unfollowed_names(name: str, context: Context, api: SemanticAnalyzer) -> list[str]:
    """Return the full names of a name that comes from a module that mypy does not read."""
    first, *rest = name.split(".")
    symbol = api.lookup(first, context, suppress_errors=True)
    node = symbol.node if symbol else None
    while isinstance(node, MypyFile) and rest:
        full_name = f"{node.fullname}.{rest[0]}"
        symbol = node.names.get(rest[0])
        node = symbol.node if symbol else api.modules.get(full_name)
        if node is None:
            return [".".join((full_name, *rest[1:]))]
        rest = rest[1:]
    if not isinstance(node, Var) or not node.is_suppressed_import:
        return []
    file = api.modules.get(node.fullname.rpartition(".")[0], api.cur_mod_node)
    return [".".join((target, *rest)) for target in _imports(node.name, file)]


def _imports(name: str, file: MypyFile) -> Iterator[str]:
    """Yield the full names that the import statements of a file bind to a name."""
    for statement in file.imports:
        if isinstance(statement, ImportFrom):
            names = [item for item, alias in statement.names if (alias or item) == name]
            yield from (f"{statement.id}.{item}" for item in names)
        elif isinstance(statement, Import):
            for module, alias in statement.ids:
                if alias == name:
                    yield module
                elif alias is None and module.partition(".")[0] == name:
                    yield name
