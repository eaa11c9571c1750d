"""A key that is held, and not seen."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest

from memsy._core.secret import Secret

KEY = "msy_a_key_that_must_not_be_seen"


def test_only_revealing_gives_it_back() -> None:
    assert Secret(KEY).reveal() == KEY


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        ascii,
        "{}".format,
        "{0!r:>20}".format,
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - a way of its own
        lambda secret: repr({"key": [secret]}),
        lambda secret: str(ValueError(secret)),
        lambda secret: logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage(),
    ],
)
def test_no_way_of_showing_shows_it(show: object) -> None:
    assert callable(show)
    assert KEY not in show(Secret(KEY))


def test_a_traceback_with_its_locals_does_not_show_it() -> None:
    def fails(secret: Secret) -> None:
        raise ValueError(secret)

    with pytest.raises(ValueError, match="Secret") as raised:
        fails(Secret(KEY))
    told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    text = "".join(told.format())
    assert "secret = Secret('***')" in text
    assert KEY not in text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_pickle_holds_it(protocol: int) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(KEY), protocol)


def test_there_are_no_copies_of_it() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        copy.copy(Secret(KEY))
