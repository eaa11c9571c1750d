"""Install lines: the index has the official SDK as `memsy`, so a line names a path or a wheel."""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path

import pytest

from memsy import __version__
from tests.docs.blocks import PAGES, ROOT

FOLDERS = ("memsy", "docs", "examples", "tests", "benchmarks", "typings", ".github")
SUFFIXES = {".md", ".py", ".pyi", ".toml", ".ini", ".yml", ".yaml", ".txt", ".sh"}
FILES = [
    *(path for path in ROOT.iterdir() if path.suffix in SUFFIXES or path.name == "Makefile"),
    *(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES and path != Path(__file__)
    ),
]

# A release of the official SDK may be installed from the index: `memsy==0.3.5`.
_OF_THE_INDEX = re.compile(
    r"""
    \b(?:pip3?|pipx|uv|uvx|poetry|pdm)\b [^\n`]* \s (?:install|add|run|sync|\w+x) \b
    (?: [^\n`]* \s)? ['"]? memsy (?:\[[\w,\-]*\])? (?! ==0\.3\.5 | [\w.\-/=] ) .*
    | ['"`] memsy\[ [\w,\-]+ \] ['"`]
    """,
    re.VERBOSE,
)


def from_index(text: str) -> list[str]:
    return [match[0] for match in _OF_THE_INDEX.finditer(text)]


def test_every_install_line_names_a_path_or_a_wheel() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in FILES
        if (lines := from_index(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_pages_install_a_checkout_or_the_wheel_of_this_version() -> None:
    """With the extras that the package declares."""
    found = [
        match.groups()
        for page in PAGES
        for match in re.finditer(
            r"pip install '?(\.(?!/)|[\w./-]*memsy-[\w.-]+\.whl)(?:\[([\w,-]+)\])?",
            (ROOT / page).read_text(encoding="utf-8"),
        )
    ]
    targets = {Path(target).name for target, _ in found}
    assert targets == {"", f"memsy-{__version__}-py3-none-any.whl"}
    extras = {extra for _, names in found if names for extra in names.split(",")}
    assert {"cli"} <= extras <= {*(metadata("memsy").get_all("Provides-Extra") or ())}


@pytest.mark.parametrize(
    "line",
    [
        "pip install memsy",
        "pip install -U memsy",
        "$ pip install --upgrade 'memsy'",
        'needs OpenTelemetry: pip install "memsy[otel]"',
        "python -m pip -qq install pytest memsy[cli,parquet]",
        "pip install 'memsy>=0.4'",
        "uv add memsy",
        "uv pip install memsy",
        'the extra is `memsy[ray]`, "memsy[ray]"',
    ],
)
def test_line_that_installs_from_the_index_is_found(line: str) -> None:
    assert from_index(line)


@pytest.mark.parametrize(
    "line",
    [
        "pip install .",
        "pip install '.[cli]'",
        "pip install ./memsy-0.4.0-py3-none-any.whl",
        "pip install 'dist/memsy-0.4.0-py3-none-any.whl[cli]'",
        "pip install $(EXAMPLES_VENV)/dist/memsy-*.whl",
        "pip install 'memsy==0.3.5'",
        "pip install /src/memsy",
        "pip uninstall memsy",
        "`pip install .` in a checkout; then `memsy demo`",
    ],
)
def test_other_line_is_not_found(line: str) -> None:
    assert not from_index(line)
