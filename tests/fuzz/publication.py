"""Measurements of the fuzz campaigns for docs/reliability.md."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from tests.chaos.metric import ASYNC, SYNC, Metric
from tests.chaos.publication import Measurement, summary_of
from tests.fuzz.campaign import Campaign
from tests.fuzz.targets import TARGETS

_WITHOUT_A_CLIENT = {"requests", "service"}
"""Targets that send requests without a client: their count is in the column of sync."""


def measurements(campaigns: Sequence[Campaign], options: Sequence[str]) -> dict[str, Measurement]:
    """
    Return one measurement for each target.

    Args:
        campaigns: All campaigns of a run.
        options: Options of the run, for the commands beside the figures.
    """
    by_target = groupby(sorted(campaigns, key=attrgetter("target")), attrgetter("target"))
    return {
        f"fuzz_{target}": _measurement(target, list(group), options) for target, group in by_target
    }


def _measurement(target: str, campaigns: Sequence[Campaign], options: Sequence[str]) -> Measurement:
    return Measurement.now(
        shlex.join(["python", "-m", "tests.fuzz", target, *options]),
        summary_of(TARGETS[target]),
        sum(campaign.seconds for campaign in campaigns),
        [_metric(campaign) for campaign in campaigns],
    )


def _metric(campaign: Campaign) -> Metric:
    modes = (SYNC,) if campaign.target in _WITHOUT_A_CLIENT else (SYNC, ASYNC)
    differences = campaign.differences
    return Metric(
        f"violations in {campaign.inputs:,} inputs, {campaign.method}",
        0,
        dict.fromkeys(modes, len(campaign.violations)),
        note=f"{differences:,} inputs with two valid outcomes" if differences else "",
    )
