"""One contract, many subjects."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from memsy.testing.contract import PROMISES, Promise, Scene
from tests.subjects import LOCAL, SUBJECTS, Pair, fake, live
from tests.testing.contract.recording import recording

Subject = Callable[[], AbstractContextManager[Pair]]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__)
def test_every_subject_keeps_every_promise(subject: Subject, promise: Promise) -> None:
    name = f"test-{uuid.uuid4()}" if subject is live else "scene"
    with subject() as (memsy, stranger):
        promise(Scene(memsy, name=name, stranger=stranger))


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("subject", LOCAL[1:], ids=lambda subject: subject.__name__)
def test_all_subjects_say_the_same_to_the_letter(subject: Subject, promise: Promise) -> None:
    """Values, and of errors the type, the message, all attributes, and the reply's body."""
    assert _transcript(subject, promise) == _transcript(fake, promise)


def _transcript(subject: Subject, promise: Promise) -> list[str]:
    record: list[str] = []
    with subject() as (memsy, stranger):
        promise(Scene(recording(memsy, record), stranger=recording(stranger, record)))
    assert record
    return record
