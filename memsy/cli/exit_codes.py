"""Exit statuses of the commands, and the status for each error of a client."""

from __future__ import annotations

from enum import IntEnum

from typing_extensions import Self

from memsy.exceptions import (
    MemsyAPIError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    NotFoundError,
    RateLimitExceeded,
    RedirectError,
    ServerError,
)


class ExitCode(IntEnum):
    """Exit status of a failed command. Shells use 126 and above."""

    description: str

    def __new__(cls, value: int, description: str) -> Self:
        code = int.__new__(cls, value)
        code._value_ = value
        code.description = description
        return code

    ERROR = 1, "another error: a file, the output, the answer to a question"
    USAGE = 2, "wrong usage: an option, an argument, a profile; nothing was sent"
    REFUSED = 3, "the service refused: API key, permission, quota, invalid value"
    NOT_FOUND = 4, "the service does not know the id or the path"
    RATE_LIMIT = 5, "too many requests, after the last retry"
    NETWORK = 6, "no response in time: connection, TLS, timeout, end of a wait"
    PARTLY_FAILED = 7, "a part is done: events stored, items printed, other events failed"
    SERVICE = 8, "the service failed (5xx), or sent an unusable response"


_CODES: tuple[tuple[type[MemsyError], ExitCode], ...] = (
    (MemsyConfigurationError, ExitCode.USAGE),
    (NotFoundError, ExitCode.NOT_FOUND),
    (RateLimitExceeded, ExitCode.RATE_LIMIT),
    (RedirectError, ExitCode.SERVICE),
    (ServerError, ExitCode.SERVICE),
    (MemsyResponseError, ExitCode.SERVICE),
    (MemsyAPIError, ExitCode.REFUSED),
    (MemsyConnectionError, ExitCode.NETWORK),
)
"""Error classes, subclasses before their base."""


def exit_code_of(error: MemsyError) -> ExitCode:
    """Return the exit status of a command that ends with `error`."""
    return next((code for cls, code in _CODES if isinstance(error, cls)), ExitCode.ERROR)
