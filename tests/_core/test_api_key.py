"""API keys that a function returns."""

from __future__ import annotations

import copy
import functools
import pickle

import pytest

from memsy import MemsyConfigurationError
from memsy._core.api_key import ApiKeyFunction
from memsy._core.secret import Secret

KEY = "msy_0123456789abcdef"


def test_function_is_called_each_time() -> None:
    keys = iter(["msy_first", "msy_second"])
    function = ApiKeyFunction(lambda: next(keys))
    assert [function.current_key() for _ in range(2)] == [Secret("msy_first"), Secret("msy_second")]


@pytest.mark.parametrize("key", ["", None])
def test_empty_key_is_an_error(key: object) -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^the result of api_key\(\) is empty$"):
        ApiKeyFunction(lambda: key).current_key()


def test_result_of_a_wrong_type_is_an_error() -> None:
    with pytest.raises(MemsyConfigurationError, match="must be a str, got bytes"):
        ApiKeyFunction(KEY.encode).current_key()


def test_unprintable_key_is_an_error_that_does_not_show_it() -> None:
    with pytest.raises(MemsyConfigurationError, match="printable ASCII") as excinfo:
        ApiKeyFunction(functools.partial(str, f"{KEY}\n")).current_key()
    assert KEY not in str(excinfo.getrepr(showlocals=True))


def test_error_of_the_function_is_named_by_its_type_alone() -> None:
    def fail() -> str:
        raise LookupError(f"no such key: {KEY}")

    with pytest.raises(
        MemsyConfigurationError, match=r"^api_key\(\) raised LookupError$"
    ) as excinfo:
        ApiKeyFunction(fail).current_key()
    error = excinfo.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert KEY not in str(excinfo.getrepr(showlocals=True))


def test_interrupt_passes_through() -> None:
    def interrupt() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ApiKeyFunction(interrupt).current_key()


def test_repr_and_pickle_do_not_show_the_function() -> None:
    function = ApiKeyFunction(functools.partial(str, KEY))
    assert repr(function) == "<API key function>"
    with pytest.raises(TypeError, match="does not pickle"):
        pickle.dumps(function)


def test_copies_share_the_function() -> None:
    function = ApiKeyFunction(str)
    assert copy.copy(function) is copy.deepcopy(function) is function
