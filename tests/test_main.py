"""`memsy` and `python -m memsy`, as a shell starts them."""

from __future__ import annotations

import subprocess
import sys

from memsy import __version__

# Stands in for an installation without the extra: no module of this name can be found.
WITHOUT = """
import sys, runpy

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
runpy.run_module("memsy", run_name="__main__")
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def test_without_rich_one_line_says_how_to_get_it() -> None:
    ended = run("-c", WITHOUT.format(missing="rich"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert "pip install 'memsy[cli]'" in ended.stderr


def test_without_typer_one_line_says_how_to_get_it() -> None:
    ended = run("-c", WITHOUT.format(missing="typer"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1


def test_what_else_is_missing_is_not_blamed_on_the_extra() -> None:
    ended = run("-c", WITHOUT.format(missing="attrs"))
    assert "No module named 'attrs'" in ended.stderr
    assert "memsy[cli]" not in ended.stderr


def test_the_module_is_the_command() -> None:
    assert run("-m", "memsy", "--version").stdout == f"memsy {__version__}\n"
