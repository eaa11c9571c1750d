"""Issue forms, Dependabot, pre-commit, and the pages for contributors and reporters."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.project.files import GITHUB, PYPROJECT, ROOT, load

DEPENDABOT = load(GITHUB / "dependabot.yml")
FORMS = [*(GITHUB / "ISSUE_TEMPLATE").glob("*.yml")]
PAGES = ["SECURITY.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "docs/versioning.md"]


def _covered(ecosystem: str) -> set[Path]:
    (update,) = (u for u in DEPENDABOT["updates"] if u["package-ecosystem"] == ecosystem)
    patterns = [directory.strip("/") for directory in update["directories"]]
    return {path for p in patterns for path in (ROOT.glob(p) if p else [ROOT])}


def test_dependabot_covers_every_project() -> None:
    projects = [ROOT / "pyproject.toml", *ROOT.glob("[!.]*/**/pyproject.toml")]
    assert {path.parent for path in projects} <= _covered("pip")


def test_dependabot_covers_workflows_and_actions() -> None:
    actions = {path.parent for path in GITHUB.glob("actions/*/action.yml")}
    assert _covered("github-actions") == {ROOT, *actions}


def test_dependabot_ignores_the_official_sdk() -> None:
    (pip,) = (u for u in DEPENDABOT["updates"] if u["package-ecosystem"] == "pip")
    assert pip["ignore"] == [{"dependency-name": PYPROJECT["project"]["name"]}]


def test_dependabot_waits_for_releases_to_age() -> None:
    for update in DEPENDABOT["updates"]:
        assert update["cooldown"]["default-days"] >= 7
        assert len(update["groups"]) == 1


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_form_has_unique_ids_and_labels(form: Path) -> None:
    fields = [field for field in load(form).get("body", []) if field["type"] != "markdown"]
    assert form.name == "config.yml" or fields
    for names in ([f["id"] for f in fields], [f["attributes"]["label"] for f in fields]):
        assert len(names) == len(set(names))


def test_bug_form_asks_for_version_and_leads_to_the_private_report() -> None:
    text = (GITHUB / "ISSUE_TEMPLATE/bug.yml").read_text(encoding="utf-8")
    assert "id: version" in text
    assert "*Report a vulnerability* on the Security tab" in text
    assert "Report a vulnerability" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_have_a_target(page: str) -> None:
    path = ROOT / page
    for target, anchor in re.findall(
        r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", path.read_text("utf-8")
    ):
        file = path if not target else path.parent / target
        assert file.exists(), f"{page}: {target}"
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", file.read_text(encoding="utf-8"))
            assert anchor in [re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings]


def test_scope_of_security_names_guarantees_of_the_reliability_page() -> None:
    table = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("| Guarantee |")[2]
    named = re.findall(r"(?m)^\| (\w[^|]*) \|", table.partition("\n\n")[0])
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    guarantees = re.split(r"(?m)^## ", page.partition("\n## Guarantees\n")[2])[0]
    assert len(named) >= 5
    assert set(named) <= set(re.findall(r"(?m)^### (.+)$", guarantees))


def test_no_page_invents_an_address() -> None:
    for path in [*(ROOT / page for page in PAGES), *GITHUB.rglob("*.yml"), *GITHUB.rglob("*.md")]:
        assert not re.search(r"[\w.]+@[\w-]+\.\w+", path.read_text(encoding="utf-8")), path


def test_urls_of_the_project_have_one_host() -> None:
    urls = PYPROJECT["project"]["urls"].values()
    assert len({urlsplit(url).netloc for url in urls}) == 1
    assert {urlsplit(url).scheme for url in urls} == {"https"}


def test_pre_commit_runs_the_tools_of_the_environment() -> None:
    (repository,) = load(ROOT / ".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    hooks = {hook["id"]: hook for hook in repository["hooks"]}
    assert {hook["language"] for hook in hooks.values()} == {"system"}
    assert hooks["ruff-check"]["entry"].startswith(".venv/bin/ruff")


def test_text_files_follow_the_editor_settings() -> None:
    """Each tracked file ends in one line feed, and has no carriage return."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.pyi", "*.md", "*.yml", "*.toml", "Makefile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode:
        pytest.skip("the tree is not a Git repository")
    for name in filter(None, tracked.stdout.split("\0")):
        content = (ROOT / name).read_bytes()
        assert b"\r" not in content, name
        assert not content or content.endswith(b"\n"), name
