"""Entry point `python -m memsy`, run in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from memsy import __version__

# Simulates an installation without the extra: the module cannot be found.
PROGRAM_WITHOUT_MODULE = """
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


def test_hint_to_install_the_extra_without_rich() -> None:
    process = run("-c", PROGRAM_WITHOUT_MODULE.format(missing="rich"))
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr.count("\n") == 1
    assert process.stderr == (
        "memsy: the command line needs rich and typer. Install the extra cli: "
        "pip install '.[cli]' in a checkout, or "
        f"pip install './memsy-{__version__}-py3-none-any.whl[cli]' with the wheel\n"
    )


def test_hint_to_install_the_extra_without_typer() -> None:
    process = run("-c", PROGRAM_WITHOUT_MODULE.format(missing="typer"))
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr.count("\n") == 1


def test_other_missing_module_is_reported_unchanged() -> None:
    process = run("-c", PROGRAM_WITHOUT_MODULE.format(missing="attrs"))
    assert "No module named 'attrs'" in process.stderr
    assert "pip install" not in process.stderr


def test_python_m_memsy_runs_the_command() -> None:
    assert run("-m", "memsy", "--version").stdout == f"memsy {__version__}\n"
