"""Command group that runs its `list` command when no command is named."""

from __future__ import annotations

import typer
from typer.core import TyperGroup


class DefaultGroup(TyperGroup):
    """Command group that runs `list`, with the given options, when no command is named."""

    # The base class declares click's Context; typer always passes its own.
    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # ty: ignore[incompatible-method-override]  # pyrefly: ignore[bad-override]
        is_command_named = bool(args) and (args[0] in ctx.help_option_names or args[0][:1] != "-")
        return super().parse_args(ctx, args if is_command_named else ["list", *args])
