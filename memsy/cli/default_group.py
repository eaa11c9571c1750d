"""Command group that runs its `list` command when no command is named."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


class DefaultGroup(TyperGroup):
    """
    Command group that runs `list`, with the given options, when no command is named.

    The shell completes the names of the commands and the options of `list`.
    """

    # The base class declares click's Context; typer always passes its own.
    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # ty: ignore[incompatible-method-override]  # pyrefly: ignore[bad-override]
        if ctx.resilient_parsing and not args:  # the shell completes the word after the group
            return super().parse_args(ctx, args)
        is_command_named = bool(args) and (args[0] in ctx.help_option_names or args[0][:1] != "-")
        return super().parse_args(ctx, args if is_command_named else ["list", *args])

    def shell_complete(self, ctx: typer.Context, incomplete: str) -> list[Any]:  # type: ignore[override]  # ty: ignore[incompatible-method-override]  # pyrefly: ignore[bad-override]
        """Return the commands, or the options of `list` for a word that starts with a dash."""
        command = self.get_command(ctx, "list") if incomplete.startswith("-") else None
        if command is None:
            return super().shell_complete(ctx, incomplete)
        with command.make_context("list", [], parent=ctx, resilient_parsing=True) as list_context:
            return command.shell_complete(list_context, incomplete)
