"""
What a Memsy client must keep, whoever wrote it: the promises, as plain functions.

Each function asserts one thing of the client in its `Scene`, and may be played on any client, of
this package or of your own, over any service::

    from memsy.testing.contract import PROMISES, Scene

    @pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
    def test_my_client_keeps(promise):
        stranger = MyClient(api_key="wrong")
        promise(Scene(MyClient(), name=promise.__name__, stranger=stranger))

`CONTROL_PROMISES` are those of the control plane; their scenes need a few things more.

Give each promise a scene of its own name, or a service of its own. They write, and some delete
what they wrote: point them at an organisation made for tests, which nobody else uses meanwhile.
They take a memory to say what its event said, as the local service has it; a service that
rephrases keeps the others. For an async client, see `blocking`.
"""

from __future__ import annotations

from types import ModuleType

from memsy.testing.contract import (
    account,
    control_account,
    control_connectors,
    control_keys,
    events,
    hierarchy,
    reading,
    searching,
)
from memsy.testing.contract.blocking import blocking
from memsy.testing.contract.scene import Clients, Promise, Scene

__all__ = ["CONTROL_PROMISES", "PROMISES", "Clients", "Promise", "Scene", "blocking"]


def _promises(*modules: ModuleType) -> tuple[Promise, ...]:
    return tuple(
        member
        for module in modules
        for name, member in vars(module).items()
        if not name.startswith("_") and getattr(member, "__module__", "") == module.__name__
    )


PROMISES: tuple[Promise, ...] = _promises(events, searching, reading, hierarchy, account)
"""Those of the hot path, in an order that reads well."""

CONTROL_PROMISES: tuple[Promise, ...] = _promises(control_account, control_keys, control_connectors)
"""Those of the control plane."""
