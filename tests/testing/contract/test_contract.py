"""One contract, many subjects."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from memsy import MemsyClientProtocol
from memsy.testing.contract import (
    CONTRACT_TESTS,
    CONTROL_CONTRACT_TESTS,
    ContractContext,
    ContractTest,
)
from tests.support.contract_subjects import LOCAL, SUBJECTS, WRONG_KEY, Subject, fake, live
from tests.testing.contract.recording import recording

Open = Callable[[], AbstractContextManager[Subject]]

EVERY = pytest.mark.parametrize(
    "promise", [*CONTRACT_TESTS, *CONTROL_CONTRACT_TESTS], ids=lambda promise: promise.__name__
)


@EVERY
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__)
def test_every_subject_keeps_every_promise(subject: Open, promise: ContractTest) -> None:
    if subject is live and promise.__module__.endswith("control_connectors"):
        pytest.skip("needs a person who consents, in a browser")
    with subject() as opened:
        memsy, control = opened.clients_with_key(None)
        promise(
            ContractContext(
                memsy,
                name=f"test-{uuid.uuid4()}" if subject is live else "scene",
                unauthorized_client=_stranger(opened),
                control=control,
                clients_with_key=opened.clients_with_key,
                consent=_consent(opened),
            )
        )


@EVERY
@pytest.mark.parametrize("subject", LOCAL[1:], ids=lambda subject: subject.__name__)
def test_all_subjects_say_the_same_to_the_letter(subject: Open, promise: ContractTest) -> None:
    """Values, and of errors the type, the message, all attributes, and the reply's body."""
    assert _transcript(subject, promise) == _transcript(fake, promise)


def _transcript(subject: Open, promise: ContractTest) -> list[str]:
    record: list[str] = []
    with subject() as opened:
        memsy, control = opened.clients_with_key(None)
        promise(
            ContractContext(
                recording(memsy, record),
                unauthorized_client=recording(_stranger(opened), record),
                control=recording(control, record),
                clients_with_key=opened.clients_with_key,
                consent=_consent(opened),
            )
        )
    assert record
    return record


def _stranger(opened: Subject) -> MemsyClientProtocol:
    return opened.clients_with_key(WRONG_KEY)[0]


def _consent(opened: Subject) -> Callable[[str], object] | None:
    return None if opened.service is None else opened.service.connectors.authorize
