"""Questions to the service, before they are asked."""

from __future__ import annotations

import pytest

from memsy._core.http import HTTPRequest
from memsy._core.json_codec import no_content
from memsy._core.operation import ask
from memsy._core.retry import RetrySafety
from memsy.exceptions import MemsyConfigurationError


def test_an_operation_is_ready_to_be_sent() -> None:
    operation = ask(
        "roles.update",
        "PATCH /roles/{role_id}",
        no_content,
        path={"role_id": "a/b"},
        query={"org_id": "o 1", "limit": None},
        json={},
    )
    assert operation.name == "roles.update"
    assert operation.route == "PATCH /roles/{role_id}"
    assert operation.request == HTTPRequest("PATCH", "/roles/a%2Fb?org_id=o+1", b"{}")


def test_braces_in_an_id_are_no_holes_to_fill() -> None:
    operation = ask("actors.get", "GET /actors/{actor_id}", no_content, path={"actor_id": "{x}"})
    assert operation.request.target == "/actors/%7Bx%7D"


def test_without_json_there_is_no_body() -> None:
    assert ask("health", "GET /health", no_content).request.body is None


@pytest.mark.parametrize(
    ("method", "repeatable"),
    [
        ("GET", RetrySafety.ALWAYS),
        ("POST", RetrySafety.IF_NOT_PROCESSED),
        ("PATCH", RetrySafety.IF_NOT_PROCESSED),
        ("PUT", RetrySafety.IF_NOT_PROCESSED),
        ("DELETE", RetrySafety.IF_NOT_PROCESSED),
    ],
)
def test_only_a_get_is_repeated_without_being_told(method: str, repeatable: RetrySafety) -> None:
    assert ask("x", f"{method} /x", no_content).repeatable is repeatable


def test_what_may_be_repeated_can_be_said() -> None:
    search = ask("search", "POST /search", no_content, repeatable=RetrySafety.ALWAYS)
    assert search.repeatable is RetrySafety.ALWAYS


def test_a_value_that_cannot_be_sent_names_the_operation() -> None:
    with pytest.raises(MemsyConfigurationError, match="search cannot be written as JSON: "):
        ask("search", "POST /search", no_content, json={"threshold": float("nan")})
