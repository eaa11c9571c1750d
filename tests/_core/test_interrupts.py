"""Recognition of exceptions that a signal handler raised."""

from __future__ import annotations

import functools
import gc
import json
import signal
import socket
import weakref
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NoReturn

import pytest

from memsy._core.interrupts import is_interrupt, raise_interrupt_behind
from memsy._core.json_codec import parse
from memsy._core.json_encoder import dump
from memsy._core.text import preview
from tests.support.platforms import needs_sigusr1

pytestmark = needs_sigusr1

SIGNAL: signal.Signals = getattr(signal, "SIGUSR1", signal.SIGINT)


class Late(ValueError):
    """An error class of the caller."""


def fail() -> NoReturn:
    raise Late


def plain(signum: int, frame: FrameType | None) -> None:
    raise Late


def nested(signum: int, frame: FrameType | None) -> None:
    fail()


def restoring(signum: int, frame: FrameType | None) -> None:
    signal.signal(signum, signal.SIG_DFL)
    raise Late


class Handler:
    def __call__(self, signum: int, frame: FrameType | None) -> None:
        raise Late

    def method(self, signum: int, frame: FrameType | None) -> None:
        raise Late


HANDLERS: dict[str, Callable[[int, FrameType | None], object]] = {
    "function": plain,
    "nested-call": nested,
    "handler-that-restores-the-default": restoring,
    "object": Handler(),
    "method": Handler().method,
    "partial": functools.partial(lambda _, *arguments: fail(), None),
    "lambda": lambda *_: fail(),
}


@pytest.fixture(params=list(HANDLERS))
def handler(request: pytest.FixtureRequest) -> Iterator[None]:
    previous = signal.signal(SIGNAL, HANDLERS[request.param])
    yield
    signal.signal(SIGNAL, previous)


def interrupt() -> None:
    signal.raise_signal(SIGNAL)


def error_of(function: Callable[[], object]) -> Exception:
    try:
        function()
    except Exception as error:  # noqa: BLE001 - returned
        return error
    pytest.fail("no exception")


def generator() -> Iterator[None]:
    interrupt()
    yield


def pass_on(_: object) -> bool:
    interrupt()
    return True


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize(
    "function",
    [interrupt, lambda: next(generator()), lambda: list(filter(pass_on, "a"))],
)
def test_error_of_a_handler_is_an_interrupt(function: Callable[[], object]) -> None:
    error = error_of(function)
    assert type(error) is Late
    assert is_interrupt(error)


@pytest.mark.parametrize(
    "function",
    [fail, lambda: json.loads("{"), lambda: socket.create_connection(("127.0.0.1", 1))],
)
def test_other_errors_are_no_interrupts(function: Callable[[], object]) -> None:
    error = error_of(function)
    assert not is_interrupt(error)
    raise_interrupt_behind(error, None)


@pytest.fixture
def late() -> Iterator[None]:
    previous = signal.signal(SIGNAL, plain)
    yield
    signal.signal(SIGNAL, previous)


def wrapped_by_cause() -> None:
    try:
        interrupt()
    except ValueError as error:
        raise OSError from error


def replaced() -> None:
    try:
        interrupt()
    except ValueError:
        raise OSError from None


def wrapped_as_argument() -> None:
    raise OSError(error_of(replaced))


def with_its_traceback() -> None:
    """As urllib3 does."""
    try:
        interrupt()
    except ValueError as error:
        raise OSError("wrapper", error).with_traceback(error.__traceback__) from None


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(
    "function", [interrupt, wrapped_by_cause, replaced, wrapped_as_argument, with_its_traceback]
)
def test_interrupt_behind_an_error_is_raised_unchanged(function: Callable[[], object]) -> None:
    handled = LookupError("of the caller")
    error = error_of(function)
    with pytest.raises(Late) as excinfo:
        raise_interrupt_behind(error, handled)
    assert excinfo.value.__cause__ is None
    assert excinfo.value.__context__ is None
    assert is_interrupt(excinfo.value)


@pytest.mark.usefixtures("late")
def test_exception_that_the_caller_handles_is_no_cause() -> None:
    handled = error_of(interrupt)
    error = OSError()
    error.__context__ = handled
    raise_interrupt_behind(error, handled)


@pytest.mark.usefixtures("late")
def test_latest_of_two_interrupts_is_raised() -> None:
    def twice() -> None:
        try:
            interrupt()
        except ValueError:
            interrupt()

    error = error_of(twice)
    assert type(error.__context__) is Late
    with pytest.raises(Late) as excinfo:
        raise_interrupt_behind(error, None)
    assert excinfo.value is error


@pytest.mark.usefixtures("late")
def test_interrupt_is_freed_without_the_garbage_collection() -> None:
    def wrapped() -> weakref.ref[BaseException]:
        try:
            wrapped_by_cause()
        except OSError as error:
            try:
                raise_interrupt_behind(error, None)
            except Late as late:
                return weakref.ref(late)
        pytest.fail("no exception")

    gc.disable()
    try:
        assert wrapped()() is None
    finally:
        gc.enable()


class Interrupting(dict[str, Any]):
    def items(self) -> Any:  # noqa: ANN401 - never returns
        interrupt()

    def __repr__(self) -> str:
        interrupt()
        return ""


class InterruptingBytes(bytes):
    def decode(self, *_: object, **__: object) -> str:
        interrupt()
        return ""


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(
    "function",
    [
        lambda: dump(Interrupting(a=1), "body"),
        lambda: preview(Interrupting(a=1)),
        lambda: parse(InterruptingBytes(b"{}")),
    ],
)
def test_interrupt_is_no_error_of_a_value(function: Callable[[], object]) -> None:
    assert type(error_of(function)) is Late
