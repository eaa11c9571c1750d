"""Report of a campaign: a line, with its findings below."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fuzz.campaign import Campaign
from tests.fuzz.findings import Finding

_MAX_DETAIL = 1000


def report(campaign: Campaign) -> str:
    """Return the lines of one campaign."""
    line = (
        f"{campaign.target:11} {campaign.method:8} {campaign.inputs:9,} inputs"
        f" {campaign.seconds:6.0f} s {len(campaign.violations):4} violations"
        f" {campaign.differences:6,} differences"
    )
    return "\n".join([line, *_finding_lines(campaign)])


def _finding_lines(campaign: Campaign) -> Iterator[str]:
    for finding in campaign.violations:
        yield from _describe(finding)
        data = finding.data.hex() or repr("")
        yield f"    python -m tests.fuzz --replay {campaign.target} {data}"
    for finding in campaign.not_reproducible:
        yield f"  not reproducible: {finding.summary}: {finding.data.hex()[:200]}"


def _describe(finding: Finding) -> Iterator[str]:
    yield f"  {finding.summary} ({finding.count} inputs)"
    detail = finding.detail.encode("utf-8", "backslashreplace").decode()
    yield f"    {' '.join(detail.split())[:_MAX_DETAIL]}"
