"""Signature of a method or a constructor, with resolved types and default values."""

from __future__ import annotations

import typing
from collections.abc import Coroutine
from inspect import Parameter as RawParameter

from attrs import frozen

from memsy.parity._annotations import ANY, Form, is_variable
from memsy.parity._values import value_text

_MAX_DEFAULT = 40
NO_DEFAULT = RawParameter.empty
_UNSTATED = Form("unannotated")
_ACCEPTS_ELLIPSIS = (typing.Any, object, type(...), None)


@frozen
class Parameter:
    """Parameter of a signature. `name` is empty if the parameter is positional-only."""

    name: str
    label: str
    """Name for messages, also of a positional-only parameter."""
    kind: str
    default: object
    type: Form | None
    """None without an annotation."""

    @property
    def has_default(self) -> bool:
        return self.default is not NO_DEFAULT

    @property
    def states_default(self) -> bool:
        """False for `= ...`, except if `...` is a value of the type."""
        origins = [item.origin for item in self.type.items] if self.type else [None]
        is_value = any(origin in _ACCEPTS_ELLIPSIS for origin in origins)
        return self.has_default and (self.default is not ... or is_value)

    def format(self, type_text: str) -> str:
        """Return the parameter as in source code."""
        text = value_text(self.default) if self.states_default else "..."
        default = f" = {text if len(text) <= _MAX_DEFAULT else '...'}" if self.has_default else ""
        if not self.name:
            return f"{type_text or self.label}{default}, /"
        annotation = f": {type_text}" if type_text else ""
        return f"{self.kind}{self.name}{annotation}{default}"


@frozen
class Signature:
    """Signature of a method, or one overload of it."""

    line: int
    is_async: bool
    """True for an `async def` without `yield`."""
    parameters: tuple[Parameter, ...]
    result: Form | None
    """Type of the result, before `await`; None without an annotation."""
    is_generator: bool
    is_async_generator: bool
    is_untyped: bool
    """True for a callable whose types Python does not know, such as a lambda."""

    def variables(self) -> list[object]:
        """Return the type variables in the order of their first use."""
        trees = [p.type for p in self.parameters if p.type] + ([self.result] if self.result else [])
        found = (tree.origin for root in trees for tree in root.walk())
        return list(dict.fromkeys(origin for origin in found if is_variable(origin)))


def effective_result(found: Signature) -> Form | None:
    """Return the type of a call, which is a coroutine for an `async def`."""
    if not found.is_async:
        return found.result
    return Form(Coroutine, (ANY, ANY, found.result or _UNSTATED))
