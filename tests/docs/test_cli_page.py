"""The page about the command line: its commands run in a shell against a local server."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from memsy import EventPayload
from memsy.outbox import Outbox
from memsy.testing import FakeMemsyClient, LocalServer
from tests.docs.blocks import Block, blocks
from tests.support.platforms import needs_posix_shell

BLOCKS = list(blocks("docs/cli.md"))
CONSOLES = [block for block in BLOCKS if block.language == "console"]

EVENTS = [EventPayload("ann", "s", "user_message", f"oxygen tank {n}") for n in range(3)]


def write_tables(directory: Path) -> None:
    """Write the other files that the page ingests."""
    lines = (directory / "events.jsonl").read_bytes()
    (directory / "export.jsonl").write_bytes(lines)
    (directory / "events.jsonl.gz").write_bytes(gzip.compress(lines))
    (directory / "2024.jsonl.gz").write_bytes(gzip.compress(lines))
    (directory / "2025.csv").write_text("actor_id,session_id,kind,content\nann,s,app_event,tea\n")
    (directory / "chats.csv").write_text("user,session_id,text\nann,s,tea\n")
    rows = [event.to_dict() for event in EVENTS]
    parquet.write_table(pa.Table.from_pylist(rows), directory / "2026.parquet")


def run_commands(block: Block, directory: Path, **variables: str) -> None:
    """Run the lines of a block in a shell, and stop at the first error."""
    program = directory / "memsy"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -W error -m memsy "$@"\n')
    program.chmod(0o755)
    (directory / "events.jsonl").write_text(
        "".join(f"{json.dumps(event.to_dict())}\n" for event in EVENTS)
    )
    write_tables(directory)
    with Outbox(FakeMemsyClient(), directory / "outbox.db", background=False) as outbox:
        outbox.put_many(EVENTS)
        outbox.close(timeout=0)
    script = "\n".join(line.removeprefix("$ ") for line in block.code.splitlines())
    completed = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=directory,
        env={**os.environ, "PATH": f"{directory}{os.pathsep}{os.environ['PATH']}", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr


@pytest.mark.slow
@needs_posix_shell
@pytest.mark.parametrize("block", CONSOLES, ids=lambda block: f"line-{block.line}")
def test_commands_of_the_page_run(block: Block, tmp_path: Path) -> None:
    with LocalServer() as server:
        server.service.seed(EVENTS)
        run_commands(block, tmp_path, MEMSY_BASE_URL=server.base_url, MEMSY_API_KEY=server.api_key)


def test_file_of_profiles_is_json() -> None:
    [block] = [block for block in BLOCKS if block.language == "json"]
    config = json.loads(block.code)
    assert config["active_profile"] in config["profiles"]
