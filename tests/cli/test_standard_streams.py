"""Standard streams that are closed, full or read by no one, and encodings that lack characters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from memsy import EventPayload, MemsyClient, __version__
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine
from tests.support.platforms import needs_dev_full, needs_posix_shell

FULL = Path("/dev/full")

pytestmark = [
    pytest.mark.slow,
    needs_posix_shell,
]


def shell(
    script: str,
    cli: CommandLine,
    arguments: Sequence[str] = (),
    *,
    stdout: int = subprocess.PIPE,
    variables: Mapping[str, str] = {},
) -> subprocess.CompletedProcess[bytes]:
    """Run a shell script in which `"$@"` is the command `memsy` with `arguments`."""
    environment = {
        **os.environ,
        "MEMSY_BASE_URL": cli.server.base_url,
        "MEMSY_API_KEY": cli.server.service.api_key,
        **variables,
    }
    command = ["sh", "-c", script, "sh", sys.executable, "-m", "memsy", *arguments]
    return subprocess.run(
        command, stdout=stdout, stderr=subprocess.PIPE, env=environment, timeout=60, check=False
    )


@needs_dev_full
@pytest.mark.parametrize(
    "arguments", [["health"], ["health", "--json"], ["--help"], ["--version"], ["keys", "--help"]]
)
def test_full_disk_is_one_line_on_stderr(cli: CommandLine, arguments: list[str]) -> None:
    result = shell('"$@" >/dev/full', cli, arguments)
    assert result.returncode == 1
    assert result.stderr == b"memsy: cannot write the output: No space left on device\n"


@needs_dev_full
def test_full_disk_of_stderr_keeps_the_exit_status(cli: CommandLine) -> None:
    result = shell('"$@" 2>/dev/full', cli, ["memories", "get", "nonsense"])
    assert (result.returncode, result.stdout) == (3, b"")


@needs_dev_full
def test_key_is_printed_if_stderr_is_full(cli: CommandLine) -> None:
    result = shell('"$@" 2>/dev/full', cli, ["keys", "create", "nightly"])
    assert result.returncode == 0
    assert result.stdout.startswith(b"msy_")


@needs_dev_full
def test_id_of_a_key_is_printed_if_its_value_cannot_be(cli: CommandLine) -> None:
    """Without the id, the user could not revoke the key."""
    result = shell('"$@" >/dev/full', cli, ["keys", "create", "nightly"])
    assert result.returncode == 1
    assert result.stderr.startswith(b"Created key ")


@pytest.mark.parametrize("arguments", [["--help"], ["health"], ["health", "--json"]])
def test_closed_pipe_exits_with_141_and_no_output(cli: CommandLine, arguments: list[str]) -> None:
    """The reader of the pipe is gone before the command writes."""
    reader, writer = os.pipe()
    os.close(reader)
    result = shell('"$@"', cli, arguments, stdout=writer)
    os.close(writer)
    assert (result.returncode, result.stderr) == (141, b"")


def test_closed_pipe_of_the_demo_exits_with_141(cli: CommandLine) -> None:
    result = shell('exec 3>&1; { "$@"; echo $? >&3; } | head -n 1 >&2', cli, ["demo"])
    assert result.stdout == b"141\n"
    assert result.stderr.count(b"\n") == 1


def test_closed_stdout_is_an_error_before_the_first_request(
    cli: CommandLine, service: LocalService
) -> None:
    result = shell('"$@" >&-', cli, ["health"])
    assert result.returncode == 1
    assert result.stderr.startswith(b"memsy: stdout is closed: ")
    assert list(service.requests) == []


def test_closed_stderr_leaves_result_and_status(cli: CommandLine) -> None:
    assert shell('"$@" 2>&-', cli, ["health"]).stdout.startswith(b"status ")
    result = shell('"$@" 2>&-', cli, ["memories", "get", "nonsense"])
    assert (result.returncode, result.stdout) == (3, b"")


@pytest.mark.parametrize(
    "arguments", [["status", "-"], ["keys", "delete", "k"], ["connectors", "s3", "b", "--region=r"]]
)
def test_closed_stdin_counts_as_empty(cli: CommandLine, arguments: list[str]) -> None:
    result = shell('"$@" <&-', cli, arguments)
    assert result.returncode == (2 if arguments[0] == "status" else 1), "ids are required"
    assert b"Traceback" not in result.stderr


ENCODINGS = ({"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C"})


@pytest.mark.parametrize("variables", ENCODINGS, ids=str)
def test_characters_that_the_encoding_lacks_are_replaced(
    cli: CommandLine, memsy: MemsyClient, variables: dict[str, str]
) -> None:
    memsy.ingest([EventPayload("ann", "s", "user_message", "Пиво tea \N{PILE OF POO}")])
    strict = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **variables}
    result = shell('"$@"', cli, ["search", "tea"], variables=strict)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"???? tea ?" in result.stdout


@pytest.mark.parametrize("variables", ENCODINGS, ids=str)
def test_json_is_valid_in_any_encoding(
    cli: CommandLine, memsy: MemsyClient, variables: dict[str, str]
) -> None:
    memsy.ingest([EventPayload("ann", "s", "user_message", "Пиво tea")])
    result = shell(
        '"$@"', cli, ["search", "tea", "--json"], variables={"PYTHONUTF8": "0", **variables}
    )
    assert json.loads(result.stdout)["results"][0]["content"] == "Пиво tea"


@pytest.mark.parametrize("variables", ENCODINGS, ids=str)
@pytest.mark.parametrize("arguments", [["demo"], ["--help"], ["search", "--help"]])
def test_demo_and_help_need_no_unicode(
    cli: CommandLine, variables: dict[str, str], arguments: list[str]
) -> None:
    strict = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **variables}
    result = shell('"$@"', cli, arguments, variables=strict)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"\xe2" not in result.stdout, "the first byte of a box character in UTF-8"


@pytest.mark.parametrize("variables", ENCODINGS, ids=str)
def test_files_and_stdin_are_utf_8_in_any_encoding(
    cli: CommandLine, service: LocalService, tmp_path: Path, variables: dict[str, str]
) -> None:
    strict = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **variables}
    lines = [
        json.dumps({**EventPayload("ann", "s", "user_message", text).to_dict()}, ensure_ascii=False)
        for text in ("Пиво tea", "Käsespätzle")
    ]
    (tmp_path / "ünïcode.jsonl").write_text(lines[0], encoding="utf-8")
    (tmp_path / "stdin").write_text(lines[1], encoding="utf-8")
    file, stdin = tmp_path / "ünïcode.jsonl", tmp_path / "stdin"
    for script, argument in (('"$@"', str(file)), (f'"$@" <{stdin}', "-")):
        result = shell(script, cli, ["ingest", argument], variables=strict)
        assert (result.returncode, b"Traceback" in result.stderr) == (0, False)
    assert [event.content for event in service.events] == ["Пиво tea", "Käsespätzle"]


def test_version_is_printed_to_a_file(cli: CommandLine, tmp_path: Path) -> None:
    shell(f'"$@" >{tmp_path / "version"}', cli, ["--version"])
    assert (tmp_path / "version").read_text() == f"memsy {__version__}\n"
