"""What may be taken for a URL."""

from __future__ import annotations

import pytest

from memsy._core.url import is_printable, names_a_host


@pytest.mark.parametrize(
    ("text", "answer"),
    [("a", True), ("~!", True), ("", False), ("a b", False), ("a\n", False), ("\xe9", False)],
)
def test_printable_is_ascii_without_spaces(text: str, *, answer: bool) -> None:
    assert is_printable(text) is answer


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("http://h", True),
        ("http://h:1/v1", True),
        ("http://[::1]:1", True),
        ("http://", False),
        ("http://:80", False),
        ("http://h:0", False),
        ("http://h:65536", False),
        ("http://h:port", False),
        ("http://[::1", False),
        ("h", False),
    ],
)
def test_a_host_is_named_with_a_port_that_there_is(url: str, *, answer: bool) -> None:
    assert names_a_host(url) is answer
