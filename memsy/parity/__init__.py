"""
Decorators that mypy checks for parity: `@mirrors` and `@implements`.

The decorators change no member of a class, and no function. They name a reference class, and the
mypy plugin `memsy.mypy_plugin` compares the public members of both classes. Mark a stand-in of your
own:

    from memsy.parity import implements
    from memsy.protocols import AsyncMemsyClientProtocol

    @implements(AsyncMemsyClientProtocol, more=("calls",))
    class CountingClient: ...

With `plugins = memsy.mypy_plugin` in the mypy configuration, mypy reports every difference as an
error with the code `[parity]`, on the line of the member.

`@mirrors` also marks the async form of a function of a module.

Write the call of a mark directly above the class. mypy reports every other use, such as a mark in
a variable or a subclass of a mark, because it would compare nothing.

`check` compares two classes or functions at run time instead, for projects without mypy. The
command `python -m memsy.parity package.module` checks all marks of a module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsy._lazy import lazy_exports
from memsy.parity._decorators import MARKED, Mark, implements, mirrors

if TYPE_CHECKING:
    from memsy.parity._check import check
    from memsy.parity._drift import Drift

__all__ = ["MARKED", "Drift", "Mark", "check", "implements", "mirrors"]

if not TYPE_CHECKING:
    # All clients import the marks, and only tests need the comparison.
    __getattr__, __dir__ = lazy_exports(
        __name__,
        __all__,
        sources={"Drift": "memsy.parity._drift", "check": "memsy.parity._check"},
    )
