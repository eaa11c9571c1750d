"""
Contract tests: plain functions that check the behaviour of any Memsy client.

Each function checks one rule, mostly of `docs/wire-contract.md`, on the client in its
`ContractContext`, and raises an `AssertionError` if the client breaks the rule::

    from memsy.testing.contract import CONTRACT_TESTS, ContractContext

    @pytest.mark.parametrize("contract_test", CONTRACT_TESTS, ids=lambda test: test.__name__)
    def test_client_keeps_the_contract(contract_test):
        unauthorized = MyClient(api_key="wrong")
        contract_test(
            ContractContext(
                MyClient(), name=contract_test.__name__, unauthorized_client=unauthorized
            )
        )

`CONTROL_CONTRACT_TESTS` are the tests of the control plane. They need more arguments of
`ContractContext`: `control`, `clients_with_key` and `consent`.

Give each test a context with a `name` of its own, or a service of its own. The tests write data,
and some delete it: use an organisation for tests that no other program uses at the same time. They
expect a memory to have the text of its event, as in the local service. The tests that do not
compare this text also pass on a service that rewords. For an async client, see `as_sync`.
"""

from __future__ import annotations

from types import ModuleType

from memsy.testing.contract import (
    bulk,
    client_basics,
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


def _contract_tests(*modules: ModuleType) -> tuple[ContractTest, ...]:
    """Return the public functions that `modules` define, in their order."""
    return tuple(
        member
        for module in modules
        for name, member in vars(module).items()
        if not name.startswith("_") and getattr(member, "__module__", "") == module.__name__
    )


CONTRACT_TESTS: tuple[ContractTest, ...] = _contract_tests(
    events, bulk, search, memories_and_actors, hierarchy, client_basics
)
"""The contract tests of the data plane."""

CONTROL_CONTRACT_TESTS: tuple[ContractTest, ...] = _contract_tests(
    control_account, control_keys, control_connectors
)
"""The contract tests of the control plane."""
