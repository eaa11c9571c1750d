"""Hint at a mistyped path of the base URL."""

from __future__ import annotations

import pytest

from memsy import (
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    NotFoundError,
    RedirectError,
    ServerError,
    ValidationError,
)
from memsy._core.plane import Plane
from memsy.cli.base_url_hint import base_url_hint
from tests.cli.conftest import CommandLine

NOT_FOUND = NotFoundError("not found", 404)


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("", "search tea"),
        ("/", "search tea"),
        ("/v1/v1", "search tea"),
        ("/api", "search tea"),
        ("/v1/api/", "search tea"),
        ("", "memories list"),
        ("", "me"),
        ("/v1", "me"),
        ("/api/api", "keys list"),
        ("/v1", "connectors providers"),
    ],
)
def test_command_hints_at_the_usual_path(cli: CommandLine, path: str, command: str) -> None:
    root = cli.server.base_url.removesuffix("/v1")
    prefix = "/v1" if command.split(maxsplit=1)[0] in ("search", "memories") else "/api"
    result = cli(*command.split(), "--base-url", f"{root}{path}")
    assert result.exit_code in (3, 4), "the gateway refuses unknown paths with 403"
    assert f"{root}{prefix}" in result.stderr
    assert result.stderr.count("\n") == 1


def test_hint_names_both_urls() -> None:
    assert base_url_hint(NOT_FOUND, "http://host:80", Plane.DATA) == (
        " (the base URL is http://host:80: did you mean http://host:80/v1?)"
    )


@pytest.mark.parametrize(
    ("url", "usual_url"),
    [
        ("http://v1", "http://v1/v1"),
        ("http://api/", "http://api/v1"),
        ("HTTP://host//v1//v1//", "HTTP://host/v1"),
        ("https://host/memsy", "https://host/memsy/v1"),
    ],
)
def test_usual_url_has_the_prefix_once(url: str, usual_url: str) -> None:
    assert f"did you mean {usual_url}?" in base_url_hint(NOT_FOUND, url, Plane.DATA)


@pytest.mark.parametrize("url", ["http://host/v1", "http://host/v1/", "HTTP://HOST/proxy/v1"])
def test_usual_url_needs_no_hint(url: str) -> None:
    assert base_url_hint(NOT_FOUND, url, Plane.DATA) == ""


def test_message_that_names_the_url_needs_no_hint() -> None:
    error = NotFoundError("try http://host/v1", 404)
    assert base_url_hint(error, "http://host", Plane.DATA) == ""


@pytest.mark.parametrize(
    "error", [NOT_FOUND, RedirectError("moved", 302), MemsyResponseError("a web page")]
)
def test_wrong_path_may_have_other_errors(error: MemsyError) -> None:
    assert base_url_hint(error, "http://host", Plane.DATA) != ""


@pytest.mark.parametrize(
    "error",
    [ServerError("down", 503), ValidationError("wrong", 422), MemsyConnectionError("refused")],
)
def test_other_errors_need_no_hint(error: MemsyError) -> None:
    assert base_url_hint(error, "http://host", Plane.DATA) == ""
