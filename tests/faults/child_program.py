"""Short programs that use a client as a user would, each run in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from tests.support.raw_server import RawServer

KEY = "msy_key_of_a_program"

_ROOT = Path(__file__).parents[2]

_PREAMBLE = f"""
import asyncio, atexit, gc, logging, os, signal, sys, threading, time
from memsy import *

logging.getLogger("memsy").setLevel(logging.ERROR)  # Python prints warnings without a handler
url, key = sys.argv[1], {KEY!r}
"""

SETUP = {
    "sync": """
memsy = MemsyClient(url, key, timeout=20)

def search(text):
    return memsy.search(text).results[0].content

def close():
    memsy.close()
""",
    "async": """
memsy = AsyncMemsyClient(url, key, timeout=20)

def search(text):
    return asyncio.run(memsy.search(text)).results[0].content

def close():
    asyncio.run(memsy.close())
""",
}
"""Code that makes a client, with functions that search for the echo of a text and close it."""


def command(server: RawServer, *texts: str, filters: str = "error") -> list[str]:
    """
    Return the command line of a program.

    Args:
        server: Server whose URL the program gets as its argument.
        texts: Parts of the program.
        filters: Warning filters, as of `python -W`.
    """
    text = "\n".join([_PREAMBLE, *map(textwrap.dedent, texts)])
    url = f"http://127.0.0.1:{server.port}/v1"
    return [sys.executable, "-W", filters, "-c", text, url]


def start(server: RawServer, *texts: str) -> subprocess.Popen[str]:
    """Start a program and return its process."""
    return subprocess.Popen(
        command(server, *texts),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )


def complete(
    server: RawServer, *texts: str, filters: str = "error"
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(
        command(server, *texts, filters=filters),
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=60,
        check=False,
    )


def output(server: RawServer, *texts: str, filters: str = "error") -> str:
    """Return the output of a program that must succeed and write nothing to stderr."""
    done = complete(server, *texts, filters=filters)
    assert not done.stderr, done.stderr
    assert done.returncode == 0
    return done.stdout
