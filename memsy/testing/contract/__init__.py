"""
What a Memsy client must keep, whoever wrote it: the promises, as plain functions.

Each function asserts one thing of the client in its `ContractContext`, and runs on any client, of
this package or of your own, over any service::

    from memsy.testing.contract import CONTRACT_TESTS, ContractContext

    @pytest.mark.parametrize("promise", CONTRACT_TESTS, ids=lambda promise: promise.__name__)
    def test_my_client_keeps(promise):
        stranger = MyClient(api_key="wrong")
        promise(ContractContext(MyClient(), name=promise.__name__, stranger=stranger))

`CONTROL_CONTRACT_TESTS` are those of the control plane; their scenes need a few things more.

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
    memories_and_actors,
    search,
)
from memsy.testing.contract.context import Clients, ContractContext, ContractTest
from memsy.testing.contract.sync_adapter import as_sync

__all__ = [
    "CONTRACT_TESTS",
    "CONTROL_CONTRACT_TESTS",
    "Clients",
    "ContractContext",
    "ContractTest",
    "as_sync",
]


def _promises(*modules: ModuleType) -> tuple[ContractTest, ...]:
    return tuple(
        member
        for module in modules
        for name, member in vars(module).items()
        if not name.startswith("_") and getattr(member, "__module__", "") == module.__name__
    )


CONTRACT_TESTS: tuple[ContractTest, ...] = _promises(
    events, search, memories_and_actors, hierarchy, account
)
"""Those of the hot path, in an order that reads well."""

CONTROL_CONTRACT_TESTS: tuple[ContractTest, ...] = _promises(
    control_account, control_keys, control_connectors
)
"""Those of the control plane."""
