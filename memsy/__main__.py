"""Entry point of the `memsy` command and of `python -m memsy`."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

_INTERRUPTED = 130
"""Exit status after Ctrl-C, as a shell reports it: 128 + SIGINT."""

_CLOSED_PIPE = 141
"""Exit status if the reader of the output is gone, as a shell reports it: 128 + SIGPIPE."""


def main() -> None:
    """
    Run the command line, or exit with a hint if the `cli` extra is not installed.

    Raises:
        SystemExit: Always, with the exit status: 0 success, 130 Ctrl-C, 141 closed pipe, or a
            status of `memsy.cli.exit_codes`.
    """
    # A parent process, such as nohup, may have set SIGINT to be ignored.
    is_interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_interruptible:
        signal.signal(signal.SIGINT, _exit_at_once)
    # Imported after the handler is set: an interrupted import would print a traceback.
    from memsy.cli.standard_streams import prepare_streams  # noqa: PLC0415

    prepare_streams()
    run = _load_command_line()
    try:
        if is_interruptible:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        status = _run_and_flush(run)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    finally:
        if is_interruptible:
            signal.signal(signal.SIGINT, _exit_at_once)
    sys.exit(status)


def _exit_at_once(signal_number: int, frame: FrameType | None) -> NoReturn:
    """Exit without an exception: in an import or in the exit of Python, it would be printed."""
    os._exit(_INTERRUPTED)


def _load_command_line() -> Callable[..., object]:
    try:
        from memsy.cli.app import app  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("rich", "typer"):
            raise
        from memsy._core.extras import install_hint  # noqa: PLC0415

        sys.exit(f"memsy: the command line needs rich and typer. {install_hint('cli')}")
    return app


def _run_and_flush(run: Callable[..., object]) -> int | str | None:
    """Run the command line, report an error of stdout, and return the exit status."""
    from memsy.cli.standard_streams import flush_streams  # noqa: PLC0415

    failure: BaseException | None = None
    status: int | str | None = 0
    try:
        run(prog_name="memsy")
    except SystemExit as end:
        # typer and rich handle the error of a closed pipe with the exit status 1.
        failure, status = end.__context__, end.code
    except OSError as error:
        # The error of a file has a name, and the error of a connection is a MemsyError.
        if error.filename is not None:
            raise
        failure, status = error, 1
    failure = flush_streams() or failure
    if isinstance(failure, BrokenPipeError) or (
        # Windows reports a closed pipe as an invalid argument.
        sys.platform == "win32" and isinstance(failure, OSError) and failure.errno == errno.EINVAL
    ):
        return _CLOSED_PIPE
    if isinstance(failure, OSError):
        return f"memsy: cannot write the output: {failure.strerror}"
    return status


if __name__ == "__main__":
    main()
