"""`memsy usage`: sums, and what they are made of."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import attrs
import pytest

from memsy import (
    DimensionUsage,
    EventPayload,
    MemsyClient,
    TimeseriesPoint,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)
from memsy.cli.output import emit
from memsy.cli.usage import view_series, view_summary
from memsy.testing import LocalService
from tests.cli.conftest import Shell


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient, service: LocalService) -> None:
    service.config = attrs.evolve(service.config, limits={"events_ingested": 8})
    memsy.ingest([EventPayload("ann", "s", "user_message", f"tea {n}") for n in range(2)])


def series(shell: Shell, *options: str) -> list[dict[str, object]]:
    answer = shell.json("usage", *options)
    assert isinstance(answer, dict)
    data: list[dict[str, object]] = answer["data"]
    return data


def row(shown: str, name: str) -> list[str]:
    [line] = [line.split() for line in shown.splitlines() if name in line]
    return line


def test_every_dimension_is_shown_with_its_limit_and_its_share(shell: Shell) -> None:
    assert row(shell("usage").stdout, "events_ingested")[:4] == ["events_ingested", "2", "8", "25"]


def test_what_has_no_limit_says_so(shell: Shell) -> None:
    assert row(shell("usage").stdout, "search_queries")[-2:] == ["no", "limit"]


def test_plan_and_period_are_named(shell: Shell) -> None:
    shown = shell("usage").stdout
    assert row(shown, "plan") == ["plan", "free"]
    assert " to " in shown


def test_programs_get_json(shell: Shell) -> None:
    answer = shell.json("usage")
    assert isinstance(answer, dict)
    used = {one["dimension"]: one["used"] for one in answer["dimensions"]}
    assert used["events_ingested"] == 2


@pytest.mark.parametrize(("flag", "granularity"), [("--daily", "daily"), ("--hourly", "hourly")])
def test_it_can_be_drawn_out_over_time(shell: Shell, flag: str, granularity: str) -> None:
    answer = shell.json("usage", flag)
    assert isinstance(answer, dict)
    assert answer["granularity"] == granularity


def test_a_dimension_is_shown_over_time_and_alone(shell: Shell) -> None:
    points = series(shell, "--dimension", "events_ingested")
    assert [(point["dimension"], point["quantity"]) for point in points] == [("events_ingested", 2)]


def test_days_outside_are_left_out(shell: Shell) -> None:
    tomorrow = f"{datetime.now(timezone.utc) + timedelta(days=1):%Y-%m-%d}"
    only_events = ("--dimension", "events_ingested")
    assert len(series(shell, *only_events, "--to", tomorrow)) == 1
    assert series(shell, "--from", "2020-01-01", "--to", "2020-01-02") == []


def test_an_unknown_dimension_is_the_service_s_refusal(shell: Shell) -> None:
    result = shell("usage", "--dimension", "tea")
    assert result.exit_code == 1
    assert result.stderr.startswith("memsy usage: ValidationError: ")


def test_a_series_shows_each_date_once(capsys: pytest.CaptureFixture[str]) -> None:
    points = [
        TimeseriesPoint("2026-01-01", "api_calls", 1200),
        TimeseriesPoint("2026-01-01", "search_queries", 0),
        TimeseriesPoint("2026-01-02", "api_calls", 5),
    ]
    emit(UsageTimeseriesResponse("o", "daily", points), view_series, as_json=False)
    shown = capsys.readouterr().out
    assert shown.count("2026-01-01") == 1
    assert row(shown, "1,200")[:3] == ["2026-01-01", "api_calls", "1,200"]


def test_a_time_without_use_says_so(shell: Shell) -> None:
    shown = shell("usage", "--daily", "--from", "2020-01-01", "--to", "2020-01-02").stdout
    assert shown == "Nothing was used.\n"


@pytest.mark.parametrize(
    ("used", "limit", "percent"), [(3, 0, "100"), (12, 8, "150"), (999, 1000, "99")]
)
def test_100_per_cent_is_what_is_used_up_or_more(
    capsys: pytest.CaptureFixture[str], used: int, limit: int, percent: str
) -> None:
    dimensions = [DimensionUsage("llm_tokens", used, limit)]
    summary = UsageSummaryResponse("o", "pro", "2026-01-01", "2026-01-31", dimensions)
    emit(summary, view_summary, as_json=False)
    assert row(capsys.readouterr().out, "llm_tokens")[3] == percent


def test_the_price_of_more_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    dimensions = [DimensionUsage("llm_tokens", 1, 2, overage_rate=0.002)]
    summary = UsageSummaryResponse("o", "pro", "2026-01-01", "2026-01-31", dimensions)
    emit(summary, view_summary, as_json=False)
    assert "0.002 for each above" in capsys.readouterr().out
