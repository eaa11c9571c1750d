"""The environment, which holds other people's secrets too."""

from __future__ import annotations

import pprint

from memsy._core.environment import Environment


def test_a_variable_is_found_by_its_name_and_an_empty_one_is_not_set() -> None:
    environ = Environment({"A": "1", "B": ""})
    assert (environ.get("A"), environ.get("B"), environ.get("C")) == ("1", None, None)
    assert ("B" in environ, "C" in environ) == (True, False)


def test_no_way_of_showing_it_shows_a_variable() -> None:
    environ = Environment({"MEMSY_API_KEY": "msy_hunter2"})
    assert "hunter2" not in f"{environ} {environ!r} {pprint.pformat(environ)}"
