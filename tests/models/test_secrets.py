"""Models with secrets: `repr` masks them, attributes return them."""

from __future__ import annotations

import copy
import logging
import pickle
from collections.abc import Callable

import pytest

from memsy import AgentCredentials, CreateKeyResponse, PickerConfig

KEY = CreateKeyResponse("k1", "msy_hunter2", "msy_hun", "ci", ["read"])
CREDENTIALS = AgentCredentials("msy_hunter2", "k1", "org_1", "user_1")
PICKER = PickerConfig("ya29.hunter2", 3600, "AIza.hunter2", "app-1")


@pytest.mark.parametrize("model", [KEY, CREDENTIALS, PICKER])
@pytest.mark.parametrize(
    "to_text",
    [
        repr,
        str,
        "{}".format,
        lambda model: repr([model]),
        lambda model: str(ValueError(model)),
        lambda model: logging.makeLogRecord({"msg": "%s", "args": (model,)}).getMessage(),
    ],
)
def test_no_text_of_a_model_shows_its_secrets(to_text: object, model: object) -> None:
    assert callable(to_text)
    assert "hunter2" not in to_text(model)


def test_repr_shows_the_other_fields() -> None:
    assert repr(KEY) == (
        "CreateKeyResponse(key_id='k1', raw_key='***', prefix='msy_hun', name='ci', "
        "scopes=['read'])"
    )
    assert repr(PICKER) == (
        "PickerConfig(access_token='***', expires_in=3600, api_key='***', app_id='app-1')"
    )


def test_attribute_returns_the_secret() -> None:
    assert KEY.raw_key == "msy_hunter2"
    assert (PICKER.access_token, PICKER.api_key) == ("ya29.hunter2", "AIza.hunter2")


def test_models_with_different_secrets_are_not_equal() -> None:
    assert CreateKeyResponse("k1", "msy_other", "msy_hun", "ci", ["read"]) != KEY


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("model", [KEY, CREDENTIALS, PICKER])
def test_model_with_secrets_pickles_like_any_other(model: object, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(model, protocol)) == model


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("model", [KEY, CREDENTIALS, PICKER])
def test_copy_of_a_model_is_equal(model: object, copied: Callable[[object], object]) -> None:
    assert copied(model) == model
