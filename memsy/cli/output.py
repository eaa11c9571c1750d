"""Print a response to stdout, as a table or as JSON, and messages to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

import attrs
import typer
from rich.console import Console, RenderableType

from memsy._core.text import printable
from memsy.cli.errors import PartlyFailedError
from memsy.cli.text import sanitize
from memsy.exceptions import MemsyError

ResponseT = TypeVar("ResponseT")


def emit(
    response: ResponseT, view: Callable[[ResponseT], RenderableType], *, as_json: bool
) -> None:
    """
    Print a response to stdout.

    Args:
        response: A model, or a list of models.
        view: Returns the renderable to print. The command prints a `str` without line wrapping.
        as_json: Print the fields of the model as JSON instead.
    """
    if as_json:
        _print_lines(_to_json(response, indent=2))
    elif isinstance(renderable := view(response), str):
        _print_lines(sanitize(renderable))
    else:
        Console(highlight=False).print(renderable, crop=False)


def emit_items(items: Iterable[object]) -> None:
    """
    Print models to stdout as they arrive, each as one line of JSON.

    Raises:
        PartlyFailedError: An error ended the items after the first line.
        MemsyError: An error came before the first line.
    """
    count = 0
    try:
        for item in items:
            _print_lines(_to_json(item))
            count += 1
    except MemsyError as error:
        if not count:
            raise
        raise PartlyFailedError(error, f" ({count} items were printed before)") from error


def print_line(text: str) -> None:
    """Print a text to stdout as one line."""
    _print_lines(printable(text))


def print_to_stderr(text: str) -> None:
    """
    Print a message to stderr as one line, so that stdout holds only the result.

    A message that stderr does not take is lost: it must not prevent the result.
    """
    with suppress(OSError):
        print(printable(text), file=sys.stderr, flush=True)


def confirm(question: str) -> None:
    """
    Ask a question on stderr, and read the answer from stdin.

    Raises:
        Abort: The answer is not yes.
    """
    typer.confirm(printable(question), abort=True, err=True)


def _to_json(value: object, indent: int | None = None) -> str:
    # DEL is the only control character that JSON allows.
    return json.dumps(value, indent=indent, default=attrs.asdict).replace("\x7f", "\\u007f")


def _print_lines(text: str) -> None:
    # typer.echo() writes UTF-8 to a stream that is declared as ASCII.
    print(text, flush=True)
