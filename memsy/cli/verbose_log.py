"""Log of the library on stderr, for `--verbose`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from memsy._core.call_log import StderrHandler
from memsy.cli.output import print_to_stderr


@contextmanager
def logging_to_stderr() -> Iterator[None]:
    """Print all lines of the logger `memsy` to stderr, one line a record."""
    logger = logging.getLogger("memsy")
    level, propagate, handlers = logger.level, logger.propagate, logger.handlers
    verbose: list[logging.Handler] = [_VerboseHandler()]
    logger.setLevel(logging.DEBUG)
    # Other handlers would print each line twice.
    logger.propagate, logger.handlers = False, verbose
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.propagate, logger.handlers = propagate, handlers


class _VerboseHandler(StderrHandler):
    """Handler that replaces the handler of `MEMSY_LOG`, because it is one, and escapes the text."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        print_to_stderr(self.format(record))
