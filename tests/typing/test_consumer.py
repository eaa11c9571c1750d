"""The file that the type checkers read calls every method of all clients."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

import memsy
from memsy import protocols

CONSUMER = Path(__file__).with_name("consumer.py")

FUNCTIONS = {
    "sync_data_plane": memsy.MemsyClientProtocol,
    "async_data_plane": memsy.AsyncMemsyClientProtocol,
    "sync_control_plane": memsy.MemsyControlClientProtocol,
    "async_control_plane": memsy.AsyncMemsyControlClientProtocol,
}


def methods(protocol: type[object], path: str = "client") -> Iterator[str]:
    """Yield the public methods of a client and its resources: `client.orgs.list`."""
    for name, member in vars(protocol).items():
        if isinstance(member, property):
            resource = get_type_hints(member.fget)["return"]
            assert resource.__name__ in protocols.__all__
            yield from methods(resource, f"{path}.{name}")
        elif inspect.isfunction(member) and not name.startswith("_"):
            yield f"{path}.{name}"


def asserted_calls(function: str) -> list[str]:
    """Return the callees of the calls that are the first argument of `assert_type`."""
    tree = ast.parse(CONSUMER.read_text(encoding="utf-8"))
    (body,) = (node for node in tree.body if getattr(node, "name", "") == function)
    asserted = [
        node.args[0]
        for node in ast.walk(body)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "assert_type"
    ]
    calls = [node.value if isinstance(node, ast.Await) else node for node in asserted]
    return [ast.unparse(call.func) for call in calls if isinstance(call, ast.Call)]


@pytest.mark.parametrize(("function", "protocol"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_consumer_asserts_the_type_of_every_call(function: str, protocol: type[object]) -> None:
    assert sorted(asserted_calls(function)) == sorted(methods(protocol))
