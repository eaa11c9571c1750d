"""Tell network errors from exceptions of other code, such as test tools and signal handlers."""

from __future__ import annotations

import dis
import socket
import sys
from types import FrameType, TracebackType

from memsy._transports.errors import exception_chain

_TRANSPORT_PACKAGES = {
    *(sys.stdlib_module_names - {"unittest"}),
    *(
        "aiodns",
        "aiohappyeyeballs",
        "aiohttp",
        "async_timeout",
        "memsy",
        "pycares",
        "requests",
        "urllib3",
    ),
    *("uvloop", "winloop"),
}
"""Packages whose exceptions are network errors. A mock of `unittest` raises for a test."""

_PACKAGES_WITH_REQUEST = {"aiohttp", "http", "memsy", "requests", "urllib3"}

_RAISE = bytes([dis.opmap["RAISE_VARARGS"]])


def raise_if_foreign(
    error: BaseException, mock_errors: tuple[type[BaseException], ...] = ()
) -> None:
    """
    Raise the exception of other code that is `error` or its cause, if there is one.

    Args:
        error: The error of a request.
        mock_errors: Base classes of network errors that other code may raise, if the other code is
            an HTTP mock.
    """
    for cause in exception_chain(error):
        if _is_foreign(cause, mock_errors):
            context = cause.__context__
            try:
                raise cause.with_traceback(_without_request(cause.__traceback__))
            finally:
                cause.__context__ = context  # `error`, whose frames hold the API key


def _is_foreign(error: BaseException, mock_errors: tuple[type[BaseException], ...]) -> bool:
    """Return True if other code than the transport defines or raises `error`."""
    if _package(type(error).__module__) not in _TRANSPORT_PACKAGES:
        return True
    # A replaced getaddrinfo() may raise gaierror, which states that a name is unknown.
    return not isinstance(error, (socket.gaierror, *mock_errors)) and is_raised_elsewhere(error)


def is_raised_elsewhere(error: BaseException) -> bool:
    """
    Return True for a `raise` statement of other code.

    A network guard calls the replaced function of the socket. An error of this function has the
    frame of the guard, but comes from the operating system.
    """
    traceback = error.__traceback__
    if traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    frame = traceback.tb_frame
    if _package_of(frame) == "aiohappyeyeballs":
        return isinstance(error, RuntimeError)  # it joins the texts of the errors of a guard
    # The frame of a compiled function has no instructions.
    position = traceback.tb_lasti
    instruction = frame.f_code.co_code[position : position + 1]
    return instruction == _RAISE and _package_of(frame) not in _TRANSPORT_PACKAGES


def _without_request(traceback: TracebackType | None) -> TracebackType | None:
    """Return the part of `traceback` below the frames that hold the request and the API key."""
    kept = traceback
    while traceback is not None:
        holds_request = _package_of(traceback.tb_frame) in _PACKAGES_WITH_REQUEST
        traceback = traceback.tb_next
        if holds_request:
            kept = traceback
    return kept


def _package_of(frame: FrameType) -> str:
    return _package(str(frame.f_globals.get("__name__", "")))


def _package(module: str) -> str:
    return module.partition(".")[0]
