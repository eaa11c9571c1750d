"""Position of a page in a list: `--limit` and `--offset`."""

from __future__ import annotations

from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode


def reject_position(limit: int | None, offset: int) -> None:
    """
    Reject `--limit` and `--offset` together with `--all`.

    Raises:
        CommandError: One of them is set.
    """
    if limit is not None or offset:
        option = "--offset" if limit is None else "--limit"
        raise CommandError(
            f"--all prints all items: leave out {option}, or leave out --all", ExitCode.USAGE
        )
