"""Parameters of the `__init__` methods that dataclasses and attrs generate from fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from mypy.nodes import Context, TypeInfo, Var
from mypy.types import Type

from memsy._parity.values import Values

_DATACLASS_KEYS: Final = ("dataclass", "attrs")
"""Keys under which the plugins of mypy keep the fields of a class."""
_FIELD_CALLS: Final = {"attr", "attrib", "field", "Field", "ib"}
_FACTORY: Final = "Factory"


class Field(NamedTuple):
    """Parameter that a field generates."""

    parameter: str
    text: str
    """Source code of the default value; empty without one."""
    owner: TypeInfo
    """Class that contains the source code."""
    type: Type | None
    metadata: list[str]
    context: Context | None


def field_names(info: TypeInfo) -> set[str]:
    """Return the names of the fields of a class, inherited fields included."""
    return {data["name"] for data in _attributes(info)}


def generated_fields(owner: TypeInfo, method: str, values: Values) -> list[Field] | None:
    """Return the parameters of a generated `__init__`; None for any other method."""
    symbol = owner.names.get(method)
    if method != "__init__" or symbol is None or not symbol.plugin_generated:
        return None
    data = [data for data in _attributes(owner) if data.get("is_in_init", data.get("init"))]
    return [_field(item["name"], item.get("alias"), owner, values) for item in data]


def _attributes(info: TypeInfo) -> list[dict[str, Any]]:
    for key in _DATACLASS_KEYS:
        attributes: list[dict[str, Any]] = info.metadata.get(key, {}).get("attributes", [])
        if attributes:
            return attributes
    return []


def _field(name: str, alias: str | None, cls: TypeInfo, values: Values) -> Field:
    # attrs removes the underscores of a private field.
    parameter = alias or (name.lstrip("_") if "attrs" in cls.metadata else name)
    for base in cls.mro:
        source = values.source(base)
        symbol = base.names.get(name)
        if symbol and (name in source.values or isinstance(symbol.node, Var)):
            text = source.values.get(name, [""])[-1]
            node = symbol.node
            type_ = node.type if isinstance(node, Var) else None
            metadata = source.metadata.get(name, [])
            return Field(parameter, _default(text), base, type_, metadata, node)
    return Field(parameter, "", cls, None, [], None)


def _default(text: str) -> str:
    """Return the source code of the default value in the value of a field."""
    value = ast.parse(text, mode="eval").body if text else None
    if not isinstance(value, ast.Call):
        return text
    name = ast.unparse(value.func).rpartition(".")[2]
    if name == _FACTORY and value.args:
        return _called(value.args[0])
    if name not in _FIELD_CALLS:
        return text
    for keyword, argument in _field_arguments(value):
        if keyword in ("default_factory", "factory"):
            return _called(argument)
        if keyword == "default":
            return _default(ast.unparse(argument))
    return ""


def _field_arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    yield from ((keyword.arg or "", keyword.value) for keyword in call.keywords)
    if call.args:
        yield "default", call.args[0]


def _called(factory: ast.expr) -> str:
    """Return the value that a factory returns, as source code."""
    if isinstance(factory, ast.Lambda):
        return ast.unparse(factory.body)
    return ast.unparse(ast.Call(factory, [], []))
