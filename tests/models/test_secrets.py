"""Models that hold a secret: to be read, and not to be seen."""

from __future__ import annotations

import copy
import logging
import pickle
from collections.abc import Callable

import pytest

from memsy import CreateKeyResponse, PickerConfig

KEY = CreateKeyResponse("k1", "msy_hunter2", "msy_hun", "ci", ["read"])
PICKER = PickerConfig("ya29.hunter2", 3600, "AIza.hunter2", "app-1")


@pytest.mark.parametrize("model", [KEY, PICKER])
@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        lambda model: repr([model]),
        lambda model: str(ValueError(model)),
        lambda model: logging.makeLogRecord({"msg": "%s", "args": (model,)}).getMessage(),
    ],
)
def test_no_way_of_showing_a_model_shows_its_secrets(show: object, model: object) -> None:
    assert callable(show)
    assert "hunter2" not in show(model)


def test_the_rest_of_a_model_is_shown() -> None:
    assert repr(KEY) == (
        "CreateKeyResponse(key_id='k1', raw_key='***', prefix='msy_hun', name='ci', "
        "scopes=['read'])"
    )
    assert repr(PICKER) == (
        "PickerConfig(access_token='***', expires_in=3600, api_key='***', app_id='app-1')"
    )


def test_an_attribute_gives_the_secret() -> None:
    assert KEY.raw_key == "msy_hunter2"
    assert (PICKER.access_token, PICKER.api_key) == ("ya29.hunter2", "AIza.hunter2")


def test_models_differ_where_their_secrets_do() -> None:
    assert CreateKeyResponse("k1", "msy_other", "msy_hun", "ci", ["read"]) != KEY


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("model", [KEY, PICKER])
def test_a_model_with_secrets_pickles_like_any_other(model: object, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(model, protocol)) == model


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("model", [KEY, PICKER])
def test_a_copy_of_a_model_is_equal(model: object, copied: Callable[[object], object]) -> None:
    assert copied(model) == model
