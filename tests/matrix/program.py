"""A short program that uses a client, written as its users would, and run in its own process."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from tests.raw_server import RawServer

KEY = "msy_key_of_a_program"

_ROOT = Path(__file__).parents[2]

_PREAMBLE = f"""
import asyncio, atexit, gc, os, signal, sys, threading, time
from memsy import *

url, key = sys.argv[1], {KEY!r}
"""

MADE = {
    "blocking": """
memsy = MemsyClient(url, key, timeout=20)

def ask(text):
    return memsy.search(text).results[0].content

def close():
    memsy.close()
""",
    "awaiting": """
memsy = AsyncMemsyClient(url, key, timeout=20)

def ask(text):
    return asyncio.run(memsy.search(text)).results[0].content

def close():
    asyncio.run(memsy.close())
""",
}
"""How a program makes a client of either colour, asks it for the echo of a text, and closes it."""


def command(server: RawServer, *texts: str, filters: str = "error") -> list[str]:
    """What starts a program whose text is all of *texts*; its warnings are treated as told."""
    text = "\n".join([_PREAMBLE, *map(textwrap.dedent, texts)])
    url = f"http://127.0.0.1:{server.port}/v1"
    return [sys.executable, "-W", filters, "-c", text, url]


def start(server: RawServer, *texts: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(server, *texts),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )


def end(server: RawServer, *texts: str, filters: str = "error") -> subprocess.CompletedProcess[str]:
    """How it ends."""
    return subprocess.run(
        command(server, *texts, filters=filters),
        capture_output=True,
        text=True,
        cwd=_ROOT,
        timeout=60,
        check=False,
    )


def run(server: RawServer, *texts: str, filters: str = "error") -> str:
    """What it prints, if it ends well and complains of nothing."""
    done = end(server, *texts, filters=filters)
    assert not done.stderr, done.stderr
    assert done.returncode == 0
    return done.stdout
