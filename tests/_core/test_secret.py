"""A key that is held, and not seen."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from memsy._core.secret import MaskedStr, Secret, wrap_secret

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
def test_a_secret_does_not_pickle(protocol: int) -> None:
    with pytest.raises(TypeError, match="make one client in each process"):
        pickle.dumps(Secret(KEY), protocol)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_equal(copied: Callable[[Secret], Secret]) -> None:
    twin = copied(Secret(KEY))
    assert twin == Secret(KEY)
    assert hash(twin) == hash(Secret(KEY))
    assert twin != Secret("msy_another")
    assert twin != KEY


def test_who_needs_a_text_gets_one_that_hides() -> None:
    text = MaskedStr(f"Bearer {KEY}")
    assert KEY not in repr({"authorization": text})
    assert f"{text}".encode("ascii") == b"Bearer " + KEY.encode()


def test_a_frame_that_holds_what_is_hidden_shows_nothing() -> None:
    assert wrap_secret(KEY) == Secret(KEY)
    assert wrap_secret(None) is None
    assert wrap_secret(KEY.encode()) is bytes
