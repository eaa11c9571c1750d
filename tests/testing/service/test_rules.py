"""Rules that make no sense are refused when they are made."""

from __future__ import annotations

import math
from typing import Any

import pytest

from memsy.testing.service import Rules


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        ({"processing": "sometimes"}, "processing"),
        ({"process_delay": -1}, "process_delay"),
        ({"process_delay": math.nan}, "process_delay"),
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
        Rules(**odd)


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
    ],
    ids=repr,
)
def test_a_value_of_the_wrong_kind_is_refused(odd: dict[str, Any]) -> None:
    """Whoever writes rules in a mark has no mypy to tell them."""
    with pytest.raises(TypeError):
        Rules(**odd)


def test_a_text_is_no_collection_of_names() -> None:
    with pytest.raises(ValueError, match="collection of names"):
        Rules(refused_access_keys="AKIA")
    with pytest.raises(ValueError, match="collection of names"):
        Rules(pro_only="slack")


def test_a_limit_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Rules(limits={"api_calls": -1})
