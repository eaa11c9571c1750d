"""Checks of metadata: contradictions are found, and the metadata of the project has none."""

from __future__ import annotations

from email.message import Message

import pytest

from tests.release import metadata
from tests.release.archive_files import COMMIT
from tests.release.commit import TrackedFile

FIELDS = {
    "Version": ["0.4.0"],
    "Requires-Python": [">=3.10"],
    "Classifier": [
        "Programming Language :: Python :: 3 :: Only",
        *(f"Programming Language :: Python :: 3.{minor}" for minor in range(14, 9, -1)),
    ],
    "Provides-Extra": ["cli", "ray"],
}


def make_metadata(description: str = "", /, **changes: list[str]) -> Message:
    """Return metadata in which `changes` replace fields; underscores stand for hyphens."""
    fields = {**FIELDS, **{name.replace("_", "-"): value for name, value in changes.items()}}
    lines = [f"{name}: {value}" for name, values in fields.items() for value in values]
    return metadata.parse("\n".join([*lines, "", description]).encode())


def test_consistent_metadata_have_no_problems() -> None:
    parsed = make_metadata()
    assert list(metadata.version_problems(parsed, COMMIT)) == []
    assert list(metadata.python_problems(parsed)) == []
    assert list(metadata.extra_problems(parsed, COMMIT)) == []
    assert metadata.python_versions(parsed) == ["3.10", "3.11", "3.12", "3.13", "3.14"]


def test_version_of_another_release_is_found() -> None:
    assert list(metadata.version_problems(make_metadata(Version=["0.4.1"]), COMMIT)) == [
        "memsy/_version.py: __version__ is not '0.4.1', the version of the metadata",
        "CHANGELOG.md: it has no section `## 0.4.1`",
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"Requires_Python": [">=3.11"]},
            "Requires-Python: '>=3.11', but the classifiers begin at 3.10",
        ),
        (
            {"Classifier": [c for c in FIELDS["Classifier"] if not c.endswith("3.12")]},
            "Classifier: the versions of Python have a gap: 3.10, 3.11, 3.13, 3.14",
        ),
        ({"Classifier": []}, "Classifier: none names a version of Python"),
    ],
)
def test_contradiction_about_python_is_found(changes: dict[str, list[str]], problem: str) -> None:
    assert list(metadata.python_problems(make_metadata(**changes))) == [problem]


@pytest.mark.parametrize(
    "line",
    ["pip install '.[cli,otel]'", 'pip install ".[otel]"', "./memsy-0.4.0-py3-none-any.whl[otel]"],
)
def test_unknown_extra_in_a_page_is_found(line: str) -> None:
    commit = COMMIT._replace(files={"docs/guide.md": TrackedFile(line.encode())})
    assert list(metadata.extra_problems(make_metadata(), commit)) == [
        "docs/guide.md: it names the extra 'otel'; known are cli, ray"
    ]


def test_relative_links_of_the_readme_are_found() -> None:
    parsed = make_metadata(
        "[guide](docs/guide.md#top) [top](#top) [site](https://memsy.io)\n"
        "[again](docs/guide.md#top)\n"
        '<img src="docs/performance.svg"> [mail](mailto:someone)\n'
    )
    assert metadata.relative_links(parsed) == ["docs/guide.md#top", "docs/performance.svg"]


def test_distribution_is_private_with_the_classifier_that_an_index_refuses() -> None:
    assert not metadata.is_private(make_metadata())
    assert metadata.is_private(make_metadata(Classifier=["Private :: Do Not Upload"]))
