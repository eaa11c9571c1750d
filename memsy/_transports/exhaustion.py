"""Exhausted resources of the system: file descriptors, local ports, memory for sockets."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from memsy._core.interrupts import is_interrupt
from memsy._core.transport import shutdown_error
from memsy.exceptions import MemsyConnectionError

_NO_MEMORY = "the system has no memory left for sockets; close connections that are not used"
_EXHAUSTED_RESOURCES = {
    errno.EMFILE: (
        "the process has no file descriptors left; "
        "close files and clients that are not used, or raise the limit (ulimit -n)"
    ),
    errno.ENFILE: (
        "the system has no file descriptors left; "
        "close files and connections that are not used, or raise the limit (sysctl fs.file-max)"
    ),
    errno.EADDRNOTAVAIL: (
        "the system has no free local port or no address of this kind; "
        "use one client for all calls, so that the calls share connections"
    ),
    errno.ENOBUFS: _NO_MEMORY,
    errno.ENOMEM: _NO_MEMORY,
}
"""Problems and fixes by error number. The base URL and the network are not at fault."""


def describe_os_error(error: OSError) -> str | None:
    """Return the exhausted resource and the fix, or None if no resource is exhausted."""
    return _EXHAUSTED_RESOURCES.get(error.errno or 0)


def describe_missing_descriptor() -> str | None:
    """Return the same for an error without a number: try to open a file."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        if is_interrupt(error):
            raise
        return describe_os_error(error)
    return None


@contextmanager
def mapping_exhaustion(failure: str) -> Iterator[None]:
    """
    Map a failure to load a library or a certificate, if the system has no resources left.

    Args:
        failure: Beginning of the error message, such as "cannot load requests".

    Raises:
        MemsyConnectionError: The process has no file descriptors left, for example.
        MemsyClientClosedError: The interpreter shuts down, so imports fail.
    """
    try:
        yield
    except (OSError, ImportError) as error:
        if is_interrupt(error):
            raise
        if sys.is_finalizing():
            raise shutdown_error() from None
        # A shared library that cannot be opened gives no error number.
        problem = (
            describe_os_error(error)
            if isinstance(error, OSError)
            else describe_missing_descriptor()
        )
        if problem is None:
            raise
        raise MemsyConnectionError(f"{failure}: {problem}") from None
