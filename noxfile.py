"""
Sessions of the workflows in `.github/`, for every platform.

`nox --list` lists them. `nox -s tests-3.13 -- tests/models` runs a part of the suite. Arguments
after `--` go to pytest in `tests`, and to make elsewhere: `nox -s lint -- VENV=.venv313`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "types"]

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)  # the classifiers
FREE_THREADED = "3.14t"
WITHOUT_FREE_THREADED_WHEELS = ("atheris", "orjson")
"""Packages of the group `dev` that tests skip if they are not installed."""

MAKE_TARGETS = {
    "lint": ("lint",),
    "types": ("types",),
    "type_checkers": ("type-checkers",),
    "mypy_versions": ("mypy-versions",),
    "slow": ("slow",),
    "no_extensions": ("no-extensions",),
    "no_posix": ("no-posix",),
    "runtime_types": ("runtime-types",),
    "lowest": ("test-lowest",),
    "latest": ("test-latest",),
    "audit": ("audit",),
    "docs": ("docs",),
    "integrations": ("examples", "scale"),
    "release_check": ("release-check",),
    "workflows": ("lint-workflows",),
}
"""Sessions that run targets of the Makefile, which has the recipes."""

PLACEHOLDER_HOST = "memsy.example"
OFFICIAL_NAME = "memsy"
"""Distribution on the public index that belongs to the official SDK."""


@nox.session(python=[*PYTHONS, FREE_THREADED])
def tests(session: nox.Session) -> None:
    """Run the test suite without the slow tests, on any platform."""
    session.install("--editable", ".[cli]", *development_requirements(session.python))
    workers = ("--dist", "worksteal", "-n", "auto")
    session.run("python", "-m", "pytest", "-q", "-m", "not slow", *workers, *session.posargs)


def development_requirements(python: object) -> list[str]:
    """Return the requirements of the group `dev` for the version of a session."""
    requirements = nox.project.dependency_groups(PROJECT, "dev")
    left_out = WITHOUT_FREE_THREADED_WHEELS if python == FREE_THREADED else ()
    return [text for text in requirements if not text.startswith(left_out)]


def _make_session(targets: tuple[str, ...]) -> Callable[[nox.Session], None]:
    def run(session: nox.Session) -> None:
        if os.name == "nt":
            session.error("the Makefile needs a POSIX shell: use WSL, or the session `tests`")
        session.run("make", *targets, *session.posargs, external=True)

    run.__doc__ = f"Run `make {' '.join(targets)}`."
    return run


for _name, _targets in MAKE_TARGETS.items():
    nox.session(name=_name, python=False)(_make_session(_targets))


@nox.session(python=False)
def upload_allowed(session: nox.Session) -> None:
    """Fail while the distribution must not be uploaded to the public index."""
    version = re.search(r'__version__ = "(.+)"', (ROOT / "memsy/_version.py").read_text("utf-8"))
    assert version, "memsy/_version.py has no __version__"
    tag = os.environ["GITHUB_REF_NAME"] if os.environ.get("GITHUB_REF_TYPE") == "tag" else None
    if problems := upload_problems(PROJECT["project"], version=version[1], tag=tag):
        session.error("\n".join(["the upload is not allowed:", *problems]))


def upload_problems(project: dict[str, Any], *, version: str, tag: str | None) -> list[str]:
    """
    Return the reasons against an upload to the public index, each with its fix.

    Args:
        project: Table `project` of pyproject.toml.
        version: Version of the package.
        tag: Git tag of the release, or None outside a release.
    """
    problems = []
    urls = project.get("urls", {})
    # The index ignores case, and takes hyphens, underscores and dots for each other.
    if re.sub(r"[-_.]+", "-", project["name"]).lower() == OFFICIAL_NAME:
        problems.append(
            f"the distribution is named {project['name']!r}, and the official SDK has this name on "
            "the public index: decide on a name, and set [project].name"
        )
    if not urls:
        problems.append("the project has no URLs: set the public address in [project.urls]")
    problems += [
        f"the URL {label!r} is the placeholder {url}: set the public address in [project.urls]"
        for label, url in urls.items()
        if PLACEHOLDER_HOST in url
    ]
    if tag is not None and tag != f"v{version}":
        problems.append(
            f"the tag is {tag!r}, and the version is {version!r}: create the tag v{version}"
        )
    return problems
