"""Command `memsy usage`: summary and time series."""

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
from tests.cli.conftest import CommandLine


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient, service: LocalService) -> None:
    service.config = attrs.evolve(service.config, limits={"events_ingested": 8})
    memsy.ingest([EventPayload("ann", "s", "user_message", f"tea {n}") for n in range(2)])


def fetch_series(cli: CommandLine, *options: str) -> list[dict[str, object]]:
    response = cli.json("usage", *options)
    assert isinstance(response, dict)
    data: list[dict[str, object]] = response["data"]
    return data


def find_row(stdout: str, name: str) -> list[str]:
    [line] = [line.split() for line in stdout.splitlines() if name in line]
    return line


def test_summary_shows_used_limit_and_percentage(cli: CommandLine) -> None:
    assert find_row(cli("usage").stdout, "events_ingested")[:4] == [
        "events_ingested",
        "2",
        "8",
        "25",
    ]


def test_dimension_without_a_limit_shows_no_limit(cli: CommandLine) -> None:
    assert find_row(cli("usage").stdout, "search_queries")[-2:] == ["no", "limit"]


def test_summary_shows_plan_and_period(cli: CommandLine) -> None:
    stdout = cli("usage").stdout
    assert find_row(stdout, "plan") == ["plan", "free"]
    assert " to " in stdout


def test_summary_is_printed_as_json(cli: CommandLine) -> None:
    response = cli.json("usage")
    assert isinstance(response, dict)
    used = {item["dimension"]: item["used"] for item in response["dimensions"]}
    assert used["events_ingested"] == 2


@pytest.mark.parametrize(("flag", "granularity"), [("--daily", "daily"), ("--hourly", "hourly")])
def test_daily_and_hourly_print_a_time_series(
    cli: CommandLine, flag: str, granularity: str
) -> None:
    response = cli.json("usage", flag)
    assert isinstance(response, dict)
    assert response["granularity"] == granularity


def test_dimension_option_prints_its_time_series_only(cli: CommandLine) -> None:
    points = fetch_series(cli, "--dimension", "events_ingested")
    assert [(point["dimension"], point["quantity"]) for point in points] == [("events_ingested", 2)]


def test_from_and_to_limit_the_time_series(cli: CommandLine) -> None:
    tomorrow = f"{datetime.now(timezone.utc) + timedelta(days=1):%Y-%m-%d}"
    events_only = ("--dimension", "events_ingested")
    assert len(fetch_series(cli, *events_only, "--to", tomorrow)) == 1
    assert fetch_series(cli, "--from", "2020-01-01", "--to", "2020-01-02") == []


def test_unknown_dimension_is_reported(cli: CommandLine) -> None:
    result = cli("usage", "--dimension", "tea")
    assert result.exit_code == 3
    assert result.stderr.startswith("memsy usage: ValidationError: ")


def test_time_series_shows_each_date_once(capsys: pytest.CaptureFixture[str]) -> None:
    points = [
        TimeseriesPoint("2026-01-01", "api_calls", 1200),
        TimeseriesPoint("2026-01-01", "search_queries", 0),
        TimeseriesPoint("2026-01-02", "api_calls", 5),
    ]
    emit(UsageTimeseriesResponse("o", "daily", points), view_series, as_json=False)
    stdout = capsys.readouterr().out
    assert stdout.count("2026-01-01") == 1
    assert find_row(stdout, "1,200")[:3] == ["2026-01-01", "api_calls", "1,200"]


def test_period_without_usage_prints_no_usage(cli: CommandLine) -> None:
    stdout = cli("usage", "--daily", "--from", "2020-01-01", "--to", "2020-01-02").stdout
    assert stdout == "No usage.\n"


@pytest.mark.parametrize(
    ("used", "limit", "percent"), [(3, 0, "100"), (12, 8, "150"), (999, 1000, "99")]
)
def test_usage_shows_100_percent_only_at_the_limit(
    capsys: pytest.CaptureFixture[str], used: int, limit: int, percent: str
) -> None:
    dimensions = [DimensionUsage("llm_tokens", used, limit)]
    summary = UsageSummaryResponse("o", "pro", "2026-01-01", "2026-01-31", dimensions)
    emit(summary, view_summary, as_json=False)
    assert find_row(capsys.readouterr().out, "llm_tokens")[3] == percent


def test_overage_rate_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    dimensions = [DimensionUsage("llm_tokens", 1, 2, overage_rate=0.002)]
    summary = UsageSummaryResponse("o", "pro", "2026-01-01", "2026-01-31", dimensions)
    emit(summary, view_summary, as_json=False)
    assert "0.002 for each unit above the limit" in capsys.readouterr().out
