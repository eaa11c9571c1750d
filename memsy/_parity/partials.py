"""Methods that a class body makes with `functools.partialmethod`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from mypy.nodes import ArgKind, SymbolNode, TypeInfo, Var
from mypy.types import CallableType, Instance, get_proper_type

from memsy._parity.source import values_of

_KEYWORD_KINDS: Final = {
    ArgKind.ARG_POS: ArgKind.ARG_NAMED,
    ArgKind.ARG_OPT: ArgKind.ARG_NAMED_OPT,
}


class Partial(NamedTuple):
    """Function of a class, and the arguments that `partialmethod` gives it."""

    function: SymbolNode
    owner: TypeInfo
    positional: int
    """Number of positional arguments."""
    keywords: dict[str, str]
    """Source code of the keyword arguments."""

    def remaining(self, names: list[str]) -> list[str]:
        """Return the parameters, with `self`, that have no positional argument."""
        return [*names[:1], *names[1 + self.positional :]]

    def bound(self, function: CallableType) -> CallableType:
        """Return the type of the method: of the function, without `self`, after the arguments."""
        kinds = function.arg_kinds
        are_starred = (i for i, kind in enumerate(kinds) if kind.is_star())
        start = min(self.positional, next(are_starred, len(kinds)))
        names = function.arg_names[start:]
        first = next((i for i, name in enumerate(names) if name in self.keywords), len(names))
        # Python makes the parameters after a keyword argument keyword-only.
        after = [_KEYWORD_KINDS.get(kind, kind) for kind in kinds[start + first :]]
        kinds = [
            ArgKind.ARG_NAMED_OPT if name in self.keywords else kind
            for name, kind in zip(names, [*kinds[start : start + first], *after], strict=True)
        ]
        types = function.arg_types[start:]
        return function.copy_modified(arg_names=names, arg_kinds=kinds, arg_types=types)


def partials(owner: TypeInfo, name: str) -> Iterator[Partial]:
    """Yield the values of a method, unless they are no functions of the class by name."""
    symbol = owner.names.get(name)
    type_ = get_proper_type(symbol.node.type) if symbol and isinstance(symbol.node, Var) else None
    if not isinstance(type_, Instance) or type_.type.fullname != "functools.partialmethod":
        return
    for text in values_of(owner, name):
        call = ast.parse(text, mode="eval").body
        if isinstance(call, ast.Call) and (partial := _partial(call, owner)):
            yield partial


def _partial(call: ast.Call, owner: TypeInfo) -> Partial | None:
    function = call.args[0] if call.args else None
    keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if not isinstance(function, ast.Name) or None in keywords:
        return None
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    base = owner.get_containing_type_info(function.id)
    node = base.names[function.id].node if base else None
    named = {name: text for name, text in keywords.items() if name}
    return Partial(node, base, len(call.args) - 1, named) if base and node else None
