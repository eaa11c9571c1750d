"""
Random classes, with their async form and one random drift.

All choices come from one `random.Random`, so that a seed reproduces a pair.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from textwrap import indent

from tests._parity.random_drifts import DRIFTS
from tests._parity.random_members import UNCOMPARED, Member, random_members, text_of

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


def _sync_text(member: Member) -> str:
    return text_of(member, is_async=False)


def is_valid(member: Member) -> bool:
    try:
        ast.parse(text_of(member, is_async=False))
    except SyntaxError:
        return False
    return True
