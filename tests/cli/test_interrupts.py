"""Ctrl-C in every phase of a command: imports, prompts, requests, output, exit."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from memsy.testing import LocalServer
from tests.cli.conftest import CommandLine
from tests.support.platforms import needs_posix_signals, needs_terminal

pytestmark = [
    pytest.mark.slow,
    needs_posix_signals,
    needs_terminal,
]

# Sends SIGINT to the process itself when an import of a module begins.
INTERRUPTED_IMPORT = """
import os, signal, sys, runpy

class Interrupter:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.modules.pop({module!r}, None)
sys.meta_path.insert(0, Interrupter())
sys.argv = ["memsy", *{arguments!r}]
runpy.run_module("memsy", run_name="__main__")
"""

INTERRUPTED_EXIT = """
import atexit, os, signal, sys, runpy
atexit.register(os.kill, os.getpid(), signal.SIGINT)
sys.argv = ["memsy", "--version"]
runpy.run_module("memsy", run_name="__main__")
"""


def run(program: str, server: LocalServer | None = None) -> subprocess.CompletedProcess[str]:
    service = (server.base_url, server.service.api_key) if server else ("", "")
    variables = dict(zip(("MEMSY_BASE_URL", "MEMSY_API_KEY"), service, strict=True))
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "module",
    ["pathlib", "typer", "rich", "memsy.cli.app", "memsy.cli.search", "memsy.models", "attrs"],
)
def test_ctrl_c_in_an_import_exits_with_130_and_no_output(module: str) -> None:
    result = run(INTERRUPTED_IMPORT.format(module=module, arguments=["--version"]))
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


@pytest.mark.parametrize("module", ["requests", "aiohttp", "rich.table"])
def test_ctrl_c_in_a_lazy_import_exits_with_130(cli: CommandLine, module: str) -> None:
    """The clients load their HTTP libraries in the first call."""
    program = INTERRUPTED_IMPORT.format(module=module, arguments=["demo"])
    result = run(program, cli.server)
    assert (result.returncode, result.stderr) == (130, "")


def test_ctrl_c_in_the_exit_of_python_exits_with_130_after_the_output() -> None:
    result = run(INTERRUPTED_EXIT)
    assert (result.returncode, result.stderr) == (130, "")
    assert result.stdout.startswith("memsy ")


def test_ignored_sigint_stays_ignored() -> None:
    """A shell script ignores SIGINT in its background jobs."""
    program = f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{INTERRUPTED_EXIT}"
    assert run(program).returncode == 0


@pytest.mark.parametrize(
    "arguments", [("keys", "delete", "k"), ("connectors", "delete", "c"), ("demo",)]
)
def test_ctrl_c_in_a_prompt_exits_with_130(cli: CommandLine, arguments: tuple[str, ...]) -> None:
    url = "http://memsy.invalid/v1"
    result = cli.in_terminal(*arguments, prompt="]:", keys="\x03", MEMSY_BASE_URL=url)
    assert (result.exit_code, result.stdout.strip()) == (130, "")


def test_ctrl_c_at_the_prompt_for_a_secret_exits_with_130(cli: CommandLine) -> None:
    result = cli.in_terminal(
        *("connectors", "s3", "bucket", "--region", "eu-central-1"),
        prompt="Secret access key:",
        keys="\x03",
        MEMSY_S3_ACCESS_KEY_ID="AKIA",
    )
    assert (result.exit_code, result.stdout.strip()) == (130, "")


def test_prompt_shows_no_control_characters(cli: CommandLine) -> None:
    result = cli.in_terminal("keys", "delete", "k\x1b[31m\nNo", prompt="]:", keys="n\n")
    assert result.exit_code == 1
    assert result.screen == "Revoke key k\\x1b[31m No? [y/N]:"
