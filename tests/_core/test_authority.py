"""Host and port of a URL: one spelling for both HTTP libraries."""

from __future__ import annotations

import pytest

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
