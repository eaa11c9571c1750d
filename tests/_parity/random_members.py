"""
Random members of a class.

A type or a member is text, in which `<a;b>` stands for `a` in the sync class and for `b` in the
async class.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

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


def random_members(random: Random, *, is_generic: bool) -> tuple[Member, ...]:
    """Return members. Some results are `Self`, or the type variable of the class."""
    members = [random_member(random, f"m{n}") for n in range(random.randint(1, 6))]
    for place, member in enumerate(members):
        if is_generic and random.random() < 0.3:
            members[place] = replace(member, result="U")
        elif member.form not in ("sync method", "attribute") and random.random() < 0.1:
            members[place] = replace(member, result="Self")
    return tuple(members)
