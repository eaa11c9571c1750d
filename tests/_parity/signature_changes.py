"""
Changes of the signature of a method or a property, as edits of its syntax tree.

A change takes a definition that it may edit, and returns the statements that replace it. It returns
none if it does not apply. The result always differs from the original member.
"""

from __future__ import annotations

import ast
import re
from copy import deepcopy
from typing import TypeAlias

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

ITERATORS = {"Iterator": "AsyncIterator", "AsyncIterator": "Iterator"}


def parameter_renamed(f: Definition) -> list[Definition]:
    named = [*f.args.args[1:], *f.args.kwonlyargs]
    if not named or is_special(f):
        return []  # Python calls special methods by position
    named[0].arg += "_"
    return [f]


def parameter_widened(f: Definition) -> list[Definition]:
    return _first_annotated(f, "object")


def parameter_narrowed(f: Definition) -> list[Definition]:
    return _first_annotated(f, "NoReturn")


def parameters_reordered(f: Definition) -> list[Definition]:
    if is_special(f):
        return []
    for group in (f.args.args[1:], f.args.kwonlyargs):
        if len(group) > 1:
            names = [parameter.arg for parameter in group]
            group[0].arg, group[1].arg = names[1], names[0]
            return [f]
    return []


def parameter_added(f: Definition) -> list[Definition]:
    if is_property(f):
        return []
    f.args.kwonlyargs.append(ast.arg("added", ast.Name("int")))
    f.args.kw_defaults.append(ast.Constant(0))
    return [f]


def parameter_removed(f: Definition) -> list[Definition]:
    if f.args.kwonlyargs:
        f.args.kwonlyargs.pop()
        f.args.kw_defaults.pop()
    elif len(f.args.args) > 1:
        f.args.args.pop()
        del f.args.defaults[-1:]
    else:
        return []
    return [f]


def parameter_made_keyword_only(f: Definition) -> list[Definition]:
    if len(f.args.args) < 2:
        return []
    f.args.kwonlyargs.insert(0, f.args.args.pop())
    f.args.kw_defaults.insert(0, f.args.defaults.pop() if f.args.defaults else None)
    return [f]


def parameter_made_positional(f: Definition) -> list[Definition]:
    if not f.args.kwonlyargs or (f.args.defaults and f.args.kw_defaults[0] is None):
        return []
    f.args.args.append(f.args.kwonlyargs.pop(0))
    default = f.args.kw_defaults.pop(0)
    f.args.defaults += [default] if default else []
    return [f]


def parameter_made_positional_only(f: Definition) -> list[Definition]:
    if len(f.args.args) < 2 or is_special(f):
        return []
    f.args.posonlyargs, f.args.args = f.args.args[:2], f.args.args[2:]
    return [f]


def default_dropped(f: Definition) -> list[Definition]:
    if f.args.defaults:
        f.args.defaults.pop(0)
        return [f]
    for i, default in enumerate(f.args.kw_defaults):
        if default is not None:
            f.args.kw_defaults[i] = None
            return [f]
    return []


def default_added(f: Definition) -> list[Definition]:
    if len(f.args.args) - len(f.args.defaults) < 2:
        return []
    f.args.defaults.insert(0, ast.Constant("new"))
    return [f]


def default_changed(f: Definition) -> list[Definition]:
    if f.args.defaults:
        f.args.defaults[-1] = ast.Constant("new")
        return [f]
    for i, default in enumerate(f.args.kw_defaults):
        if default is not None:
            f.args.kw_defaults[i] = ast.Constant("new")
            return [f]
    return []


def result_widened(f: Definition) -> list[Definition]:
    return _returning(f, "object")


def result_narrowed(f: Definition) -> list[Definition]:
    return _returning(f, "NoReturn")


def result_in_other_mode(f: Definition) -> list[Definition]:
    """Make an async method sync, and a sync method async."""
    if is_property(f) or f.name == "__init__":
        return []
    other = ast.FunctionDef if isinstance(f, ast.AsyncFunctionDef) else ast.AsyncFunctionDef
    return [ast.copy_location(other(**dict(ast.iter_fields(f))), f)]


def result_in_sync_form(f: Definition) -> list[Definition]:
    """Return the sync form of an async class."""
    names = [n for n in ast.walk(f.returns or f) if isinstance(n, ast.Name)]
    async_names = [
        name for name in names if re.match("Async[A-Z]", name.id) and name.id not in ITERATORS
    ]
    for name in async_names:
        name.id = name.id.removeprefix("Async")
    return [f] if async_names else []


def iterator_in_other_mode(f: Definition) -> list[Definition]:
    found = [n for n in ast.walk(f.returns or f) if isinstance(n, ast.Name) and n.id in ITERATORS]
    for name in found:
        name.id = ITERATORS[name.id]
    return [f] if found else []


def member_renamed(f: Definition) -> list[Definition]:
    if f.name == "__init__" or is_special(f):
        return []
    f.name += "_"
    return [f]


def member_removed(f: Definition) -> list[Definition]:
    if f.name == "__init__":
        return []
    f.name = f"_removed_{f.name.strip('_')}"
    return [f]


def member_added(f: Definition) -> list[Definition]:
    if f.name == "__init__":
        return []
    added = deepcopy(f)
    added.name = f"{f.name.strip('_')}_too"
    return [f, added]


def method_made_property(f: Definition) -> list[Definition]:
    if f.decorator_list or f.name.startswith("__"):
        return []
    f.decorator_list = [ast.Name("property")]
    return [f]


def method_made_class_method(f: Definition) -> list[Definition]:
    if f.decorator_list or f.name == "__init__":
        return []
    f.decorator_list = [ast.Name("classmethod")]
    return [f]


def property_made_method(f: Definition) -> list[Definition]:
    if not is_property(f):
        return []
    f.decorator_list = []
    return [f]


def is_special(f: Definition) -> bool:
    return f.name.startswith("__") and f.name != "__init__"


def is_property(f: Definition) -> bool:
    return any(isinstance(name, ast.Name) and name.id == "property" for name in f.decorator_list)


def _first_annotated(f: Definition, annotation: str) -> list[Definition]:
    parameters = [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs][1:]
    for parameter in parameters[:1]:
        parameter.annotation = ast.Name(annotation)
    return [f] if parameters else []


def _returning(f: Definition, annotation: str) -> list[Definition]:
    if f.name == "__init__":
        return []
    f.returns = ast.Name(annotation)
    return [f]
