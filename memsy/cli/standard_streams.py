"""Standard streams that are closed, are full, or lack characters. Needs no extra."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TextIO


def prepare_streams() -> None:
    """
    Open the closed streams, and replace the characters that the encoding of a stream lacks.

    Raises:
        SystemExit: stdout is closed, so that no result could be printed.
    """
    for descriptor in range(3):
        _occupy(descriptor)
    # Python sets a stream to None if it was closed when the process started.
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open until exit
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until exit
    if sys.stdout is None:
        sys.exit(f"memsy: stdout is closed: to discard the output, redirect it to {os.devnull}")
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _occupy(descriptor: int) -> None:
    """Open the null device if a descriptor is free, so that no socket gets its number."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def flush_streams() -> OSError | None:
    """
    Flush stdout and stderr. Discard what cannot be written, so that the exit of Python succeeds.

    Returns:
        The error of stdout, or None.
    """
    failure = _flush_or_discard(sys.stdout, 1)
    _flush_or_discard(sys.stderr, 2)
    return failure


def _flush_or_discard(stream: TextIO | None, descriptor: int) -> OSError | None:
    try:
        if stream is not None:
            stream.flush()
    except OSError as error:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, descriptor)
        os.close(null)
        return error
    return None
