"""API keys that a function returns."""

from __future__ import annotations

import copy
import functools
import gc
import pickle
from collections.abc import Callable

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


async def _key() -> str:
    return KEY


class _AsyncFunction:
    async def __call__(self) -> str:
        return KEY


@pytest.mark.parametrize(
    "function", [_key, functools.partial(_key), _AsyncFunction(), _AsyncFunction().__call__]
)
def test_coroutine_function_is_recognized(function: Callable[[], object]) -> None:
    assert ApiKeyFunction(function).is_coroutine_function


@pytest.mark.parametrize("function", [str, functools.partial(str, KEY), KEY.encode, lambda: KEY])
def test_plain_function_is_not_a_coroutine_function(function: Callable[[], object]) -> None:
    assert not ApiKeyFunction(function).is_coroutine_function


def test_coroutine_as_a_result_is_an_error_without_a_warning() -> None:
    """A warning that no code awaited the coroutine would fail this test."""
    with pytest.raises(MemsyConfigurationError, match="must be a str, got coroutine"):
        ApiKeyFunction(iter([_key()]).__next__).current_key()
    gc.collect()


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
