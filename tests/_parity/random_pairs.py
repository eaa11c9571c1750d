"""
Random classes, with their async form and one random drift.

A type or a member is text, in which `<a;b>` stands for `a` in the sync class and for `b` in the
async class. All choices come from one `random.Random`, so that a seed reproduces a pair.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from textwrap import indent
from typing import TypeAlias

PRELUDE = """
from __future__ import annotations

import contextlib
import functools
from collections.abc import (
    AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Generator, Iterable,
    Iterator, Mapping, Sequence,
)
from enum import Enum
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar, overload

from typing_extensions import ParamSpec, Self

from memsy.parity import implements, mirrors

T = TypeVar("T")
U = TypeVar("U")
P = ParamSpec("P")
LIMIT: Final = 77
IS_FAST = bool(LIMIT)
ANYTHING: Any = None


class Speed(Enum):
    FAST = 1
    SLOW = 2


class Rows:
    def count(self, limit: int = 1) -> int:
        return limit


@mirrors(Rows)
class AsyncRows:
    async def count(self, limit: int = 1) -> int:
        return limit


def passing(function: Callable[P, T]) -> Callable[P, T]:
    return function


def timed(seconds: object) -> Callable[[Callable[P, T]], Callable[P, T]]:
    return passing
"""

ATOMS = [
    "int",
    "type[int]",
    "str",
    "bytes",
    "bool",
    "float",
    "Speed",
    "Literal['a', 'b c']",
    "<;Async>Rows",
]
GENERICS = [
    "list[{}]",
    "dict[str, {}]",
    "tuple[{}, ...]",
    "tuple[{}, int]",
    "Sequence[{}]",
    "Mapping[str, {}]",
    "frozenset[{}]",
    "Callable[[{}], None]",
]
DEFAULTS = [
    "1",
    "2",
    "-1",
    "1.5",
    "True",
    "None",
    "'a'",
    "'a b'",
    "b'a'",
    "(1, 2)",
    "(2, 1)",
    "LIMIT",
    "-LIMIT",
    "LIMIT + 1",
    "Speed.FAST",
    "Speed.SLOW",
    "frozenset({LIMIT})",
    "frozenset({1})",
    "['a b']",
    "['ab']",
    "{'k': 1}",
    "lambda x: x[1]",
    "lambda x: x[2]",
    "<;Async>Rows()",
    "int",
    "str",
    "[1 if IS_FAST else 2]",
]
PARAMETER_TYPES = [
    "Iterable[{}]",
    "<;Async>Iterable[{}]",
    "<Iterable[{}];Iterable[{}] | AsyncIterable[{}]>",
    "Callable[[int], {}]",
    "Callable[[int], <{};Awaitable[{}]>]",
    "<Callable[[int], {}];Callable[[int], {}] | Callable[[int], Awaitable[{}]]>",
]
"""Types with several async forms, as the type of a parameter."""
KINDS = ["positional-only", "positional", "keyword-only"]


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str
    annotation: str
    default: str


@dataclass(frozen=True)
class Member:
    name: str
    form: str
    result: str
    parameters: tuple[Parameter, ...]
    value: str


FORMS: dict[str, str] = {
    "method": "<def> {name}({self}) -> {result}: ...",
    "sync method": "@staticmethod\ndef {name}({static}) -> {result}: ...",
    "class method": "@classmethod\ndef {name}({cls}) -> {result}: ...",
    "alias": "<def> _{name}({self}) -> {result}: ...\n{name} = _{name}",
    "guarded": "if IS_FAST:\n    <def> {name}({self}) -> {result}: ...",
    "passed": "@passing\n<def> {name}({self}) -> {result}: ...",
    "timed": "@timed({value})\n<def> {name}({self}) -> {result}: ...",
    "tried": "try:\n    <def> {name}({self}) -> {result}: ...\nfinally:\n    pass",
    "iterator": "def {name}({self}) -> <;Async>Iterator[{result}]: ...",
    "generator": "<def> {name}({self}) -> <;Async>Iterator[{result}]:\n    yield ANYTHING",
    "sent": "def {name}({self}) "
    "-> <Generator[{result}, str, bytes];AsyncGenerator[{result}, str]>: ...",
    "context": "@contextlib.<;async>contextmanager\n"
    "<def> {name}({self}) -> <;Async>Iterator[{result}]:\n"
    "    yield ANYTHING",
    "manager": "def {name}({self}) -> contextlib.Abstract<;Async>ContextManager[{result}]: ...",
    "overloaded": "@overload\n<def> {name}({self}) -> {result}: ...\n"
    "@overload\n<def> {name}({self_and_flag}) -> None: ...\n"
    "<def> {name}(self, *args: Any, **kwargs: Any) -> Any: ...",
    "generic": "<def> {name}({self_and_item}) -> tuple[T, {result}]: ...",
    "property": "@property\ndef {name}(self) -> {result}: ...",
    "settable": "@property\ndef {name}(self) -> {result}: ...\n"
    "@{name}.setter\ndef {name}(self, value: {result}) -> None: ...",
    "cached": "@functools.cached_property\ndef {name}(self) -> {result}: ...",
    "attribute": "{name}: {result}",
    "constant": "{name}: Final = {value}",
    "class variable": "{name}: ClassVar[object] = {value}",
}

METHODS = [
    form
    for form, source in FORMS.items()
    if "{self" in source or "{static" in source or "{cls" in source
]
CONSTANTS = [form for form, source in FORMS.items() if "{value}" in source]
FORM_GROUPS = [
    {"method", "alias", "guarded", "tried"},
    {"iterator", "generator"},
    {"context", "manager"},
    {"sync method"},
    {"class method"},
    {"property", "settable", "cached", "attribute"},
]
"""Forms that can be the same for a caller."""
UNCOMPARED = {"sync method", "class method"}  # by `@implements`


def text_of(member: Member, *, is_async: bool) -> str:
    """Return the source of a member in the body of a class."""
    flag, item = (
        Parameter("flag", KINDS[2], "Literal[True]", ""),
        Parameter("item", KINDS[2], "T", ""),
    )
    text = FORMS[member.form].format(
        name=member.name,
        result=member.result,
        value=member.value,
        self=_parameters("self", member.parameters),
        cls=_parameters("cls", member.parameters),
        static=_parameters("", member.parameters),
        self_and_flag=_parameters("self", (*member.parameters, flag)),
        self_and_item=_parameters("self", (*member.parameters, item)),
    )
    return in_mode(text, is_async=is_async)


def in_mode(text: str, *, is_async: bool) -> str:
    """Choose the sync or the async alternative, the innermost first."""
    text = text.replace("<def>", "<def;async def>")
    choose = re.compile("<([^;<>]*);([^<>]*)>").sub
    while text != (chosen := choose(lambda found: found[1 + is_async], text)):
        text = chosen
    return text


def _parameters(first: str, parameters: tuple[Parameter, ...]) -> str:
    groups = [[_parameter(p) for p in parameters if p.kind == kind] for kind in KINDS]
    parts = [first] * bool(first) + groups[0] + ["/"] * bool(groups[0]) + groups[1]
    return ", ".join(parts + ["*"] * bool(groups[2]) + groups[2])


def _parameter(p: Parameter) -> str:
    return f"{p.name}: {p.annotation} = {p.default}" if p.default else f"{p.name}: {p.annotation}"


def random_type(random: Random, depth: int = 2) -> str:
    if not depth or random.random() < 0.4:
        return random.choice(ATOMS)
    text = random.choice(GENERICS).format(random_type(random, depth - 1))
    return f"{text} | None" if random.random() < 0.2 else text


def parameter_type(random: Random) -> str:
    type_ = random_type(random)
    return random.choice(PARAMETER_TYPES).replace("{}", type_) if random.random() < 0.3 else type_


def random_parameters(random: Random) -> tuple[Parameter, ...]:
    """Return parameters in an order that Python accepts."""
    parameters = [
        Parameter(
            name,
            random.choice(KINDS),
            parameter_type(random),
            random.choice(DEFAULTS) if random.random() < 0.5 else "",
        )
        for name in ("a", "b", "c", "d")[: random.randint(0, 4)]
    ]
    parameters.sort(key=lambda p: KINDS.index(p.kind))
    has_default = False
    for i, p in enumerate(parameters):
        if p.kind == "keyword-only":
            break
        has_default = has_default or bool(p.default)
        if has_default and not p.default:
            parameters[i] = replace(p, default=random.choice(DEFAULTS))
    return tuple(parameters)


def random_member(random: Random, name: str) -> Member:
    form = random.choice(list(FORMS))
    return Member(
        name,
        form,
        random_type(random),
        random_parameters(random) if form in METHODS else (),
        random.choice(DEFAULTS) if form in CONSTANTS else "",
    )


def parameter_renamed(random: Random, member: Member) -> Member:
    return _with_parameter(
        random, member, lambda p: replace(p, name=p.name + "_") if p.kind != KINDS[0] else p
    )


def parameter_retyped(random: Random, member: Member) -> Member:
    return _with_parameter(random, member, lambda p: replace(p, annotation=parameter_type(random)))


def parameter_moved(random: Random, member: Member) -> Member:
    return _with_parameter(random, member, lambda p: replace(p, kind=random.choice(KINDS)))


def default_changed(random: Random, member: Member) -> Member:
    return _with_parameter(
        random, member, lambda p: replace(p, default=random.choice([*DEFAULTS, ""]))
    )


def parameter_added(random: Random, member: Member) -> Member:
    added = Parameter("added", random.choice(KINDS), random_type(random), random.choice(DEFAULTS))
    return (
        replace(member, parameters=(*member.parameters, added))
        if member.form in METHODS
        else member
    )


def parameter_removed(random: Random, member: Member) -> Member:
    if not member.parameters:
        return member
    gone = random.choice(member.parameters)
    return replace(member, parameters=tuple(p for p in member.parameters if p is not gone))


def result_changed(random: Random, member: Member) -> Member:
    return replace(member, result=random_type(random))


def value_changed(random: Random, member: Member) -> Member:
    return replace(member, value=random.choice(DEFAULTS)) if member.value else member


def form_changed(random: Random, member: Member) -> Member:
    """Replace the form by one that differs for a caller."""
    form = random.choice(list(FORMS))
    groups = [group for group in FORM_GROUPS if {form, member.form} & group]
    if len(groups) < 2:
        return member
    return replace(member, form=form)


def member_renamed(random: Random, member: Member) -> Member:
    return replace(member, name=member.name + "_too")


Drift: TypeAlias = Callable[[Random, Member], Member]

DRIFTS: list[Drift] = [
    parameter_renamed,
    parameter_retyped,
    parameter_moved,
    default_changed,
    parameter_added,
    parameter_removed,
    result_changed,
    value_changed,
    form_changed,
    member_renamed,
]


@dataclass(frozen=True)
class Pair:
    """Members of a class, and the same members with one drift."""

    seed: int
    is_mirror: bool
    is_async: bool
    is_generic: bool
    members: tuple[Member, ...]
    changed: Member
    drift: str
    place: int
    """Index of the member that drifts."""

    @property
    def drifted(self) -> tuple[Member, ...]:
        return (*self.members[: self.place], self.changed, *self.members[self.place + 1 :])

    def source(self) -> str:
        """Return a module with the reference, the honest class and the drifted class."""
        mark = "mirrors" if self.is_mirror else "implements"
        random = Random(self.seed)
        honest = random.sample(self.members, len(self.members))
        is_async = self.is_async or self.is_mirror
        classes = (
            self._class("Reference", self.members, random, is_async=self.is_async),
            self._class("Honest", honest, random, is_async=is_async, mark=mark),
            self._class("Drifted", self.drifted, random, is_async=is_async, mark=mark),
        )
        return "\n\n".join((PRELUDE, *classes))

    def _class(
        self,
        name: str,
        members: Sequence[Member],
        random: Random,
        *,
        is_async: bool,
        mark: str = "",
    ) -> str:
        """Return a class, sometimes with a base class that has some of its members."""
        texts = [text_of(member, is_async=is_async) for member in members]
        if name == "Honest":
            texts = [in_other_words(text, random) for text in texts]
        count = random.choice([0, len(texts) // 2])
        bases = "Generic[U]" if self.is_generic else ""
        text = ""
        if count:
            text = _class_text(f"{name}Base({bases})", texts[:count])
            bases = f"{name}Base[U]" if self.is_generic else f"{name}Base"
        decorator = f"@{mark}(Reference)\n" if mark else ""
        return text + decorator + _class_text(f"{name}({bases})", texts[count:])


def _class_text(head: str, members: Sequence[str]) -> str:
    return f"class {head}:\n" + indent("\n".join(members), "    ") + "\n\n"


def in_other_words(text: str, random: Random) -> str:
    """Write a member differently, with the same meaning."""
    words = {
        "= LIMIT + 1": "= 78",
        "= -LIMIT": "= -77",
        "= 2,": "= 1 + 1,",
        "{1}": "{ 1 }",
        "'a b'": '"a b"',
        ": Speed": ': "Speed"',
        "-> Speed": '-> "Speed"',
    }
    for old, new in words.items():
        if random.random() < 0.5:
            text = re.sub(rf"{re.escape(old)}(?![\w.]| \|)", new, text)
    if random.random() < 0.2:
        text = f"if IS_FAST:\n{indent(text, '    ')}"
    return text


def random_pair(seed: int) -> Pair:
    random = Random(seed)
    is_mirror = random.random() < 0.6
    is_async = not is_mirror and random.random() < 0.5
    is_generic = random.random() < 0.3
    while True:
        members = random_members(random, is_generic=is_generic)
        place, drift = random.randrange(len(members)), random.choice(DRIFTS)
        member = members[place]
        changed = drift(random, member)
        is_compared = is_mirror or member.form not in UNCOMPARED
        if is_compared and is_valid(changed) and _sync_text(changed) != _sync_text(member):
            rest = (is_generic, members, changed, drift.__name__, place)
            return Pair(seed, is_mirror, is_async, *rest)


def random_members(random: Random, *, is_generic: bool) -> tuple[Member, ...]:
    """Return members. Some results are `Self`, or the type variable of the class."""
    members = [random_member(random, f"m{n}") for n in range(random.randint(1, 6))]
    for place, member in enumerate(members):
        if is_generic and random.random() < 0.3:
            members[place] = replace(member, result="U")
        elif member.form not in ("sync method", "attribute") and random.random() < 0.1:
            members[place] = replace(member, result="Self")
    return tuple(members)


def _sync_text(member: Member) -> str:
    return text_of(member, is_async=False)


def is_valid(member: Member) -> bool:
    try:
        ast.parse(text_of(member, is_async=False))
    except SyntaxError:
        return False
    return True


def _with_parameter(
    random: Random, member: Member, change: Callable[[Parameter], Parameter]
) -> Member:
    if not member.parameters:
        return member
    place = random.randrange(len(member.parameters))
    parameters = list(member.parameters)
    parameters[place] = change(parameters[place])
    return replace(member, parameters=tuple(parameters))
