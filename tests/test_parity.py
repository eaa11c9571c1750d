"""Parity at run time: the checks of the mypy plugin, repeated with `inspect` alone."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

import pytest

from memsy.parity import MARKED, Mark, implements, mirrors
from tests._parity.marked_classes import compared_classes, modules, public_classes

SURFACE_MODULES = re.compile(
    r"memsy\.((async_)?(client|control)|(protocols|(control_)?resources)\.[a-z]\w+|testing\.fakes)"
)
SPECIAL = re.compile(r"__a?(enter|exit|iter|next)__")
ASYNC_RESULT = re.compile(r"^(Abstract)?Async(?=Iterator|Iterable|ContextManager)")

COMPARED = {cls.__name__: cls for cls in compared_classes()}
MARKS = [(cls, mark) for cls in COMPARED.values() for mark in MARKED.get(cls, ())]


class Shape(NamedTuple):
    """Properties in which two members must be equal."""

    kind: str
    parameters: list[tuple[str, str, str, str]]
    result: str


@pytest.mark.parametrize(
    ("cls", "mark"), MARKS, ids=[f"{cls.__name__}-{mark.reference.__name__}" for cls, mark in MARKS]
)
def test_marked_class_has_the_members_of_its_reference(cls: type[object], mark: Mark) -> None:
    is_mirror = isinstance(mark, mirrors)
    more = mark.more if isinstance(mark, implements) else ()
    members, reference_members = shapes(cls, is_mirror), shapes(mark.reference, is_mirror)
    if is_mirror:
        members = {
            re.sub("^__a", "__", name): in_sync_form(shape) for name, shape in members.items()
        }
    assert {name: members[name] for name in members if name not in more} == reference_members


def test_every_public_class_of_a_surface_has_a_mark() -> None:
    surfaces = [module for module in modules() if SURFACE_MODULES.fullmatch(module.__name__)]
    unmarked = {cls for module in surfaces for cls in public_classes(module)}
    assert unmarked - set(COMPARED.values()) == set()


def shapes(cls: type[object], is_mirror: bool) -> dict[str, Shape]:
    """Return the shapes of public members, without members that a protocol only declares."""
    bases = [base for base in cls.__mro__ if is_protocol(cls) or not is_protocol(base)]
    members = {name: member for base in reversed(bases) for name, member in vars(base).items()}
    public = {name for name in members if not name.startswith("_") or SPECIAL.fullmatch(name)}
    if is_mirror and not is_protocol(cls):
        public.add("__init__")
    every = {name: shape(name, members[name], is_mirror) for name in public}
    return {name: s for name, s in every.items() if is_mirror or s.kind != "class member"}


def shape(name: str, member: object, is_mirror: bool) -> Shape:
    if isinstance(member, property) and member.fget:
        result = inspect.signature(member.fget).return_annotation
        return Shape("attribute", [], normalize_annotation(result, is_mirror))
    if isinstance(member, (classmethod, staticmethod)):
        return shape("__init__", member.__func__, is_mirror)
    if not inspect.isfunction(member):
        return Shape("attribute", [], "")
    signature = inspect.signature(member)
    parameters = [
        (
            "" if SPECIAL.fullmatch(name) else p.name,
            str(p.kind),
            "" if p.default is p.empty else repr(p.default),
            normalize_annotation(p.annotation, is_mirror),
        )
        for p in list(signature.parameters.values())[1:]
    ]
    mode = "async" if inspect.iscoroutinefunction(member) else "sync"
    kind = "class member" if name == "__init__" else mode
    return Shape(kind, parameters, normalize_annotation(signature.return_annotation, is_mirror))


def in_sync_form(shape: Shape) -> Shape:
    """Return the shape of a member of a mirror, as the sync class must have it."""
    if shape.kind == "async":
        return shape._replace(kind="sync")
    if ASYNC_RESULT.match(shape.result):
        return shape._replace(result=ASYNC_RESULT.sub(r"\1", shape.result))
    return shape._replace(kind="sync in the async form") if shape.kind == "sync" else shape


def normalize_annotation(annotation: str, is_mirror: bool) -> str:
    """Replace each class in an annotation by the last reference of its marks."""
    return re.sub(r"\w+", lambda name: last_reference(name[0], is_mirror), str(annotation))


def last_reference(name: str, is_mirror: bool) -> str:
    for kind in (implements, mirrors) if is_mirror else (implements,):
        for mark in MARKED.get(COMPARED.get(name, object), ()):
            if isinstance(mark, kind):
                return last_reference(mark.reference.__name__, is_mirror)
    return name


def is_protocol(cls: type[object]) -> bool:
    return bool(getattr(cls, "_is_protocol", False))
