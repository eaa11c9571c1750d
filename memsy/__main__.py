"""The `memsy` command, or how to get what it needs."""

from __future__ import annotations

import sys


def main() -> None:
    """Carry out the command line of this process."""
    try:
        from memsy.cli.app import app  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("rich", "typer"):
            raise
        sys.exit(
            "memsy: the command line needs rich and typer, which its extra brings: "
            "pip install 'memsy[cli]', or '.[cli]' in a checkout"
        )
    except KeyboardInterrupt:
        sys.exit(130)
    app(prog_name="memsy")


if __name__ == "__main__":
    main()
