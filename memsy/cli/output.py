"""What a command prints: a view for people, or JSON for programs; and what is said beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import attrs
import typer
from rich.console import Console, RenderableType

from memsy.cli.text import printable

A = TypeVar("A")


def emit(answer: A, view: Callable[[A], RenderableType], *, as_json: bool) -> None:
    """
    Print *answer*, a model or a list of such, on stdout, through *view* or as JSON.

    A view that is a `str` is for people and programs alike: no width of a terminal breaks it.
    """
    if as_json:
        typer.echo(json.dumps(answer, indent=2, default=attrs.asdict))
    elif isinstance(shown := view(answer), str):
        typer.echo(printable(shown))
    else:
        Console(highlight=False).print(shown)


def note(text: str) -> None:
    """Say *text* on stderr, where it is in no program's way."""
    typer.echo(printable(text), err=True)
