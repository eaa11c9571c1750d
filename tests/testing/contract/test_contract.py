"""Contract tests on the fakes and on the real clients, with equal transcripts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from memsy import MemsyClientProtocol, metered
from memsy.testing.contract import (
    CONTRACT_TESTS,
    CONTROL_CONTRACT_TESTS,
    ContractContext,
    ContractTest,
)
from tests.support.contract_subjects import LOCAL, SUBJECTS, WRONG_KEY, Subject, fake, live
from tests.testing.contract.recording import recording

OpenSubject = Callable[[], AbstractContextManager[Subject]]

# They pass other words than a `Literal` has, or a subclass of str.
WRONG_TYPES = {
    "enum_members_are_sent_as_their_values",
    "invalid_event_sort_or_page_is_rejected",
    "invalid_memory_sort_or_page_is_rejected",
    "invalid_scopes_are_rejected",
    "unknown_granularity_is_rejected",
}

with_each_contract_test = pytest.mark.parametrize(
    "contract_test",
    [
        pytest.param(
            test,
            id=test.__name__,
            marks=[pytest.mark.wrong_types] if test.__name__ in WRONG_TYPES else [],
        )
        for test in (*CONTRACT_TESTS, *CONTROL_CONTRACT_TESTS)
    ],
)


@with_each_contract_test
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__)
def test_client_passes_the_contract_test(subject: OpenSubject, contract_test: ContractTest) -> None:
    if subject is live and contract_test.__module__.endswith("control_connectors"):
        pytest.skip("needs a user who consents in a browser")
    with subject() as opened:
        memsy, control = opened.clients_with_key(None)
        contract_test(
            ContractContext(
                memsy,
                name=f"test-{uuid.uuid4()}" if subject is live else "contract",
                unauthorized_client=_unauthorized_client(opened),
                control=control,
                clients_with_key=opened.clients_with_key,
                consent=_consent(opened),
            )
        )


@with_each_contract_test
@pytest.mark.parametrize("subject", LOCAL[1:], ids=lambda subject: subject.__name__)
def test_clients_have_equal_transcripts(subject: OpenSubject, contract_test: ContractTest) -> None:
    """Equal results and meters, and equal types, messages, attributes and bodies of errors."""
    if contract_test.__module__.endswith(".bulk"):
        pytest.skip("its calls run at the same time, in any order")
    assert _transcript(subject, contract_test) == _transcript(fake, contract_test)


def _transcript(subject: OpenSubject, contract_test: ContractTest) -> list[str]:
    record: list[str] = []
    with subject() as opened, metered() as meter:
        memsy, control = opened.clients_with_key(None)
        contract_test(
            ContractContext(
                recording(memsy, record),
                unauthorized_client=recording(_unauthorized_client(opened), record),
                control=recording(control, record),
                clients_with_key=opened.clients_with_key,
                consent=_consent(opened),
            )
        )
    assert record
    return [*record, repr(meter)]


def _unauthorized_client(opened: Subject) -> MemsyClientProtocol:
    return opened.clients_with_key(WRONG_KEY)[0]


def _consent(opened: Subject) -> Callable[[str], object] | None:
    return None if opened.service is None else opened.service.connectors.authorize
