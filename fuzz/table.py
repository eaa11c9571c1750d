"""What a person is told of a campaign: a line, and more if there is more to say."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.campaign import Campaign
from fuzz.findings import Finding

_MOST_DETAIL = 1000


def told(campaign: Campaign) -> str:
    """A row of a table, with what was found below it."""
    row = (
        f"{campaign.target:10} {campaign.way:7} {campaign.inputs:9,} inputs"
        f" {campaign.seconds:6.0f} s {len(campaign.broken):4} findings"
        f" {campaign.differences:6,} differences"
    )
    return "\n".join([row, *_below(campaign)])


def _below(campaign: Campaign) -> Iterator[str]:
    for finding in campaign.broken:
        yield from _described(finding)
        yield f"    python -m fuzz --replay {campaign.target} {finding.data.hex() or repr('')}"
    for finding in campaign.unsteady:
        yield f"  once, and not again: {finding.what}: {finding.data.hex()[:200]}"


def _described(finding: Finding) -> Iterator[str]:
    yield f"  {finding.what} ({finding.times} inputs)"
    detail = finding.detail.encode("utf-8", "backslashreplace").decode()
    yield f"    {' '.join(detail.split())[:_MOST_DETAIL]}"
