"""What a reading command prints: a view for people, or JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import attrs
import typer
from rich.console import Console, RenderableType

A = TypeVar("A", bound=attrs.AttrsInstance)


def emit(answer: A, view: Callable[[A], RenderableType], *, as_json: bool) -> None:
    """Print *answer* on stdout, through *view* or as JSON."""
    if as_json:
        typer.echo(json.dumps(attrs.asdict(answer), indent=2))
    else:
        Console(highlight=False).print(view(answer))
