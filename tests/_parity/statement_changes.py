"""
Changes of a member that need other statements: decorators, aliases, overloads, compound statements.

Each change takes a definition, and returns the statements that replace it, or none if it does not
apply. The names `parity_values`, `parity_others` and some standard modules are imported.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from copy import deepcopy

from tests._parity.signature_changes import Definition, is_property, is_special

TRY = "try: ...\nexcept ValueError: ..."
WITH = "with contextlib.suppress(ValueError): ..."
FOR = "for _number in range(1): ..."
IF = "if parity_values.IS_FAST: ..."


def limited(f: Definition, default: str) -> list[Definition]:
    """Add a keyword parameter with a default value."""
    if is_property(f) or is_special(f):
        return []
    f.args.kwonlyargs.append(ast.arg("added_limit", ast.Name("object")))
    f.args.kw_defaults.append(expression(default))
    return [f]


def moved_below(f: Definition, statement: str) -> list[ast.stmt]:
    """Move a definition to the first block of a compound statement."""
    compound = ast.parse(statement).body[0]
    assert isinstance(compound, (ast.Try, ast.With, ast.For, ast.If))
    compound.body = [f]
    return [compound]


def limited_below(f: Definition, statement: str, default: str) -> list[ast.stmt]:
    return [moved for new in limited(f, default) for moved in moved_below(new, statement)]


def in_both_arms(f: Definition, default: str) -> list[ast.stmt]:
    """Define a method in both arms of an `if` statement; the second arm has the default value."""
    if f.decorator_list or not limited(first := deepcopy(f), "1"):
        return []
    return [ast.If(expression("parity_values.IS_FAST"), [first], [*limited(f, default)])]


def overloaded(f: Definition, default: str) -> list[Definition]:
    """Write two overloads, and an implementation with a default value."""
    if f.decorator_list or not limited(f, default):
        return []
    overloads = [deepcopy(f), deepcopy(f)]
    for overload, annotation in zip(overloads, ("int", "str"), strict=True):
        overload.decorator_list = [expression("typing.overload")]
        overload.args.kwonlyargs[-1].annotation = expression(annotation)
    overloads[0].args.kw_defaults[-1] = ast.Constant(...)
    overloads[1].args.kw_defaults[-1] = None
    return [*overloads, f]


def overloaded_in_other_order(f: Definition) -> list[Definition]:
    definitions = overloaded(f, "1")
    return [*definitions[1::-1], *definitions[2:]]


def aliased(f: Definition) -> list[ast.stmt]:
    """Give the definition a private name, and assign it to the public name."""
    if f.decorator_list or f.name == "__init__" or is_special(f):
        return []
    name, f.name = f.name, f"_defined_{f.name}"
    return [f, *ast.parse(f"{name} = {f.name}").body]


def limited_alias(f: Definition, default: str) -> list[ast.stmt]:
    return [statement for new in limited(f, default) for statement in aliased(new)]


def decorated(f: Definition, decorator: str) -> list[Definition]:
    """Add a decorator to a method."""
    if f.decorator_list or f.name == "__init__" or is_special(f):
        return []
    f.decorator_list = [expression(decorator)]
    return [f]


def cached(f: Definition, default: str) -> list[Definition]:
    """Add `functools.cache`, whose type has no parameters."""
    return [cached for new in limited(f, default) for cached in decorated(new, "functools.cache")]


def decorated_property(f: Definition, decorator: str) -> list[Definition]:
    """Replace the decorator `property`."""
    if not is_property(f):
        return []
    f.decorator_list = [expression(decorator)]
    return [f]


def attribute(f: Definition, annotation: str) -> list[ast.stmt]:
    """Replace a property by an attribute; `{}` stands for the type of the property."""
    if not is_property(f) or f.returns is None:
        return []
    return [*ast.parse(f"{f.name}: {annotation.format(ast.unparse(f.returns))}").body]


def settable(f: Definition, setter: str, *, has_deleter: bool) -> list[Definition]:
    """Add a setter with a type, where `{}` stands for the type of the property, and a deleter."""
    if not is_property(f) or f.returns is None:
        return []
    type_ = setter.format(ast.unparse(f.returns))
    text = f"@{f.name}.setter\ndef {f.name}(self, value: {type_}) -> None: ...\n" if setter else ""
    if has_deleter:
        text += f"@{f.name}.deleter\ndef {f.name}(self) -> None: ..."
    return [f, *(g for g in ast.parse(text).body if isinstance(g, ast.FunctionDef))]


def annotated_result(f: Definition, metadata: str) -> list[Definition]:
    if f.name == "__init__" or f.returns is None:
        return []
    f.returns = expression(f"typing.Annotated[{ast.unparse(f.returns)}, {metadata}]")
    return [f]


def documented(f: Definition) -> list[Definition]:
    f.body.insert(0, ast.Expr(ast.Constant("Do the work.")))
    return [f]


def with_private_neighbour(f: Definition) -> list[Definition]:
    """Add a private method that differs from the public one."""
    if f.name == "__init__":
        return []  # its body refers to the parameters
    private = deepcopy(f)
    private.name, private.args.kwonlyargs = "_private_" + f.name.strip("_"), []
    private.args.kw_defaults, private.decorator_list = [], []
    return [private, f]


def quoted(f: Definition) -> list[Definition]:
    """Write each annotation as a string."""
    for parameter in _parameters(f):
        if parameter.annotation:
            parameter.annotation = ast.Constant(ast.unparse(parameter.annotation))
    f.returns = f.returns and ast.Constant(ast.unparse(f.returns))
    return [f]


def reordered_unions(f: Definition) -> list[Definition]:
    """Write `X | None` as `None | X`."""
    return _with_unions(f, lambda union: ast.BinOp(union.right, ast.BitOr(), union.left))


def optional_unions(f: Definition) -> list[Definition]:
    """Write `X | Y` as `typing.Union[X, Y]`."""
    left_and_right = expression("typing.Union[A, B]")
    assert isinstance(left_and_right, ast.Subscript)

    def union(found: ast.BinOp) -> ast.expr:
        return ast.Subscript(left_and_right.value, ast.Tuple([found.left, found.right]))

    return _with_unions(f, union)


def renamed_everywhere(f: Definition) -> list[Definition]:
    """Rename each keyword-only parameter."""
    for parameter in f.args.kwonlyargs:
        parameter.arg += "_"
    return [f] if f.args.kwonlyargs else []


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _with_unions(f: Definition, change: Callable[[ast.BinOp], ast.expr]) -> list[Definition]:
    changer = _UnionChanger(change)
    for parameter in _parameters(f):
        if parameter.annotation:
            parameter.annotation = changer.visit(parameter.annotation)
    f.returns = f.returns and changer.visit(f.returns)
    return [f] if changer.has_changed else []


def _parameters(f: Definition) -> list[ast.arg]:
    return [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs]


class _UnionChanger(ast.NodeTransformer):
    def __init__(self, change: Callable[[ast.BinOp], ast.expr]) -> None:
        self.change, self.has_changed = change, False

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        self.has_changed = True
        return self.change(node)
