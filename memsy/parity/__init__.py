"""
Class decorators that mypy checks for parity: `@mirrors` and `@implements`.

The decorators change nothing about a class. They name a reference class, and the mypy plugin
`memsy.mypy_plugin` compares the public members of both classes. Mark a stand-in of your own:

    from memsy.parity import implements
    from memsy.protocols import AsyncMemsyClientProtocol

    @implements(AsyncMemsyClientProtocol, more=("calls",))
    class CountingClient: ...

With `plugins = memsy.mypy_plugin` in the mypy configuration, mypy reports every difference as an
error with the code `[parity]`, on the line of the member. Write the mark above decorators that
create a new class, such as `attrs.define`.

Write the call of a mark directly above the class. mypy reports every other use, such as a mark in
a variable or a subclass of a mark, because it would compare nothing.
"""

from memsy.parity._marks import MARKED, Mark, implements, mirrors

__all__ = ["MARKED", "Mark", "implements", "mirrors"]
