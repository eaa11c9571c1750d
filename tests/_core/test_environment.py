"""Read access to environment variables."""

from __future__ import annotations

import pprint

from memsy._core.environment import Environment


def test_empty_variable_counts_as_unset() -> None:
    environ = Environment({"A": "1", "B": ""})
    assert (environ.get("A"), environ.get("B"), environ.get("C")) == ("1", None, None)
    assert ("B" in environ, "C" in environ) == (True, False)


def test_repr_shows_no_variable() -> None:
    environ = Environment({"MEMSY_API_KEY": "msy_hunter2"})
    assert "hunter2" not in f"{environ} {environ!r} {pprint.pformat(environ)}"
