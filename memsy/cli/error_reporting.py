"""Print the error of a command as one line on stderr, and exit with its status."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer

from memsy.cli.errors import CommandError, PartlyFailedError
from memsy.cli.exit_codes import ExitCode, exit_code_of
from memsy.cli.output import print_to_stderr
from memsy.exceptions import (
    MemsyConfigurationError,
    MemsyError,
    MemsyTimeoutError,
    ValidationError,
)

_OPTIONS = {
    "actor_id": "--actor",
    "bucket": "BUCKET",
    "connector_id": "the connector ID",
    "dimension": "--dimension",
    "event_ids": "EVENT_ID",
    "exclude_session_id": "--exclude-session",
    "expires_at": "--expires-at",
    "external_id": "RESOURCE_ID",
    "key_id": "KEY_ID",
    "kind": "--kind",
    "limit": "--limit",
    "memory_id": "the memory ID",
    "name": "NAME",
    "offset": "--offset",
    "parent_id": "--parent",
    "period_end": "--to",
    "period_start": "--from",
    "provider": "PROVIDER",
    "q": "--query",
    "query": "QUERY",
    "region": "--region",
    "repo": "REPO",
    "role_ids": "--role",
    "scopes": "--scope",
    "search": "--search",
    "session_id": "--session",
    "sort": "--sort",
    "status": "--status",
    "team_ids": "--team",
    "threshold": "--threshold",
    "timeout": "--timeout",
    "type": "--type",
}
"""Option or argument of the command line for each Python argument or field of a request."""

_MAX_IDS = 10
"""Maximum number of pending ids in a message."""

_FIELD = re.compile(r"(?<=[:;] )(?:(?:query|path|body)\.)?(\w+)(?=[.:])")


def exit_on_error(
    name: str, run: Callable[[], None], hint: Callable[[MemsyError], str] = lambda error: ""
) -> None:
    """
    Run a command. Report its error as one line on stderr, and exit with the status of the error.

    Args:
        name: Name of the command, such as `keys create`, for the start of the line.
        run: Function that may raise `MemsyError`, `CommandError` or `PartlyFailedError`.
        hint: Returns a hint for the end of the message of a `MemsyError`, or "".
    """
    try:
        with _without_unconfigured_log():
            run()
    except (MemsyError, CommandError) as error:
        message, exit_code = _describe(error, hint)
    except PartlyFailedError as failure:
        message, _ = _describe(failure.error, hint)
        message, exit_code = f"{message}{failure.done}", ExitCode.PARTLY_FAILED
    except typer.Abort as abort:
        if isinstance(abort.__context__, KeyboardInterrupt):
            print_to_stderr("")  # ends the line of the prompt
            raise KeyboardInterrupt from None
        raise
    else:
        return
    print_to_stderr(f"memsy {name}: {' '.join(message.split())}")
    raise typer.Exit(exit_code)


def _describe(
    error: MemsyError | CommandError, hint: Callable[[MemsyError], str]
) -> tuple[str, ExitCode]:
    if isinstance(error, CommandError):
        return str(error), error.exit_code
    message = str(error)
    if isinstance(error, MemsyConfigurationError):
        return _with_option(message), exit_code_of(error)
    if isinstance(error, ValidationError):
        message = _FIELD.sub(lambda field: _OPTIONS.get(field[1], field[0]), message)
    if isinstance(error, MemsyTimeoutError) and error.pending_ids:
        message = f"{message}: {_first(error.pending_ids)}"
    return f"{type(error).__name__}: {message}{hint(error)}", exit_code_of(error)


def _first(ids: Sequence[str]) -> str:
    others = len(ids) - _MAX_IDS
    return ", ".join(ids[:_MAX_IDS]) + (f" and {others} more" if others > 0 else "")


def _with_option(message: str) -> str:
    """Return a message about a Python argument as a message about the command line."""
    message = message.replace("; pass None to omit an optional id", "")
    return re.sub(r"\A(\w+)(: total)?", lambda name: _OPTIONS.get(name[1], name[0]), message)


@contextmanager
def _without_unconfigured_log() -> Iterator[None]:
    """Drop the log of the calls unless it has a handler: Python would print its warnings."""
    logger = logging.getLogger("memsy")

    def has_handler(record: logging.LogRecord) -> bool:
        return logger.hasHandlers()

    logger.addFilter(has_handler)
    try:
        yield
    finally:
        logger.removeFilter(has_handler)
