"""Shell completion: the script of bash, run by bash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from memsy.cli.profiles import profile_names
from tests.support.platforms import needs_bash

_SCRIPT = r"""
eval "$(_MEMSY_COMPLETE=source_bash memsy)"
function=$(complete -p memsy | sed 's/.* -F \([^ ]*\).*/\1/')
while IFS= read -r line; do
    IFS='|' read -ra COMP_WORDS <<< "$line|"
    [[ "$line" == *"|" ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    "$function" memsy
    echo "${COMPREPLY[@]}"
done
"""
"""Reads command lines with | between the words, and prints the completions of the last words."""

_EVENT_KINDS = "user_message assistant_message tool_result app_event"
_CASES = {
    "memsy|he": "health",
    "memsy|memories|": "list get stats",
    "memsy|memories|l": "list",
    "memsy|memories|--so": "--sort",
    "memsy|memories|--sort|str": "strength_desc",
    "memsy|memories|list|--kind|s": "semantic",
    "memsy|events|--kind|": _EVENT_KINDS,
    "memsy|keys|create|ci|--scope|": "read write",
    "memsy|usage|--dimension|api": "api_calls",
    "memsy|search|tea|--profile|": "work home",
    "memsy|serve|--adm": "--admin-token",
}


@pytest.mark.slow
@needs_bash
def test_bash_completes_commands_options_words_and_profiles(tmp_path: Path) -> None:
    program = tmp_path / "memsy"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m memsy "$@"\n')
    program.chmod(0o755)
    (tmp_path / ".memsy").mkdir()
    (tmp_path / ".memsy" / "config.json").write_text('{"profiles": {"work": {}, "home": {}}}')
    completed = subprocess.run(
        ["bash", "--norc", "-c", _SCRIPT],
        input="".join(f"{line}\n" for line in _CASES),
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert dict(zip(_CASES, completed.stdout.splitlines(), strict=True)) == _CASES
    assert completed.stderr == ""


def test_invalid_file_of_profiles_completes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".memsy").mkdir()
    (tmp_path / ".memsy" / "config.json").write_text("{")
    monkeypatch.chdir(tmp_path)
    assert profile_names() == []
