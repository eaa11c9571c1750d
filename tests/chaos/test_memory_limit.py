"""Responses that do not fit into the memory of the process."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from memsy import MemsyError, MemsyResponseError, NotFoundError, RetryPolicy
from memsy._core.time_source import SYSTEM_TIME
from tests.chaos.clients import CLIENTS
from tests.chaos.subprocess_call import call_in_subprocess
from tests.faults.scenario import http_url
from tests.support import process_memory
from tests.support.costly_bodies import COSTLY_BODIES
from tests.support.raw_server import RawServer, respond_with, response
from tests.support.search_responses import FOUND_BYTES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits the size of the process"),
]

BODY_BYTES = 8 * process_memory.MIB
FREE_MEMORY = (5.0, 12.0, 30.0)
"""MiB: too few to decompress the body, to join its parts, and to parse it."""


@contextmanager
def free_memory(mebibytes: float) -> Iterator[None]:
    """Limit the memory that this process can still allocate."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = int((process_memory.address_space() + mebibytes) * process_memory.MIB)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def search_with_little_memory(url: str, mode: str) -> list[MemsyError]:
    """Return the errors of searches that run out of memory in different places."""
    errors: list[MemsyError] = []
    with CLIENTS[mode](url, RetryPolicy(max_retries=0), 60.0, SYSTEM_TIME) as memsy:
        memsy.search("tea")
        for mebibytes in FREE_MEMORY:
            with pytest.raises(MemsyError) as excinfo, free_memory(mebibytes):
                memsy.search("tea")
            errors.append(excinfo.value.with_traceback(None))
    return errors


@pytest.mark.covers("B24")
@pytest.mark.parametrize("mode", CLIENTS)
@pytest.mark.parametrize(
    ("name", "error"), [("numbers", MemsyResponseError), ("404-numbers", NotFoundError)]
)
def test_response_without_memory_is_a_typed_error(
    name: str, error: type[MemsyError], mode: str
) -> None:
    body = COSTLY_BODIES[name]
    content = gzip.compress(body.make(BODY_BYTES), 1)
    costly = response(content, "Content-Encoding: gzip", status=f"{body.status} Reason")
    with RawServer(respond_with(FOUND_BYTES, costly)) as server:
        errors = call_in_subprocess(search_with_little_memory, http_url(server), mode)
    assert [type(raised) for raised in errors] == [error] * len(FREE_MEMORY)
