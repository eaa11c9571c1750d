"""Errors of clients in a process that has no file descriptors left."""

from __future__ import annotations

import pytest

from tests.faults.certificates import authority, ca_file_of
from tests.faults.child_program import output
from tests.support.platforms import needs_resource
from tests.support.raw_server import RawServer
from tests.support.server_scripts import echo_queries

pytestmark = needs_resource

PROBLEM = (
    "the process has no file descriptors left; "
    "close files and clients that are not used, or raise the limit (ulimit -n)"
)

PREAMBLE = """
import resource
from urllib.parse import urlsplit

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
taken = []

def take_all_descriptors():
    try:
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass

def free_descriptors():
    while taken:
        os.close(taken.pop())

def error_of(function, *arguments):
    try:
        function(*arguments)
    except MemsyConnectionError as error:
        return str(error).replace(urlsplit(url).netloc, "HOST")

url = url.replace("127.0.0.1", host)
"""

CLIENTS = {
    "sync": """
def create(**options):
    return MemsyClient(url, key, retry_backoff=0.01, **options)

def search(memsy):
    return memsy.search("tea").results[0].content

def load(memsy):
    memsy.__enter__()

def close(memsy):
    memsy.close()
""",
    "async": """
loop = asyncio.new_event_loop()

def create(**options):
    return AsyncMemsyClient(url, key, retry_backoff=0.01, **options)

def search(memsy):
    return loop.run_until_complete(memsy.search("tea")).results[0].content

def load(memsy):
    loop.run_until_complete(memsy.__aenter__())

def close(memsy):
    loop.run_until_complete(memsy.close())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
""",
}

in_both_modes = pytest.mark.parametrize("mode", CLIENTS)


def run(mode: str, program: str, host: str = "127.0.0.1") -> str:
    with RawServer(echo_queries) as server:
        return output(server, f"host = {host!r}", PREAMBLE, CLIENTS[mode], program)


@in_both_modes
def test_first_call_of_the_process_says_that_no_descriptors_are_left(mode: str) -> None:
    """The HTTP library is not loaded yet. A later call loads it."""
    program = """
        memsy = create()
        take_all_descriptors()
        print(error_of(search, memsy))
        free_descriptors()
        print(search(memsy))
        close(memsy)
        """
    error = f"POST /search: cannot load the HTTP library: {PROBLEM} (4 attempts)"
    assert run(mode, program) == f"{error}\ntea\n"


@in_both_modes
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_first_connection_says_that_no_descriptors_are_left(mode: str, host: str) -> None:
    program = """
        memsy = create()
        load(memsy)
        take_all_descriptors()
        print(error_of(search, memsy))
        free_descriptors()
        print(search(memsy))
        close(memsy)
        """
    error = f"POST /search: cannot connect to HOST: {PROBLEM} (4 attempts)"
    assert run(mode, program, host) == f"{error}\ntea\n"


@in_both_modes
def test_ca_file_that_no_descriptor_can_open_is_not_refused_as_malformed(mode: str) -> None:
    program = """
        close(create())
        take_all_descriptors()
        print(error_of(lambda: create(ca_file=ca_file)))
        """
    with ca_file_of(authority()) as path:
        text = run(mode, f"ca_file = {path!r}\n{program.replace('        ', '')}")
    assert text == f"cannot create a client of http://HOST/v1: {PROBLEM}\n"
