"""Call a function in a new process."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")


def call_in_subprocess(function: Callable[..., T], *arguments: object) -> T:
    """Return the result of `function`, called in a process without memory of this one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(function, *arguments).result()
