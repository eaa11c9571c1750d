"""Host and port of a URL: one spelling for both HTTP libraries."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url
from yarl import URL

from memsy._core.authority import normalize_authority


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("api.memsy.io", "api.memsy.io"),
        ("API.Memsy.io:8443", "api.memsy.io:8443"),
        ("api.memsy.io:443", "api.memsy.io"),
        ("api.memsy.io:0443", "api.memsy.io"),
        ("api.memsy.io:", "api.memsy.io"),
        ("api.memsy.io.", "api.memsy.io."),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("memory_service:80", "memory_service:80"),
        ("1password.com", "1password.com"),
        ("h", "h"),
        ("127.0.0.1:65535", "127.0.0.1:65535"),
        ("[::1]", "[::1]"),
        ("[::FFFF:7f00:1]:1", "[::ffff:7f00:1]:1"),
        ("[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]"),
    ],
)
def test_host_and_port_have_one_spelling(authority: str, expected: str) -> None:
    assert normalize_authority(authority, default_port=443) == expected


# Before, one client connected to most of these hosts, and the other did not.
ONE_SIDED = [
    *("127.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0", "127.0.0.1."),
    *("127.0.0.256", "1.2.3.4.5", "127.0.0.01", "a.0x7f", "a.1."),
    *("local%68ost", "127%2e0.0.1", "%31.0.0.1"),
    *("[fe80::1%25lo]", "[fe80::1%lo]", "[::1%lo]", "[v1.x]", "[127.0.0.1]", "[]", "[::1"),
]


@pytest.mark.parametrize(
    "authority",
    [
        *ONE_SIDED,
        *("", ":80", "::1", "::1:80", "[::1]x", "[::1].", "h:0", "h:65536", "h:x", "h:+80"),
        *("h:8_0", "h:1:2", "h:000080", "h:\u0663", "localhost..", "a..b", ".localhost"),
        *("a" * 64, "a." * 127 + "b", "a b", "a\\b", 'a"b', "a|b", "{h}", "<h>", "a,b", "a*b"),
        *("\uff4cocalhost", "b\u00fccher.example"),
    ],
)
def test_other_spellings_are_rejected(authority: str) -> None:
    assert normalize_authority(authority, default_port=443) is None


PIECES = [
    "a",
    "Z",
    "1",
    "0",
    "0x7f",
    "127",
    "255",
    "f",
    "-",
    "_",
    ".",
    ":",
    "[",
    "]",
    "::",
    "%",
    "@",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=10).map("".join))
def test_http_libraries_read_the_same_host_and_port(authority: str) -> None:
    normalized = normalize_authority(authority, default_port=80)
    if normalized is not None:
        assert normalize_authority(normalized, default_port=80) == normalized
        url = f"http://{normalized}/v1"
        of_urllib3, of_yarl, of_python = parse_url(url), URL(url, encoded=True), urlsplit(url)
        assert (of_urllib3.host or "").strip("[]") == of_yarl.raw_host == of_python.hostname
        assert of_urllib3.netloc == normalized
        assert (of_urllib3.port or 80) == of_yarl.port == (of_python.port or 80)
