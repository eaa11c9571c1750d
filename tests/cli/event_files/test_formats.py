"""Format of a file: its suffix, or `--format`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from memsy import MemsyConfigurationError
from memsy.cli.errors import CommandError
from memsy.cli.event_files.formats import file_format


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tea.jsonl", "jsonl"),
        ("tea.ndjson", "jsonl"),
        ("tea.json", "jsonl"),
        ("tea.json.gz", "jsonl"),
        ("tea.2024.CSV.GZ", "csv"),
        ("tea.csv", "csv"),
        ("tea.parquet", "parquet"),
    ],
)
def test_suffix_names_the_format(name: str, expected: str) -> None:
    assert file_format(Path(name), None) == expected


@pytest.mark.parametrize("name", ["tea", "tea.gz", "tea.csv.zst", "csv", ".csv", "tea.tsv"])
def test_unknown_suffix_is_an_error_that_names_the_option(name: str) -> None:
    message = f"the name of {name} does not end in .jsonl, .ndjson, .json, .csv, .parquet or one "
    with pytest.raises(CommandError, match=re.escape(message)) as excinfo:
        file_format(Path(name), None)
    assert str(excinfo.value).endswith("name its format with --format jsonl, csv or parquet")
    assert excinfo.value.exit_code == 2


def test_option_wins_over_the_suffix() -> None:
    assert file_format(Path("tea.csv"), "jsonl") == "jsonl"
    with pytest.raises(MemsyConfigurationError, match=r"--format must be .* did you mean 'csv'\?"):
        file_format(Path("tea.csv"), "cvs")
