"""Views of responses: text of the service is shown as it is, without control characters."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import partial
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from memsy import models
from memsy.cli import actors, connectors, events, health, keys, me, memories, status, tables, usage
from memsy.cli.output import emit

HOSTILE = "[/][link=x]\x1b]0;t\x07\x9b\x7f\u202e\u2028\ud800"
"""Markup of rich that is not valid, and control sequences."""

VIEWS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "actors": (actors.view, models.ActorListResponse),
    "connectors": (connectors.view_connectors, list[models.Connector]),
    "connector": (connectors.view_connector, models.Connector),
    "connector-status": (connectors.view_status, models.ConnectorStatus),
    "resources": (connectors.view_resources, list[models.ConnectorResourceItem]),
    "events": (events.view, models.EventListResponse),
    "health": (health.view, models.HealthResponse),
    "keys": (keys.view_keys, models.ApiKeyListResponse),
    "key-usage": (keys.view_usage, list[dict[str, str]]),
    "me": (me.view, models.MeResponse),
    "memories": (memories.view_page, models.MemoryListResponse),
    "memory": (memories.view_memory, models.MemoryItemResource),
    "memory-stats": (memories.view_stats, models.MemoryStatsResponse),
    "search": (partial(tables.search_result_table, query="tea"), list[models.SearchResult]),
    "status": (status.view, models.StatusResponse),
    "usage": (usage.view_summary, models.UsageSummaryResponse),
    "usage-series": (usage.view_series, models.UsageTimeseriesResponse),
}


def hostile(shape: Any) -> Any:  # noqa: ANN401 - a value of any shape
    """Return a value of the annotation `shape` whose texts are all hostile."""
    arguments = get_args(shape)
    if get_origin(shape) in (Union, types.UnionType):
        return hostile(arguments[0])
    if get_origin(shape) is list:
        return [hostile(arguments[0])]
    if get_origin(shape) is dict:
        return {HOSTILE: hostile(arguments[1])}
    if attrs.has(shape):
        return shape(**{name: hostile(hint) for name, hint in get_type_hints(shape).items()})
    return HOSTILE if shape in (str, Any) else shape(1)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("as_json", [False, True])
def test_view_shows_no_control_characters_and_no_markup(
    name: str, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    view, shape = VIEWS[name]
    emit(hostile(shape), view, as_json=as_json)
    printed = capsys.readouterr().out
    assert "[/]" in printed.replace("\n", "").replace(" ", "")
    assert printed.replace("\n", "").isprintable()
