"""Tests of the two planes: prefixes, and the plane of a path."""

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
def test_a_path_belongs_to_the_plane_of_its_prefix(path: str, plane: Plane) -> None:
    assert Plane.of(path) is plane


@pytest.mark.parametrize("plane", Plane)
def test_the_base_url_of_a_plane_is_the_root_url_with_its_prefix(plane: Plane) -> None:
    assert plane.url_at("http://127.0.0.1:8765") == f"http://127.0.0.1:8765{plane.prefix}"


@pytest.mark.parametrize("plane", Plane)
def test_an_empty_environment_gives_no_url(plane: Plane) -> None:
    assert plane.url_from(Environment({})) is None
