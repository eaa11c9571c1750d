"""Parity at run time: a second opinion on what the mypy plugin says, from `inspect` alone."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

import pytest

from memsy.parity import MARKED, Mark, implements, mirrors
from tests._parity.marked_classes import compared_classes, modules, public_classes

SURFACES = re.compile(
    r"memsy\.((async_)?(client|control)|(protocols|(control_)?resources)\.[a-z]\w+|testing\.fakes)"
)
SPECIAL = re.compile(r"__a?(enter|exit|iter|next)__")
ASYNC_RESULT = re.compile(r"^(Abstract)?Async(?=Iterator|Iterable|ContextManager)")

COMPARED = {cls.__name__: cls for cls in compared_classes()}
MARKS = [(cls, mark) for cls in COMPARED.values() for mark in MARKED.get(cls, ())]


class Shape(NamedTuple):
    """What two members must have in common: what they are, what they take, what they give."""

    kind: str
    parameters: list[tuple[str, str, str, str]]
    result: str


@pytest.mark.parametrize(
    ("cls", "mark"), MARKS, ids=[f"{cls.__name__}-{mark.of.__name__}" for cls, mark in MARKS]
)
def test_a_marked_class_is_like_the_one_that_its_mark_names(cls: type[object], mark: Mark) -> None:
    is_mirror = isinstance(mark, mirrors)
    more = mark.more if isinstance(mark, implements) else ()
    ours, theirs = shapes(cls, is_mirror), shapes(mark.of, is_mirror)
    if is_mirror:
        ours = {re.sub("^__a", "__", name): as_blocking(shape) for name, shape in ours.items()}
    assert {name: ours[name] for name in ours if name not in more} == theirs


def test_no_public_class_of_a_surface_goes_without_a_mark() -> None:
    surfaces = [module for module in modules() if SURFACES.fullmatch(module.__name__)]
    unmarked = {cls for module in surfaces for cls in public_classes(module)}
    assert unmarked - set(COMPARED.values()) == set()


def shapes(cls: type[object], is_mirror: bool) -> dict[str, Shape]:
    """The public members that a class has, but for what it only inherits from a protocol."""
    bases = [base for base in cls.__mro__ if is_protocol(cls) or not is_protocol(base)]
    members = {name: member for base in reversed(bases) for name, member in vars(base).items()}
    public = {name for name in members if not name.startswith("_") or SPECIAL.fullmatch(name)}
    if is_mirror and not is_protocol(cls):
        public.add("__init__")
    found = {name: shape(name, members[name], is_mirror) for name in public}
    return {name: s for name, s in found.items() if is_mirror or s.kind != "of the class"}


def shape(name: str, member: object, is_mirror: bool) -> Shape:
    if isinstance(member, property) and member.fget:
        result = inspect.signature(member.fget).return_annotation
        return Shape("attribute", [], in_terms_of_surfaces(result, is_mirror))
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
            in_terms_of_surfaces(p.annotation, is_mirror),
        )
        for p in list(signature.parameters.values())[1:]
    ]
    awaited = "awaited" if inspect.iscoroutinefunction(member) else "blocking"
    kind = "of the class" if name == "__init__" else awaited
    return Shape(kind, parameters, in_terms_of_surfaces(signature.return_annotation, is_mirror))


def as_blocking(shape: Shape) -> Shape:
    """What a member would be like if it were not async."""
    if shape.kind == "awaited":
        return shape._replace(kind="blocking")
    if ASYNC_RESULT.match(shape.result):
        return shape._replace(result=ASYNC_RESULT.sub(r"\1", shape.result))
    return shape._replace(kind="not awaited") if shape.kind == "blocking" else shape


def in_terms_of_surfaces(annotation: str, is_mirror: bool) -> str:
    """An annotation, each class in it replaced by what it stands for."""
    return re.sub(r"\w+", lambda name: surface_of(name[0], is_mirror), str(annotation))


def surface_of(name: str, is_mirror: bool) -> str:
    for kind in (implements, mirrors) if is_mirror else (implements,):
        for mark in MARKED.get(COMPARED.get(name, object), ()):
            if isinstance(mark, kind):
                return surface_of(mark.of.__name__, is_mirror)
    return name


def is_protocol(cls: type[object]) -> bool:
    return bool(getattr(cls, "_is_protocol", False))
