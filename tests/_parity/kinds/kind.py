"""Kind of drift: an honest module, an edit of it, and the tools that notice the edit."""

from __future__ import annotations

import re
import sys
from textwrap import dedent

from attrs import field, frozen

IMPORTS = """\
from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from collections.abc import (
    AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Coroutine,
    Generator, Iterable, Iterator, Mapping, Sequence,
)
from contextlib import (
    AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager,
    suppress,
)
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property, partialmethod, singledispatchmethod, wraps
from typing import (
    Annotated, Any, ClassVar, Concatenate, Final, Generic, Literal, NamedTuple, NewType, NoReturn,
    Optional, ParamSpec, Protocol, TypeAlias, TypeGuard, Union,
)

import attrs
from typing_extensions import (
    NotRequired, ReadOnly, Required, Self, TypedDict, TypeIs, TypeVar, TypeVarTuple, Unpack,
    deprecated, overload, override,
)

from memsy.parity import implements, mirrors

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")
"""
"""Imports and type variables at the top of every module."""


def _as_module(text: str) -> str:
    return f"{IMPORTS}\n{dedent(text)}"


@frozen
class Kind:
    """
    Kind of drift, with the expectation for each tool.

    Args:
        name: What differs, as in the table.
        honest: Text of a module with a reference class and, after it, a marked class without drift.
        drift: A text that `honest` contains once, and the text that replaces it.
        python: The oldest Python that can import the module.
        configuration: Further lines of the mypy configuration for the module with the drift.
        mypy: True if mypy without the plugin notices the drift.
        pyright: True if pyright notices it.
        plugin: True if mypy with the plugin notices it.
        runtime: True if `memsy.parity.check` notices it.
        reason: The reason that neither the plugin nor the run-time check notices the drift.
    """

    name: str
    honest: str = field(converter=_as_module)
    drift: tuple[str, str]
    python: tuple[int, int] = field(default=(3, 10), kw_only=True)
    configuration: str = field(default="", kw_only=True)
    mypy: bool = field(default=False, kw_only=True)
    pyright: bool = field(default=False, kw_only=True)
    plugin: bool = field(default=True, kw_only=True)
    runtime: bool = field(default=True, kw_only=True)
    reason: str = field(default="", kw_only=True)

    @property
    def slug(self) -> str:
        """Name of the module."""
        return re.sub(r"\W+", "_", self.name).strip("_").lower()

    @property
    def is_readable(self) -> bool:
        """True if this Python can read the module."""
        return sys.version_info >= self.python

    @property
    def drifted(self) -> str:
        """Text of the module with the drift."""
        old, new = self.drift
        if (count := self.honest.count(old)) != 1:
            raise ValueError(f"{self.name}: {old!r} must be in the module once, got {count} times")
        return self.honest.replace(old, new)

    @property
    def honest_part(self) -> str:
        """The honest module without the imports."""
        return self.honest.removeprefix(IMPORTS).strip("\n")

    @property
    def drifted_part(self) -> str:
        """The module with the drift, without the imports."""
        return self.drifted.removeprefix(IMPORTS).strip("\n")

    @property
    def mark(self) -> str:
        """The mark above the last marked class."""
        *_, last = re.finditer(r"(?m)^@(mirrors|implements)\(", self.honest)
        return last[1]
