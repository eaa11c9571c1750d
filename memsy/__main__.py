"""Entry point of the `memsy` command and of `python -m memsy`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or exit with a hint if the `cli` extra is not installed."""
    try:
        from memsy.cli.app import app  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("rich", "typer"):
            raise
        sys.exit(
            "memsy: the command line needs rich and typer. Install the cli extra: "
            "pip install 'memsy[cli]', or '.[cli]' in a checkout"
        )
    except KeyboardInterrupt:
        sys.exit(130)
    app(prog_name="memsy")


if __name__ == "__main__":
    main()
