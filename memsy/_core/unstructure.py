"""Conversion of models to parsed JSON, the inverse of `structure`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from memsy._core.fields import wire_name_of
from memsy._core.secret import mask

_MASKED = "***"


def unstructure(model: object, *, reveal_secrets: bool) -> dict[str, Any]:
    """Return `model` as the JSON object that the service sends, without fields from headers."""
    unstructured: dict[str, Any] = _converter(reveal_secrets).unstructure(model)
    return unstructured


@cache
def _converter(reveal_secrets: bool) -> Converter:
    converter = Converter()

    def model_hook(model: type) -> Callable[[Any], dict[str, Any]]:
        overrides: dict[str, Any] = {
            field.name: override(
                rename=wire_name_of(field),
                omit=wire_name_of(field) is None,
                unstruct_hook=_mask if field.repr is mask and not reveal_secrets else None,
            )
            for field in attrs.fields(model)
        }
        return make_dict_unstructure_fn(model, converter, **overrides)

    converter.register_unstructure_hook_factory(attrs.has, model_hook)
    converter.register_unstructure_hook_func(lambda shape: shape is Any, _copy_json)
    return converter


def _copy_json(value: object) -> object:
    """Return a copy of JSON of any shape, without recursion: a response may be nested deeply."""
    if not isinstance(value, (dict, list, tuple)):
        return value
    root: list[Any] = [value]
    copies: dict[int, Any] = {}
    pending: list[Any] = [root]
    for container in pending:  # the list grows
        items = container.items() if isinstance(container, dict) else enumerate(container)
        for key, item in items:
            if isinstance(item, (dict, list, tuple)):
                if id(item) not in copies:
                    copies[id(item)] = dict(item) if isinstance(item, dict) else list(item)
                    pending.append(copies[id(item)])
                container[key] = copies[id(item)]
    return root[0]


def _mask(secret: str) -> str:
    return _MASKED
