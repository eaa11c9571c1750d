"""The two planes: prefixes, variables and base URLs."""

from __future__ import annotations

import pytest

from memsy._core.environment import Environment
from memsy._core.plane import Plane


def test_each_plane_has_a_prefix_and_a_variable() -> None:
    assert (Plane.DATA.prefix, Plane.DATA.variable) == ("/v1", "MEMSY_BASE_URL")
    assert (Plane.CONTROL.prefix, Plane.CONTROL.variable) == ("/api", "MEMSY_CONTROL_URL")


@pytest.mark.parametrize(
    ("path", "plane"),
    [
        ("/v1/search", Plane.DATA),
        ("/api/me", Plane.CONTROL),
        ("/api/keys?limit=1", Plane.CONTROL),
        ("/api", Plane.DATA),
        ("/apiary", Plane.DATA),
        ("/elsewhere", Plane.DATA),
        ("", Plane.DATA),
    ],
)
def test_prefix_of_a_path_selects_the_plane(path: str, plane: Plane) -> None:
    assert Plane.from_path(path) is plane


@pytest.mark.parametrize("plane", Plane)
def test_base_url_is_root_url_and_prefix(plane: Plane) -> None:
    assert plane.base_url("http://127.0.0.1:8765") == f"http://127.0.0.1:8765{plane.prefix}"


@pytest.mark.parametrize("plane", Plane)
def test_base_url_of_an_empty_environment_is_none(plane: Plane) -> None:
    assert plane.base_url_from_environment(Environment({})) is None
