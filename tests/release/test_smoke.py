"""Commands, interpreters and the report of the release check."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.release.__main__ import keep
from tests.release.archive_files import wheel_members
from tests.release.archives import Member
from tests.release.builds import Distributions
from tests.release.commands import clean_environment, problems_of, run
from tests.release.installation import importable_alone, public_modules
from tests.release.interpreters import find_interpreter
from tests.release.report import Report


def test_report_prints_a_line_for_each_check_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    assert report.check("metadata", [])
    assert not report.check("contents", (f"file {number}" for number in range(30)))
    assert report.close("commit abc1234") == 1
    first, second, *problems, more, last = capsys.readouterr().out.splitlines()
    assert (first, second, len(problems)) == ("ok    metadata", "FAIL  contents", 20)
    assert more.strip() == "and 10 more"
    assert last == "release-check: 1 of 2 checks passed (commit abc1234)"


def test_report_without_failures_succeeds() -> None:
    report = Report()
    report.check("metadata", [])
    assert report.close("commit abc1234") == 0


def test_failed_command_is_a_problem_with_its_output(tmp_path: Path) -> None:
    assert problems_of(run(sys.executable, "-c", "pass", cwd=tmp_path)) == []
    process = run(sys.executable, "-c", "print('lost'); raise SystemExit(3)", cwd=tmp_path)
    first, *output = problems_of(process)
    assert first.startswith("exit status 3: ")
    assert output == ["lost"]


def test_commands_do_not_see_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMSY_API_KEY", "msy_secret")
    monkeypatch.setenv("PYTHONPATH", os.fspath(Path.cwd()))
    environment = clean_environment(TZ="UTC")
    assert not {"MEMSY_API_KEY", "PYTHONPATH"} & environment.keys()
    assert environment["TZ"] == "UTC"


def test_interpreter_of_this_process_is_found_and_an_unknown_version_is_not() -> None:
    version = "{}.{}".format(*sys.version_info)
    assert find_interpreter(version) == Path(sys.executable)
    assert find_interpreter("3.999") is None


def test_checked_distributions_replace_earlier_ones_and_no_other_file(tmp_path: Path) -> None:
    checked = Distributions(tmp_path / "memsy-2.tar.gz", tmp_path / "memsy-2-py3-none-any.whl")
    for path in checked:
        path.write_bytes(b"checked")
    output = tmp_path / "output"
    output.mkdir()
    for name in ("memsy-1.tar.gz", "memsy-1-py3-none-any.whl", "notes.txt"):
        (output / name).touch()
    keep(Report(), checked, output)
    expected = {path.name for path in checked} | {"notes.txt"}
    assert {path.name for path in output.iterdir()} == expected


def test_public_modules_have_no_underscore_and_know_their_extras() -> None:
    wheel = {
        **wheel_members(),
        **dict.fromkeys(
            (
                *("memsy/cli/__init__.py", "memsy/cli/app.py", "memsy/_core/http.py"),
                *("memsy/integrations/ray.py", "memsy/__main__.py", "memsy/clients.py"),
            ),
            Member(b"", 0o644, 0),
        ),
    }
    modules = public_modules(wheel)
    assert modules == ["memsy", "memsy.cli", "memsy.cli.app", "memsy.clients"]
    assert importable_alone(modules) == ["memsy", "memsy.clients"]
