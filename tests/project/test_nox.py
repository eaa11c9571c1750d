"""Sessions of nox: workflows call existing sessions, and sessions call existing make targets."""

from __future__ import annotations

import re

import nox
import pytest

import noxfile
from tests.project.files import PYPROJECT, ROOT, session_calls

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PYTHON_CLASSIFIERS = nox.project.python_versions(PYPROJECT)

SESSIONS = {
    *(f"tests-{python}" for python in (*PYTHON_CLASSIFIERS, noxfile.FREE_THREADED)),
    *noxfile.MAKE_TARGETS,
    "upload_allowed",
}


def test_workflows_call_sessions_of_the_noxfile() -> None:
    assert {call["session"] for _, call in session_calls()} <= SESSIONS


def test_every_session_runs_in_a_workflow() -> None:
    assert {call["session"] for _, call in session_calls()} >= SESSIONS


def test_the_suite_runs_on_its_own_version_of_python() -> None:
    for _, call in session_calls():
        if call["session"].startswith("tests-"):
            assert call["session"] == f"tests-{call['python-version']}"


def test_lowest_dependencies_are_tested_on_the_lowest_python() -> None:
    """Newer versions of Python have no wheels of some of these releases."""
    calls = [call for _, call in session_calls() if call["session"] == "lowest"]
    assert [call["python-version"] for call in calls] == PYTHON_CLASSIFIERS[:1]


def test_release_check_installs_on_every_supported_python() -> None:
    calls = [call for _, call in session_calls() if call["session"] == "release_check"]
    assert len(calls) == 2
    for call in calls:
        assert sorted(call["python-version"].split()) == sorted(PYTHON_CLASSIFIERS)


@pytest.mark.parametrize("session", noxfile.MAKE_TARGETS)
def test_session_runs_targets_of_the_makefile(session: str) -> None:
    for target in noxfile.MAKE_TARGETS[session]:
        assert re.search(rf"(?m)^{target}:.* ## ", MAKEFILE), f"make {target} does not exist"


@pytest.mark.parametrize("session", noxfile.MAKE_TARGETS)
def test_contributing_lists_the_session(session: str) -> None:
    targets = " ".join(noxfile.MAKE_TARGETS[session])
    assert f"| `{session}` | `make {targets}` |" in PAGE


def test_free_threaded_session_leaves_out_packages_without_wheels() -> None:
    usual, fewer = (noxfile.development_requirements(p) for p in ("3.14", noxfile.FREE_THREADED))
    left_out = [text for text in usual if text not in fewer]
    names = {re.split(r"[^\w-]", text)[0] for text in left_out}
    assert names == {*noxfile.WITHOUT_FREE_THREADED_WHEELS}


READY = {"name": "another", "urls": {"Source": "https://git.test/"}}
"""Table `project` of a distribution that may be uploaded."""


@pytest.mark.parametrize("name", ["memsy", "Memsy"])
def test_upload_is_refused_under_the_name_of_the_official_sdk(name: str) -> None:
    project = {**READY, "name": name}
    (problem,) = noxfile.upload_problems(project, version="0.4.0", tag="v0.4.0")
    assert f"named {name!r}" in problem
    assert "set [project].name" in problem


def test_upload_is_refused_with_a_placeholder_url() -> None:
    urls = {"Docs": "https://memsy.example/docs/", "Source": "https://git.test/"}
    project = {**READY, "urls": urls}
    (problem,) = noxfile.upload_problems(project, version="0.4.0", tag="v0.4.0")
    assert "'Docs'" in problem
    assert "https://memsy.example/docs/" in problem


def test_upload_is_refused_without_urls() -> None:
    (problem,) = noxfile.upload_problems({"name": "another"}, version="0.4.0", tag="v0.4.0")
    assert "no URLs" in problem


@pytest.mark.parametrize(("tag", "allowed"), [("v0.4.0", True), (None, True), ("v0.4.1", False)])
def test_upload_needs_the_tag_of_the_version(tag: str | None, allowed: bool) -> None:
    problems = noxfile.upload_problems(READY, version="0.4.0", tag=tag)
    assert not problems if allowed else "'v0.4.1'" in problems[0]


def test_upload_of_this_project_waits_for_its_name_and_address() -> None:
    problems = noxfile.upload_problems(PYPROJECT["project"], version="0.4.0", tag=None)
    assert len(problems) == 1 + len(PYPROJECT["project"]["urls"])
