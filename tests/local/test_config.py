"""ServiceConfig that make no sense are refused when they are made."""

from __future__ import annotations

import math
from typing import Any

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient


@pytest.mark.parametrize(
    ("odd", "named"),
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
        ({"limits": {"patience": 1}}, "patience"),
        ({"pro_only": {"telepathy"}}, "telepathy"),
    ],
    ids=repr,
)
def test_a_rule_of_no_sense_is_refused(odd: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        ServiceConfig(**odd)


@pytest.mark.parametrize(
    "odd",
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
def test_a_value_of_the_wrong_kind_is_refused(odd: dict[str, Any]) -> None:
    """Whoever writes rules in a mark has no mypy to tell them."""
    with pytest.raises(TypeError):
        ServiceConfig(**odd)


def test_a_text_is_no_collection_of_names() -> None:
    with pytest.raises(ValueError, match="collection of names"):
        ServiceConfig(refused_access_keys="AKIA")
    with pytest.raises(ValueError, match="collection of names"):
        ServiceConfig(pro_only="slack")


def test_a_limit_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        ServiceConfig(limits={"api_calls": -1})


def test_an_event_may_be_the_same_for_ages(clock: Clock) -> None:
    """As long as a clock can go on."""
    ages = 7_900 * 365 * 86_400
    with LocalService(
        clock=clock, config=ServiceConfig(dedup_window=ages, process_delay=ages)
    ) as service:
        before = ServiceClient(service).ingest("tea")
        clock.advance(ages - 86_400)
        assert ServiceClient(service).ingest("tea") == before
