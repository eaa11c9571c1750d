"""A noun with several verbs, of which `list` may stay unsaid."""

from __future__ import annotations

import typer
from typer.core import TyperGroup


class DefaultGroup(TyperGroup):
    """Commands of which `list` is carried out when none is named, with the options given."""

    # Every context that typer makes is one of its own, whatever the class above declares.
    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        names_one = bool(args) and (args[0] in ctx.help_option_names or args[0][:1] != "-")
        return super().parse_args(ctx, args if names_one else ["list", *args])
