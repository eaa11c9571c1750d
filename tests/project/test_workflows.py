"""Workflows: permissions, pins, timeouts, triggers, and the order of a release."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nox
import pytest

from tests.project.files import (
    GITHUB,
    NOX_ACTION,
    PYPROJECT,
    WORKFLOWS,
    jobs,
    load,
    matrix,
    steps,
)

PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
TESTS, RELEASE = GITHUB / "workflows/tests.yml", GITHUB / "workflows/release.yml"
PYTHON_CLASSIFIERS = nox.project.python_versions(PYPROJECT)

each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


@each_workflow
def test_permissions_are_granted_by_job(workflow: Path) -> None:
    assert load(workflow)["permissions"] == {}
    for name, job in jobs(workflow).items():
        assert job["permissions"], name
        writes = {scope for scope, access in job["permissions"].items() if access == "write"}
        assert writes <= _ALLOWED_WRITES.get(f"{workflow.stem}.{name}", set()), name


_ALLOWED_WRITES = {
    "codeql.analyze": {"security-events"},
    "docs.deploy": {"pages", "id-token"},
    "release.publish": {"id-token"},
}


@each_workflow
def test_jobs_have_a_timeout_and_workflows_one_run_at_a_time(workflow: Path) -> None:
    assert load(workflow)["concurrency"]["group"] == "${{ github.workflow }}-${{ github.ref }}"
    assert all(job["timeout-minutes"] <= 60 for job in jobs(workflow).values())


@each_workflow
def test_workflow_never_runs_foreign_code_with_secrets(workflow: Path) -> None:
    assert (
        not {"pull_request_target", "workflow_run", "issue_comment"} & load(workflow)["on"].keys()
    )
    assert "secrets." not in workflow.read_text(encoding="utf-8")


@each_workflow
def test_checkout_keeps_no_credentials(workflow: Path) -> None:
    for name, step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, name


@pytest.mark.parametrize(
    "path", [*WORKFLOWS, *GITHUB.glob("actions/*/action.yml")], ids=lambda path: path.parent.name
)
def test_actions_are_pinned_by_commit_with_their_version(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if "uses:" in line:
            assert PINNED.search(line) or line.strip() == f"uses: {NOX_ACTION}", line


def test_one_commit_for_each_action() -> None:
    uses = {step["uses"] for workflow in WORKFLOWS for _, step in steps(workflow) if "uses" in step}
    pins = dict(use.split("@") for use in uses - {NOX_ACTION})
    assert len(pins) == len(uses) - 1


def test_suite_runs_on_every_supported_python_and_system() -> None:
    runs = {(c["os"], c["python-version"]) for c in matrix(jobs(TESTS)["suite"])}
    assert {python for name, python in runs if name == "ubuntu-latest"} == {*PYTHON_CLASSIFIERS}
    for system in ("macos-latest", "windows-latest"):
        ends = {PYTHON_CLASSIFIERS[0], PYTHON_CLASSIFIERS[-1]}
        assert {python for name, python in runs if name == system} == ends


def test_classifiers_begin_at_the_required_python() -> None:
    assert PYPROJECT["project"]["requires-python"] == f">={PYTHON_CLASSIFIERS[0]}"


def test_only_experimental_jobs_may_fail_and_they_warn() -> None:
    tolerant = {
        (workflow.name, name)
        for workflow in WORKFLOWS
        for name, job in jobs(workflow).items()
        if job.get("continue-on-error") or any(s.get("continue-on-error") for s in job["steps"])
    }
    assert tolerant == {("tests.yml", "experimental")}
    last = jobs(TESTS)["experimental"]["steps"][-1]
    assert last["if"] == "failure()"
    assert "::warning" in last["run"]


def test_release_stops_before_the_build_while_an_upload_is_not_allowed() -> None:
    release = jobs(RELEASE)
    assert load(RELEASE)["on"] == {"push": {"tags": ["v*"]}}
    assert _sessions(release["upload_allowed"]) == ["upload_allowed"]
    checkout, on_main, _ = release["upload_allowed"]["steps"]
    assert checkout["with"]["fetch-depth"] == 0
    assert on_main["run"] == "git merge-base --is-ancestor HEAD origin/main"
    assert release["build"]["needs"] == "upload_allowed"
    assert release["publish"]["needs"] == "build"
    assert not any("if" in job for job in release.values())


def test_publishing_job_uploads_the_checked_distributions_and_runs_nothing_else() -> None:
    release = jobs(RELEASE)
    assert release["publish"]["environment"] == {"name": "pypi"}
    download, upload = release["publish"]["steps"]
    kept = release["build"]["steps"][-1]
    assert _sessions(release["build"]) == ["release_check"]
    assert download["with"]["name"] == kept["with"]["name"]
    assert upload["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert upload["with"] == {"attestations": True}


def _sessions(job: dict[str, Any]) -> list[str]:
    return [step["with"]["session"] for step in job["steps"] if step.get("uses") == NOX_ACTION]


def test_site_is_deployed_from_the_main_branch_alone() -> None:
    deploy = jobs(GITHUB / "workflows/docs.yml")["deploy"]
    assert deploy["needs"] == "build"
    assert "github.ref == 'refs/heads/main'" in deploy["if"]
    assert "github.event_name != 'pull_request'" in deploy["if"]


@pytest.mark.skipif(sys.platform == "win32", reason="the step is a POSIX shell script")
@pytest.mark.parametrize(
    ("site_url", "is_public"),
    [("https://memsy.example/", "false"), ("https://memsy.test/", "true")],
)
def test_site_is_deployed_only_to_a_decided_address(
    site_url: str, is_public: str, tmp_path: Path
) -> None:
    docs = jobs(GITHUB / "workflows/docs.yml")
    (script,) = (step["run"] for step in docs["build"]["steps"] if step.get("id") == "address")
    (tmp_path / "zensical.toml").write_text(f'site_url = "{site_url}"\n', encoding="utf-8")
    output = {"GITHUB_OUTPUT": os.fspath(tmp_path / "output")}
    subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env={**os.environ, **output}, check=True
    )
    assert (tmp_path / "output").read_text() == f"is_public={is_public}\n"
    assert docs["build"]["outputs"] == {
        "has_public_address": "${{ steps.address.outputs.is_public }}"
    }
    assert "needs.build.outputs.has_public_address == 'true'" in docs["deploy"]["if"]
