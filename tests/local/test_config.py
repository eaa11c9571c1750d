"""Validation of `ServiceConfig`."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from copy import copy, deepcopy
from typing import Any

import pytest
from attrs import evolve

from memsy.local import Billing, Clock, LocalService, Member, ServiceConfig
from memsy.models import Invoice
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


@pytest.mark.parametrize(
    "settings",
    [
        {"org_id": ""},
        {"org_id": " "},
        {"plan": ""},
        {"refused_access_keys": [""]},
        {"refused_access_keys": [3]},
        {"pro_only": [""]},
    ],
    ids=repr,
)
def test_empty_id_or_name_is_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="empty"):
        ServiceConfig(**settings)


@pytest.mark.parametrize("text", ["", " \t"])
def test_empty_id_is_not_the_default(text: str) -> None:
    with LocalService() as service:
        with pytest.raises(ValueError, match=r"^org_id must not be empty, got "):
            service.issue_key(org_id=text)
        with pytest.raises(ValueError, match=r"^org_id must not be empty, got "):
            service.sign_in(Member("ann"), org_id=text)
        with pytest.raises(ValueError, match=r"^parent must not be empty, got "):
            service.connectors.offer("connector", [], parent=text)
    with pytest.raises(ValueError, match=r"^user_id must not be empty, got "):
        Member(text)
    with pytest.raises(ValueError, match="api_key must not be empty"):
        LocalService(api_key=text)


INVOICE = Invoice("in_1", 300, 300, "usd", "paid", "2026-01-01T00:00:00Z", None)
COMPLETE = ServiceConfig(
    plan="pro",
    pro_only={"slack"},
    limits={"api_calls": 3},
    refused_access_keys=["AKIA"],
    billing=Billing(invoices=[INVOICE]),
)


@pytest.mark.parametrize("config", [ServiceConfig(), COMPLETE], ids=["default", "complete"])
@pytest.mark.parametrize(
    "duplicate", [copy, deepcopy, evolve, lambda config: pickle.loads(pickle.dumps(config))]
)
def test_config_copies_pickles_and_hashes(
    config: ServiceConfig, duplicate: Callable[[ServiceConfig], ServiceConfig]
) -> None:
    other = duplicate(config)
    assert other == config
    assert {config: 1}[other] == 1
    assert repr(other) == repr(config)


def test_limits_are_equal_to_a_dict_and_immutable() -> None:
    limits: Any = COMPLETE.limits
    assert limits == {"api_calls": 3}
    with pytest.raises(TypeError, match="item assignment"):
        limits["api_calls"] = 4


def test_later_change_of_an_argument_has_no_effect() -> None:
    limits, invoices = {"api_calls": 3}, [INVOICE]
    config = ServiceConfig(limits=limits, billing=Billing(invoices=invoices))
    limits.clear()
    invoices.clear()
    assert config == evolve(COMPLETE, plan="free", pro_only=(), refused_access_keys=())


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
