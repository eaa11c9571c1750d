"""
What a Memsy client must keep, whoever wrote it: the promises, as plain functions.

Each function asserts one thing of the client in its `Scene`, and may be played on any client, of
this package or of your own, over any service::

    from memsy.testing.contract import PROMISES, Scene

    @pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
    def test_my_client_keeps(promise):
        promise(Scene(MyClient(), stranger=MyClient(api_key="wrong")))

Give each promise a scene of its own name, or a service of its own. They write: point them at an
organisation made for tests. For an async client, see `blocking`.
"""

from __future__ import annotations

from types import ModuleType

from memsy.testing.contract import account, events, hierarchy, reading, searching
from memsy.testing.contract.blocking import blocking
from memsy.testing.contract.scene import Promise, Scene

__all__ = ["PROMISES", "Promise", "Scene", "blocking"]


def _promises(module: ModuleType) -> list[Promise]:
    return [
        member
        for name, member in vars(module).items()
        if not name.startswith("_") and getattr(member, "__module__", "") == module.__name__
    ]


PROMISES: tuple[Promise, ...] = tuple(
    promise
    for module in (events, searching, reading, hierarchy, account)
    for promise in _promises(module)
)
"""All of them, in an order that reads well."""
