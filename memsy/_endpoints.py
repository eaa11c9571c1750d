"""Registry of the endpoints that the clients call, collected from the resource modules."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from memsy import control_resources, resources
from memsy._core.operation import Endpoint


@cache
def endpoints() -> tuple[Endpoint[Any], ...]:
    """
    Return every endpoint that the resource modules declare.

    The data plane comes first. Within a plane, modules are sorted by name and endpoints follow
    the order of their declarations.
    """
    return tuple(
        value
        for package in (resources, control_resources)
        for module in iter_modules(package.__path__, f"{package.__name__}.")
        for value in vars(import_module(module.name)).values()
        if isinstance(value, Endpoint)
    )
