"""
Source text of the expressions that mypy parsed.

The text comes from the syntax tree of mypy instead of the file. The position of an expression in
the file depends on the parser of mypy, and `mypy -c` has no file.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from mypy.nodes import (
    ArgKind,
    Argument,
    AssignmentExpr,
    BytesExpr,
    CallExpr,
    ComparisonExpr,
    ComplexExpr,
    ConditionalExpr,
    DictExpr,
    DictionaryComprehension,
    EllipsisExpr,
    Expression,
    FloatExpr,
    GeneratorExpr,
    IndexExpr,
    IntExpr,
    LambdaExpr,
    ListComprehension,
    ListExpr,
    MemberExpr,
    NameExpr,
    OpExpr,
    SetComprehension,
    SetExpr,
    SliceExpr,
    StarExpr,
    StrExpr,
    SuperExpr,
    TupleExpr,
    UnaryExpr,
)

_PREFIXES: Final = {ArgKind.ARG_STAR: "*", ArgKind.ARG_STAR2: "**"}
_KEYWORD_KINDS: Final = (ArgKind.ARG_NAMED, ArgKind.ARG_NAMED_OPT)
# Python refuses to convert longer integers from and to decimal text.
_MAX_DECIMAL_BITS: Final = 10_000


def source_text(expression: Expression) -> str:
    """Return an expression as source code in a normal form: layout and quotes do not matter."""
    if isinstance(expression, (StrExpr, IntExpr, EllipsisExpr)):
        return _text(expression)
    if name := dotted_name(expression):
        return name
    return normalized(_text(expression))


def dotted_name(expression: Expression) -> str:
    """Return a name such as `a.b.c`; empty for any other expression."""
    if isinstance(expression, MemberExpr):
        base = dotted_name(expression.expr)
        return base and f"{base}.{expression.name}"
    return expression.name if isinstance(expression, NameExpr) else ""


@lru_cache(maxsize=4_096)
def normalized(text: str) -> str:
    """Return source code in the form of `ast.unparse`, or unchanged if Python cannot parse it."""
    try:
        return ast.unparse(ast.parse(text, mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text


def integer_text(value: int) -> str:
    """Return the decimal text of an integer, or hexadecimal text if the integer is too long."""
    return hex(value) if value.bit_length() > _MAX_DECIMAL_BITS else repr(value)


def _text(expression: Expression) -> str:
    write = _WRITERS.get(type(expression))
    # mypy has no name for the remaining kinds, such as template strings: use its own dump.
    return write(expression) if write else f"{type(expression).__name__}({str(expression)!r})"


def _items(expressions: Sequence[Expression]) -> str:
    return "".join(f"{_text(item)}, " for item in expressions)


def _bytes(value: BytesExpr) -> str:
    quote = '"' if "'" in value.value and '"' not in value.value else "'"
    return f"b{quote}{value.value}{quote}"


def _call(call: CallExpr) -> str:
    if interpolated := _interpolation(call):
        return interpolated
    arguments = zip(call.args, call.arg_kinds, call.arg_names, strict=True)
    texts = [
        f"{name}={_text(value)}" if name else f"{_PREFIXES.get(kind, '')}{_text(value)}"
        for value, kind, name in arguments
    ]
    return f"({_text(call.callee)})({', '.join(texts)})"


def _interpolation(call: CallExpr) -> str:
    """Return the text of an f-string, which mypy parses as calls of `join` and `format`."""
    callee = call.callee
    if not isinstance(callee, MemberExpr) or not isinstance(callee.expr, StrExpr):
        return ""
    parts: list[Expression] = [call]
    if callee.expr.value == "" and callee.name == "join" and isinstance(call.args[0], ListExpr):
        parts = call.args[0].items
    try:
        nodes = [_interpolated(part) for part in parts]
        return ast.unparse(ast.JoinedStr(nodes))
    except (SyntaxError, ValueError):
        # An older Python cannot write some f-strings.
        return ""


def _interpolated(part: Expression) -> ast.expr:
    """Return a part of an f-string; raise ValueError if the expression is not one."""
    if isinstance(part, StrExpr):
        return ast.Constant(part.value)
    if isinstance(part, CallExpr) and isinstance(part.callee, MemberExpr) and len(part.args) == 2:
        form = part.callee.expr
        if isinstance(form, StrExpr) and form.value.endswith(":{}}"):
            specification = ast.parse(_text(part.args[1]), mode="eval").body
            if isinstance(specification, ast.Constant):
                specification = ast.JoinedStr([specification] if specification.value else [])
            if isinstance(specification, ast.JoinedStr):
                return ast.FormattedValue(
                    ast.parse(_text(part.args[0]), mode="eval").body,
                    ord(form.value[2]) if form.value.startswith("{!") else -1,
                    specification if specification.values else None,
                )
    raise ValueError(part)


def _lambda(function: LambdaExpr) -> str:
    return f"(lambda {parameter_list(function.arguments)}: {_text(function.expr())})"


def parameter_list(arguments: Sequence[Argument]) -> str:
    """Return the parameters of a function as source code, without annotations."""
    texts: list[str] = []
    has_star = False
    for index, argument in enumerate(arguments):
        if argument.kind in _KEYWORD_KINDS and not has_star:
            texts.append("*")
        has_star = has_star or argument.kind in (ArgKind.ARG_STAR, *_KEYWORD_KINDS)
        default = f"={_text(argument.initializer)}" if argument.initializer else ""
        texts.append(f"{_PREFIXES.get(argument.kind, '')}{argument.variable.name}{default}")
        if argument.pos_only and not any(later.pos_only for later in arguments[index + 1 :]):
            texts.append("/")
    return ", ".join(texts)


def _index(index: IndexExpr) -> str:
    # Slices are valid only between the brackets, without parentheses.
    key = index.index
    inner = _items(key.items) if isinstance(key, TupleExpr) and key.items else _text(key)
    return f"({_text(index.base)})[{inner}]"


def _slice(part: SliceExpr) -> str:
    bounds = (part.begin_index, part.end_index, part.stride)
    return ":".join(_text(bound) if bound else "" for bound in bounds)


def _dict(display: DictExpr) -> str:
    items = [
        f"{_text(key)}: {_text(value)}" if key else f"**{_text(value)}"
        for key, value in display.items
    ]
    return f"{{{', '.join(items)}}}"


def _comparison(comparison: ComparisonExpr) -> str:
    first, *operands = map(_text, comparison.operands)
    pairs = zip(comparison.operators, operands, strict=True)
    return f"({first}{''.join(f' {operator} {operand}' for operator, operand in pairs)})"


def _loops(comprehension: GeneratorExpr | DictionaryComprehension) -> str:
    texts = []
    for index, values, conditions, is_async in zip(
        comprehension.indices,
        comprehension.sequences,
        comprehension.condlists,
        comprehension.is_async,
        strict=True,
    ):
        texts.append(f"{' async' * is_async} for {_text(index)} in {_text(values)}")
        texts += [f" if {_text(condition)}" for condition in conditions]
    return "".join(texts)


def _generator(generator: GeneratorExpr) -> str:
    return f"{_text(generator.left_expr)}{_loops(generator)}"


def _mapping(comprehension: DictionaryComprehension) -> str:
    # Python 3.15 unpacks a mapping for each item, without a key.
    key = f"{_text(comprehension.key)}: " if comprehension.key else "**"
    return f"{key}{_text(comprehension.value)}{_loops(comprehension)}"


def _conditional(choice: ConditionalExpr) -> str:
    return f"({_text(choice.if_expr)} if {_text(choice.cond)} else {_text(choice.else_expr)})"


# A table, because a visitor of mypy must have a method for each of its internal nodes as well.
_WRITERS: Final[dict[type[Expression], Callable[..., str]]] = {
    IntExpr: lambda e: integer_text(e.value),
    StrExpr: lambda e: repr(e.value),
    BytesExpr: _bytes,
    FloatExpr: lambda e: ast.unparse(ast.Constant(e.value)),
    ComplexExpr: lambda e: ast.unparse(ast.Constant(e.value)),
    EllipsisExpr: lambda e: "...",
    NameExpr: lambda e: e.name,
    MemberExpr: lambda e: f"({_text(e.expr)}).{e.name}",
    SuperExpr: lambda e: f"{_text(e.call)}.{e.name}",
    CallExpr: _call,
    IndexExpr: _index,
    SliceExpr: _slice,
    StarExpr: lambda e: f"*{_text(e.expr)}",
    TupleExpr: lambda e: f"({_items(e.items)})" if len(e.items) else "()",
    ListExpr: lambda e: f"[{_items(e.items)}]" if len(e.items) else "[]",
    SetExpr: lambda e: f"{{{_items(e.items)}}}",
    DictExpr: _dict,
    UnaryExpr: lambda e: f"({e.op} {_text(e.expr)})",
    OpExpr: lambda e: f"({_text(e.left)} {e.op} {_text(e.right)})",
    ComparisonExpr: _comparison,
    ConditionalExpr: _conditional,
    AssignmentExpr: lambda e: f"({_text(e.target)} := {_text(e.value)})",
    LambdaExpr: _lambda,
    GeneratorExpr: lambda e: f"({_generator(e)})",
    ListComprehension: lambda e: f"[{_generator(e.generator)}]",
    SetComprehension: lambda e: f"{{{_generator(e.generator)}}}",
    DictionaryComprehension: lambda e: f"{{{_mapping(e)}}}",
}
