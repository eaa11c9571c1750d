"""Sections: all goals are present, and each task is one that its program knows."""

from __future__ import annotations

from collections import Counter

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.comparisons import Section
from benchmarks.sections import SECTIONS

GOALS = {
    "async": ["<= 1.35", "<= 1.5", "<= 1.5", "<= 1.5", ">= 8"],
    "sync": ["<= 1.25", ">= 1.3", ">= 1.7", "<= 1.4"],
    "models": ["<= 0.4"],
    "start": ["<= 0.75", "<= 1.1", "<= 10", "<= 1.25", "<= 1.6"],
    "fakes": ["<= 0.7", "<= 0.8"],
    "ingest": ["<= 0.65"],
    "server": [">= 20,000", ">= 15,000", ">= 3,500", ">= 3,500"],
    "search": ["<= 5", "<= 5", "<= 5"],
}


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
def test_section_has_its_goals(section: Section) -> None:
    goals = [str(one.goal) for one in section.comparisons if one.goal]
    assert goals == GOALS[section.name]


def test_titles_are_unique_within_a_section() -> None:
    for section in SECTIONS.values():
        titles = Counter(one.title for one in section.comparisons)
        assert max(titles.values()) == 1


def test_environments_are_known() -> None:
    measurements = [one for section in SECTIONS.values() for one in section.measurements]
    assert {one.environment for one in measurements} == {"ours", "baseline", "official", "plain"}


def test_unknown_section_is_an_error() -> None:
    result = CliRunner().invoke(app, ["--only", "async,fast"])
    assert result.exit_code == 2
    assert "'fast' is not a section" in " ".join(result.output.replace("│", " ").split())


def test_figures_of_some_sections_cannot_be_published() -> None:
    result = CliRunner().invoke(app, ["--only", "async", "--publish"])
    assert result.exit_code == 2
    assert "--publish needs all sections" in result.output
