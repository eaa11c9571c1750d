"""Static server: nginx and its replacement answer requests over one connection."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
import urllib3

from benchmarks.canned import EVENTS, HEADERS, RESPONSES, RESULTS
from benchmarks.static_server import find_nginx, nginx_configuration, static_server


@pytest.mark.parametrize("nginx", [find_nginx(), None], ids=["nginx if installed", "httptools"])
def test_static_server_answers_over_one_connection(nginx: str | None) -> None:
    with static_server(RESPONSES, HEADERS, nginx) as server:
        assert server.program == ("nginx" if nginx else "httptools")
        with urllib3.HTTPConnectionPool(str(urlsplit(server.url).netloc)) as pool:
            for path, key, count in (
                ("search", "results", RESULTS),
                ("ingest", "event_ids", EVENTS),
            ) * 20:
                response = pool.request("POST", f"/v1/{path}", body=b"{}" * 5_000)
                assert len(response.json()[key]) == count
                assert response.headers["Content-Type"] == "application/json"
                assert response.headers["X-Usage-ApiCalls"] == "1"
            assert pool.request("GET", "/other").status == 404
            assert pool.num_connections == 1


def test_static_server_ends_after_an_exception() -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        static_server(RESPONSES, HEADERS, find_nginx()) as server,
    ):
        raise KeyboardInterrupt
    address = urlsplit(server.url)
    with socket.socket() as connection:
        assert connection.connect_ex((address.hostname or "", address.port or 0)) != 0


def test_configuration_splits_long_responses() -> None:
    configuration = nginx_configuration(8080, {"/v1/search": "a" * 7_000}, {"X-Plan": "free"})
    assert "listen 127.0.0.1:8080;" in configuration
    assert "add_header X-Plan 'free';" in configuration
    assert "return 200 $part0$part1$part2;" in configuration
    assert max(map(len, configuration.split())) < 4_096


@pytest.mark.parametrize("responses", [{"/": "it's"}, {"/": "$1"}, {"/": "a\\b"}])
def test_response_with_special_characters_of_nginx_is_an_error(
    responses: Mapping[str, str],
) -> None:
    with pytest.raises(ValueError, match="must not contain"):
        nginx_configuration(8080, responses, {})
