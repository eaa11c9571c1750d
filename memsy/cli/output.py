"""Print a response to stdout, as a table or as JSON, and messages to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

import typer
from rich.console import Console, RenderableType

from memsy._core.text import printable
from memsy.cli.errors import CommandError, PartlyFailedError
from memsy.cli.text import sanitize
from memsy.exceptions import MemsyError
from memsy.models._model import Model

ResponseT = TypeVar("ResponseT")


def emit(
    response: ResponseT,
    view: Callable[[ResponseT], RenderableType],
    *,
    as_json: bool,
    reveal_secrets: bool = False,
) -> None:
    """
    Print a response to stdout.

    Args:
        response: A model, or a list of models.
        view: Returns the renderable to print. The command prints a `str` without line wrapping.
        as_json: Print the JSON of `to_dict` instead.
        reveal_secrets: Include secrets in the JSON.
    """
    if as_json:
        _print_lines(_to_json(response, indent=2, reveal_secrets=reveal_secrets))
    elif isinstance(renderable := view(response), str):
        _print_lines(sanitize(renderable))
    else:
        Console(highlight=False).print(renderable, crop=False)


def emit_items(items: Iterable[Model]) -> None:
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
        CommandError: stdin has no answer.
    """
    try:
        typer.confirm(printable(question), abort=True, err=True)
    except typer.Abort as abort:
        if not isinstance(abort.__context__, EOFError):
            raise
        print_to_stderr("")  # ends the line of the question
        raise CommandError("stdin has no answer: use --yes to skip the question") from None


def _to_json(value: object, *, indent: int | None = None, reveal_secrets: bool = False) -> str:
    """
    Return JSON in ASCII: each encoding of stdout has it, and terminals do not execute it.

    Args:
        value: A model, a list of models, or parsed JSON.
        indent: Spaces per level. None puts all on one line, as `to_json` does.
        reveal_secrets: Include secrets.
    """

    def to_dict(model: Model) -> dict[str, Any]:
        return model.to_dict(reveal_secrets=reveal_secrets)

    separators = (",", ":") if indent is None else None
    text = json.dumps(value, indent=indent, separators=separators, default=to_dict)
    return text.replace("\x7f", "\\u007f")  # DEL is the only control character in JSON


def _print_lines(text: str) -> None:
    # typer.echo() writes UTF-8 to a stream that is declared as ASCII.
    print(text, flush=True)
