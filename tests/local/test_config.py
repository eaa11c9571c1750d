"""Validation of `ServiceConfig`."""

from __future__ import annotations

import math
from typing import Any

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"processing": "sometimes"}, "processing"),
        ({"process_delay": -1}, "process_delay"),
        ({"process_delay": math.nan}, "process_delay"),
        ({"process_delay": math.inf}, "process_delay"),
        ({"dedup_window": 1e15}, "dedup_window"),
        ({"dedup_window": -0.1}, "dedup_window"),
        ({"max_batch": 0}, "max_batch"),
        ({"max_keys": -1}, "max_keys"),
        ({"purchased_seats": -1}, "purchased_seats"),
        ({"clear_status": 200}, "clear_status"),
        ({"limits": {"cups_of_tea": 1}}, "cups_of_tea"),
        ({"pro_only": {"telepathy"}}, "telepathy"),
    ],
    ids=repr,
)
def test_value_out_of_range_is_rejected(settings: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        ServiceConfig(**settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"plan": 3},
        {"org_id": None},
        {"billing": "monthly"},
        {"gateway_auth": "no"},
        {"max_keys": "20"},
        {"max_batch": 2.5},
        {"process_delay": "a while"},
        {"limits": 3},
        {"limits": {"api_calls": 1.5}},
        {"limits": {"api_calls": math.nan}},
        {"limits": {"api_calls": True}},
    ],
    ids=repr,
)
def test_value_of_the_wrong_type_is_rejected(settings: dict[str, Any]) -> None:
    """mypy does not check the arguments of a pytest marker."""
    with pytest.raises(TypeError):
        ServiceConfig(**settings)


def test_text_in_place_of_a_collection_of_names_is_rejected() -> None:
    with pytest.raises(ValueError, match="collection of names"):
        ServiceConfig(refused_access_keys="AKIA")
    with pytest.raises(ValueError, match="collection of names"):
        ServiceConfig(pro_only="slack")


def test_negative_limit_is_rejected() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        ServiceConfig(limits={"api_calls": -1})


def test_durations_may_cover_the_whole_range_of_a_clock(clock: Clock) -> None:
    duration = 7_900 * 365 * 86_400
    with LocalService(
        clock=clock, config=ServiceConfig(dedup_window=duration, process_delay=duration)
    ) as service:
        before = ServiceClient(service).ingest("tea")
        clock.advance(duration - 86_400)
        assert ServiceClient(service).ingest("tea") == before
