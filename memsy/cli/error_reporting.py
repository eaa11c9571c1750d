"""Print the error of a command as one line on stderr, and exit with its status."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from memsy.cli.errors import CommandError, PartlyFailedError
from memsy.cli.exit_codes import ExitCode, exit_code_of
from memsy.cli.output import print_to_stderr
from memsy.exceptions import MemsyConfigurationError, MemsyError

_OPTIONS = {
    "actor_id": "--actor",
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
"""Option or argument of the command line for each Python argument at the start of a message."""


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
        message = re.sub(r"\A\w+", lambda name: _OPTIONS.get(name[0], name[0]), message)
    return f"{type(error).__name__}: {message}{hint(error)}", exit_code_of(error)


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
