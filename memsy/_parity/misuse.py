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
    Decorator,
    FuncDef,
    Import,
    ImportFrom,
    IndexExpr,
    MypyFile,
    Var,
)
from mypy.plugin import ClassDefContext, MethodContext
from mypy.semanal import SemanticAnalyzer
from mypy.types import Instance, Type, get_proper_type

from memsy._parity.marks import MARKS, MIRRORS, argument, marks_above, written_name

PARITY: Final = ErrorCode("parity", "A class or function differs from its reference", "Memsy")

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
    checker, target = context.api, context.context
    assert isinstance(checker, TypeChecker)
    indirect: list[Context] = [target]
    if isinstance(target, (ClassDef, Decorator)):
        direct = marks_above(target)
        others = [decorator for decorator in target.decorators if decorator not in direct]
        indirect = [other for other in others if _is_mark(checker.lookup_type_or_none(other))]
    for node in indirect:
        checker.fail(not_above_a_target(context.type), node, code=PARITY)
    return context.default_return_type


def not_above_a_target(mark: Type) -> str:
    """Return the text for a mark that is not a direct decorator of a class or function."""
    proper = get_proper_type(mark)
    assert isinstance(proper, Instance)
    name, is_mirror = proper.type.name, proper.type.fullname == MIRRORS
    place = "a class or a function of a module" if is_mirror else "a class"
    return (
        f'"{name}" is not called directly above {place}, so it checks nothing: '
        f'write "@{name}(Reference)" above the {"class or function" if is_mirror else "class"}'
    )


def below_a_decorator(function: FuncDef) -> str:
    """Return the text for a mark that is not the first decorator of a function."""
    return (
        f'the mark of "{function.name}" is below another decorator, whose result it does not '
        'compare: write "@mirrors(...)" above all decorators, and only once'
    )


def names_of_a_function(function: FuncDef) -> str:
    """Return the text for `sync=(...)` in the mark of a function."""
    return (
        f'the mark of the function "{function.name}" has `sync=(...)`, which names methods of a '
        "class: remove it"
    )


def unreadable_reference_function(mark: CallExpr, function: FuncDef) -> str:
    """Return the text for a reference that is not the name of a function."""
    name = written_name(argument(mark, "reference"))
    value = f'"{name}"' if name else "an expression"
    return (
        f'the mark of "{function.name}" names {value}, which is not a function of a module that '
        "mypy knows: write the name of the function itself, and let mypy follow its import"
    )


def unreadable_function(name: str) -> str:
    """Return the text for a function whose type has no parameters."""
    return (
        f'"{name}" cannot be compared, because mypy does not know its parameters: annotate its '
        "decorators"
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
