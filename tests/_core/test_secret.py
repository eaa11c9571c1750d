"""Secret text: `repr`, traceback, pickle and copy."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from memsy._core.secret import MaskedStr, Secret, wrap_secret

KEY = "msy_a_key_that_must_not_be_seen"


def test_reveal_returns_the_secret_text() -> None:
    assert Secret(KEY).reveal() == KEY


@pytest.mark.parametrize(
    "format_secret",
    [
        repr,
        str,
        ascii,
        "{}".format,
        "{0!r:>20}".format,
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - printf-style formatting is one case
        lambda secret: repr({"key": [secret]}),
        lambda secret: str(ValueError(secret)),
        lambda secret: logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage(),
    ],
)
def test_no_format_shows_the_secret(format_secret: object) -> None:
    assert callable(format_secret)
    assert KEY not in format_secret(Secret(KEY))


def test_traceback_with_locals_does_not_show_the_secret() -> None:
    def fails(secret: Secret) -> None:
        raise ValueError(secret)

    with pytest.raises(ValueError, match="Secret") as excinfo:
        fails(Secret(KEY))
    report = traceback.TracebackException.from_exception(excinfo.value, capture_locals=True)
    text = "".join(report.format())
    assert "secret = Secret('***')" in text
    assert KEY not in text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_secret_does_not_pickle(protocol: int) -> None:
    with pytest.raises(TypeError, match="make one client in each process"):
        pickle.dumps(Secret(KEY), protocol)


@pytest.mark.parametrize("copy_secret", [copy.copy, copy.deepcopy])
def test_copy_of_a_secret_is_equal(copy_secret: Callable[[Secret], Secret]) -> None:
    copied_secret = copy_secret(Secret(KEY))
    assert copied_secret == Secret(KEY)
    assert hash(copied_secret) == hash(Secret(KEY))
    assert copied_secret != Secret("msy_another")
    assert copied_secret != KEY


def test_masked_str_has_a_masked_repr() -> None:
    text = MaskedStr(f"Bearer {KEY}")
    assert KEY not in repr({"authorization": text})
    assert f"{text}".encode("ascii") == b"Bearer " + KEY.encode()


def test_wrap_secret_returns_secret_none_or_type() -> None:
    assert wrap_secret(KEY) == Secret(KEY)
    assert wrap_secret(None) is None
    assert wrap_secret(KEY.encode()) is bytes
