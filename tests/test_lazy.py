"""Lazy imports while another thread forks."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from tests.support.platforms import needs_fork

FORK_DURING_IMPORT = """
import asyncio, importlib.util, os, signal, sys, threading, warnings
from functools import partial
import memsy._fork  # its hook runs after the one below

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of a fork with threads
importing, forking = threading.Event(), threading.Event()

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            spec.loader.exec_module = partial(execute, spec.loader.exec_module)
            return spec

def execute(execute_module, module):
    importing.set()
    assert forking.wait(30)
    execute_module(module)

def use_client():
    client = memsy.{client}("http://localhost/v1", "msy_key")
    if hasattr(client, "__enter__"):
        client.__enter__()
    else:
        asyncio.run(client.__aenter__())

sys.meta_path.insert(0, Finder())
os.register_at_fork(before=forking.set)
thread = threading.Thread(target=use_client)
thread.start()
assert importing.wait(30)
child = os.fork()
if child == 0:
    signal.alarm(20)  # ends a child that waits for a lock of the thread, which it does not have
    use_client()
    os._exit(0)
thread.join()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@needs_fork
@pytest.mark.parametrize(
    ("client", "module"),
    [
        ("MemsyClient", "memsy.client"),
        ("MemsyClient", "requests"),
        ("AsyncMemsyClient", "memsy.models.search"),
        ("AsyncMemsyClient", "aiohttp"),
    ],
)
def test_fork_waits_for_lazy_import_of_another_thread(client: str, module: str) -> None:
    """The child would wait forever for the import lock of a thread that exists in the parent."""
    program = textwrap.dedent(FORK_DURING_IMPORT).replace("{client}", client)
    process = subprocess.run(
        [sys.executable, "-c", program, module], capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stderr) == (0, "")
