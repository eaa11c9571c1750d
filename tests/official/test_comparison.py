"""Comparison with the official SDK: the page shows the JSON, and the cells of memsy are current."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copy

import pytest

from benchmarks.pages import figures_of
from tests.official.comparison import main
from tests.official.publication import COMMAND, DOCS, markdown, publish, read
from tests.official.sections import NAMES, PERFORMANCE, PROBES, Section, probe, speed

VARYING = {"static_types", "contents", "deadlines"}
"""Probes whose cells depend on the installed tools, on the platform or on the load."""
WITHOUT_TRIO = "not measured: trio is not installed"


def test_page_of_the_repository_shows_the_published_tables() -> None:
    sections = read(DOCS)
    assert figures_of(DOCS / "comparison.md", COMMAND) == markdown(sections)
    assert list(sections) == list(NAMES)
    for section in sections.values():
        assert section.memsy.keys() == section.official.keys()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the fork probe needs os.fork")
@pytest.mark.parametrize("name", [name for name in PROBES if name not in VARYING])
def test_published_cells_of_memsy_are_current(name: str) -> None:
    cells = {row: cell for row, cell in probe(name, sys.executable).items() if cell != WITHOUT_TRIO}
    assert cells == {row: read(DOCS)[name].memsy[row] for row in cells}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["contents", "deadlines"])
def test_probe_measures_the_published_rows(name: str) -> None:
    assert probe(name, sys.executable).keys() == read(DOCS)[name].memsy.keys()


def test_speed_comes_from_the_published_benchmark() -> None:
    assert read(DOCS)["speed"] == speed(PERFORMANCE)


def test_new_sections_replace_the_old_ones_and_keep_others(tmp_path: Path) -> None:
    copy(DOCS / "comparison.md", tmp_path)
    where = {"versions": "memsy 1", "date": "today"}
    old = Section("Errors", "Errors.", where, {"status 404": "wrong"}, {"status 404": "wrong"})
    new = Section("Errors", "Errors.", where, {"status 404": "`NotFoundError`"}, {})
    publish({"errors": old, "speed": old}, tmp_path)
    publish({"errors": new}, tmp_path)
    assert read(tmp_path) == {"errors": new, "speed": old}
    page = (tmp_path / "comparison.md").read_text()
    assert "| status 404 | `NotFoundError` | not measured |" in page
    assert "`make comparison ONLY=errors`: memsy 1, today." in page


def test_comparison_prints_both_sdks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([sys.executable, "--only", "parity"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Parity", "of", "sync", "and", "async", "memsy", "official", "SDK"]
    assert lines[2].split()[-2:] == ["0", "0"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/no/such/python"], "PYTHON must be an executable file, got '/no/such/python'"),
        ([sys.executable, "--only", "unknown"], "--only: 'unknown' is not a section"),
    ],
)
def test_wrong_arguments_are_a_usage_error(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert message in capsys.readouterr().err
