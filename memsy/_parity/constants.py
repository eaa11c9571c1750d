"""Constant folding on the syntax tree of Python."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from mypy.constant_fold import constant_fold_binary_op, constant_fold_unary_op

from memsy._parity.expressions import integer_text

_UNARY: Final[Mapping[type[ast.unaryop], str]] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
_BINARY: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Pow: "**",
}
_MAX_BITS: Final = 4_096
_COLLECTIONS: Final = (ast.Tuple, ast.List)

NodeT = TypeVar("NodeT", bound=ast.AST)


def constant(value: Any) -> str:  # noqa: ANN401 - any constant of mypy
    """Return the source code of a constant."""
    if isinstance(value, int) and not isinstance(value, bool):
        return integer_text(value)
    return ast.unparse(ast.Constant(value))


def fold(node: NodeT) -> NodeT | ast.expr:
    """Return the constant that an expression of constants is equal to, or the same node."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        return _fold_unary(node, node.operand.value)
    if isinstance(node, ast.BinOp):
        return _fold_binary(node)
    if isinstance(node, ast.Subscript):
        return _fold_item(node)
    if isinstance(node, ast.IfExp) and isinstance(node.test, ast.Constant):
        return node.body if node.test.value else node.orelse
    if isinstance(node, ast.Set) and _are_constants(node.elts):
        node.elts = [*{ast.unparse(item): item for item in _sorted(node.elts)}.values()]
    if isinstance(node, ast.Call):
        return _fold_frozenset(node)
    return _fold_text(node) if isinstance(node, ast.JoinedStr) else node


def _fold_unary(node: ast.UnaryOp, value: object) -> ast.expr:
    if isinstance(node.op, ast.Not):
        return ast.Constant(not value)
    if isinstance(value, (int, float)):
        result = constant_fold_unary_op(_UNARY[type(node.op)], value)
        return node if result is None else ast.Constant(result)
    return node


def _fold_binary(node: ast.BinOp) -> ast.expr:
    left, right, is_sum = node.left, node.right, isinstance(node.op, ast.Add)
    for kind in _COLLECTIONS:
        if is_sum and isinstance(left, kind) and isinstance(right, kind):
            return kind([*left.elts, *right.elts], ast.Load())
    if not isinstance(left, ast.Constant) or not isinstance(right, ast.Constant):
        return node
    if isinstance(left.value, bytes) and isinstance(right.value, bytes) and is_sum:
        return ast.Constant(left.value + right.value)
    operator = _BINARY.get(type(node.op))
    types = (int, float, complex, str)
    if not operator or not isinstance(left.value, types) or not isinstance(right.value, types):
        return node
    if _is_too_long(node.op, left.value, right.value):
        return node
    try:
        result = constant_fold_binary_op(operator, left.value, right.value)
    except (ArithmeticError, ValueError, MemoryError):
        return node
    return node if result is None else ast.Constant(result)


def _is_too_long(operator: ast.operator, left: object, right: object) -> bool:
    """Return True if the result can need more than a few thousand bits."""
    texts = [len(value) for value in (left, right) if isinstance(value, str)]
    numbers = [value for value in (left, right) if isinstance(value, int)]
    if isinstance(operator, ast.Mult) and texts and numbers:
        return texts[0] * numbers[0] > _MAX_BITS
    if not isinstance(operator, (ast.LShift, ast.Pow)) or len(numbers) < 2:
        return False
    bits, exponent = numbers[0].bit_length(), numbers[1]
    return (bits + exponent if isinstance(operator, ast.LShift) else bits * exponent) > _MAX_BITS


def _fold_item(node: ast.Subscript) -> ast.expr:
    """Return an item of a tuple, list or dict display."""
    key = node.slice
    if not isinstance(key, ast.Constant):
        return node
    if isinstance(node.value, ast.Dict) and all(node.value.keys):
        items = zip(node.value.keys, node.value.values, strict=True)
        found = [value for name, value in items if name and ast.dump(name) == ast.dump(key)]
        return found[-1] if found else node
    if isinstance(node.value, _COLLECTIONS) and isinstance(key.value, int):
        items_ = node.value.elts
        is_in_range = -len(items_) <= key.value < len(items_)
        if is_in_range and not any(isinstance(item, ast.Starred) for item in items_):
            return items_[key.value]
    return node


def _fold_frozenset(call: ast.Call) -> ast.expr:
    is_frozenset = isinstance(call.func, ast.Name) and call.func.id == "frozenset"
    values = call.args[0] if is_frozenset and len(call.args) == 1 else None
    if isinstance(values, _COLLECTIONS) and values.elts and _are_constants(values.elts):
        call.args[0] = fold(ast.Set(values.elts))
    return call


def _fold_text(node: ast.JoinedStr) -> ast.expr:
    """Return the text of an f-string that inserts constants without a format."""
    texts = []
    for part in node.values:
        value = part.value if isinstance(part, ast.FormattedValue) else part
        is_plain = not isinstance(part, ast.FormattedValue) or (
            part.format_spec is None and part.conversion < 0
        )
        if not is_plain or not isinstance(value, ast.Constant):
            return node
        texts.append(str(value.value))
    return ast.Constant("".join(texts))


def _are_constants(items: list[ast.expr]) -> bool:
    return all(isinstance(item, ast.Constant) for item in items)


def _sorted(items: list[ast.expr]) -> list[ast.expr]:
    return sorted(items, key=ast.unparse)
