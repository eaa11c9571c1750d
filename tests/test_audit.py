"""Results of `make audit`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import nox
import pytest

from tests.audit import PAGE, RESOLUTIONS, ROOT, Report, UnreachableError, accepted_advisories, main

CLEAN: Report = {"dependencies": [{"name": "yarl", "version": "1.17.0", "vulns": []}]}
VULNERABILITY = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["1.18"]}
VULNERABLE: Report = {
    "dependencies": [{"name": "yarl", "version": "1.17.0", "vulns": [VULNERABILITY]}]
}
UNKNOWN: Report = {"dependencies": [{"name": "yarl", "skip_reason": "Dependency not found"}]}


def unreachable(_: Sequence[str]) -> Report:
    raise UnreachableError("no network")


def test_audit_without_vulnerability_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], lambda _: CLEAN) == 0
    assert capsys.readouterr().out == "lowest: 1 dependencies\nnewest: 1 dependencies\n"


def test_audit_reports_each_vulnerability(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--skip-if-unreachable"], lambda _: VULNERABLE) == 1
    assert "yarl 1.17.0: PYSEC-1 (CVE-1), fixed in 1.18" in capsys.readouterr().out


@pytest.mark.parametrize("audit", [unreachable, lambda _: UNKNOWN], ids=["network", "mirror"])
def test_audit_without_the_advisory_database_is_not_a_success(
    audit: Callable[[Sequence[str]], Report], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], audit) == 75
    assert main(["--skip-if-unreachable"], audit) == 0
    assert (
        capsys.readouterr().out.count("NOT AUDITED: the advisory database cannot be reached") == 2
    )


def test_lowest_releases_are_those_of_the_lowest_python() -> None:
    required = nox.project.load_toml(ROOT / "pyproject.toml")["project"]["requires-python"]
    option, version = RESOLUTIONS["lowest"][-2:]
    assert (option, f">={version}") == ("--python-version", required)


def test_accepted_advisories_are_those_of_the_page() -> None:
    accepted = accepted_advisories(PAGE.read_text(encoding="utf-8"))
    assert "CVE-2024-47081" in accepted
    assert len(accepted) == len(set(accepted))
