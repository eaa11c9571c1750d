"""One contract, many subjects."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from memsy import MemsyClientProtocol
from memsy.testing.contract import CONTROL_PROMISES, PROMISES, Promise, Scene
from tests.subjects import LOCAL, SUBJECTS, WRONG_KEY, Subject, fake, live
from tests.testing.contract.recording import recording

Open = Callable[[], AbstractContextManager[Subject]]

EVERY = pytest.mark.parametrize(
    "promise", [*PROMISES, *CONTROL_PROMISES], ids=lambda promise: promise.__name__
)


@EVERY
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__)
def test_every_subject_keeps_every_promise(subject: Open, promise: Promise) -> None:
    if subject is live and promise.__module__.endswith("control_connectors"):
        pytest.skip("needs a person who consents, in a browser")
    with subject() as opened:
        memsy, control = opened.with_key(None)
        promise(
            Scene(
                memsy,
                name=f"test-{uuid.uuid4()}" if subject is live else "scene",
                stranger=_stranger(opened),
                control=control,
                with_key=opened.with_key,
                consent=_consent(opened),
            )
        )


@EVERY
@pytest.mark.parametrize("subject", LOCAL[1:], ids=lambda subject: subject.__name__)
def test_all_subjects_say_the_same_to_the_letter(subject: Open, promise: Promise) -> None:
    """Values, and of errors the type, the message, all attributes, and the reply's body."""
    assert _transcript(subject, promise) == _transcript(fake, promise)


def _transcript(subject: Open, promise: Promise) -> list[str]:
    record: list[str] = []
    with subject() as opened:
        memsy, control = opened.with_key(None)
        promise(
            Scene(
                recording(memsy, record),
                stranger=recording(_stranger(opened), record),
                control=recording(control, record),
                with_key=opened.with_key,
                consent=_consent(opened),
            )
        )
    assert record
    return record


def _stranger(opened: Subject) -> MemsyClientProtocol:
    return opened.with_key(WRONG_KEY)[0]


def _consent(opened: Subject) -> Callable[[str], object] | None:
    return None if opened.service is None else opened.service.connectors.authorize
