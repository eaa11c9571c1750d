"""
Look for known vulnerabilities in the dependencies: `make audit`.

uv resolves the dependencies and all extras of pyproject.toml to the lowest and to the newest
releases, and pip-audit looks each of them up. docs/dependencies.md lists the advisories that do not
reach this package.

Exit status: 0 without a vulnerability, 1 with one, 75 if the advisory database cannot be reached.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/dependencies.md"
BIN = Path(sys.executable).parent

RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
UNREACHABLE = 75
"""`EX_TEMPFAIL` of BSD. make turns it into 2, and prints it."""

Report = dict[str, Any]


class UnreachableError(Exception):
    """The advisory database gave no answer about some dependencies."""


def accepted_advisories(page: str) -> list[str]:
    """Return the ids in the first column of the table of advisories that do not reach us."""
    return re.findall(r"(?m)^\| `((?:CVE|GHSA|PYSEC)-[\w-]+)` \|", page)


def vulnerabilities(report: Report) -> list[str]:
    """
    Return one line for each vulnerability.

    Raises:
        UnreachableError: The report lacks a dependency. pip-audit counts it as a success.
    """
    skipped = [entry["skip_reason"] for entry in report["dependencies"] if "skip_reason" in entry]
    if skipped:
        raise UnreachableError(f"{len(skipped)} dependencies were not audited: {skipped[0]}")
    return [
        f"{entry['name']} {entry['version']}: {found['id']} ({', '.join(found['aliases'])}), "
        f"fixed in {', '.join(found['fix_versions']) or 'no release'}"
        for entry in report["dependencies"]
        for found in entry["vulns"]
    ]


def audit(resolution: str) -> Report:
    """Resolve the dependencies, and return the report of pip-audit."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        resolved = _run(
            *("uv", "pip", "compile", "--quiet", "--python", sys.executable, "--all-extras"),
            *("--resolution", resolution, "--only-binary", ":all:"),
            *("--output-file", str(requirements), str(ROOT / "pyproject.toml")),
        )
        if resolved.returncode:
            raise SystemExit(f"uv cannot resolve the dependencies: {resolved.stderr.strip()}")
        accepted = accepted_advisories(PAGE.read_text(encoding="utf-8"))
        result = _run(
            *("pip-audit", "--requirement", str(requirements), "--no-deps", "--disable-pip"),
            *("--format", "json", "--progress-spinner", "off"),
            *(f"--ignore-vuln={advisory}" for advisory in accepted),
        )
    try:
        report: Report = json.loads(result.stdout)
    except ValueError:  # after a network error, pip-audit prints only a traceback
        raise UnreachableError(result.stderr.strip().rpartition("\n")[2]) from None
    return report


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    # pip-audit exits with 1 for a vulnerability as well as for a network error.
    return subprocess.run(
        [str(BIN / program), *arguments], check=False, capture_output=True, text=True
    )


def main(arguments: Iterable[str], audit: Callable[[str], Report] = audit) -> int:
    """Audit both resolutions, print the result, and return the exit status."""
    found = 0
    try:
        for name, resolution in RESOLUTIONS.items():
            report = audit(resolution)
            lines = vulnerabilities(report)
            print(f"{name}: {len(report['dependencies'])} dependencies", *lines, sep="\n  ")
            found += len(lines)
    except UnreachableError as error:
        print(f"NOT AUDITED: the advisory database cannot be reached. {error}")
        print("Run `make audit` where https://pypi.org/pypi/requests/json can be read, or with")
        print("PIP_AUDIT_VULNERABILITY_SERVICE=osv where https://api.osv.dev can be reached.")
        return 0 if "--skip-if-unreachable" in arguments else UNREACHABLE
    if found:
        print(
            "Raise the lower bound in pyproject.toml, or add the advisory to the table in "
            "docs/dependencies.md with the reason why it does not reach this package."
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
