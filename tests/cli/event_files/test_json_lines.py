"""JSON Lines: parsing, and validation errors with line numbers."""

from __future__ import annotations

import codecs
import io
import re

import pytest

from memsy import EventPayload
from memsy.cli.errors import CommandError
from memsy.cli.event_files.json_lines import JSONLinesReader, read_event

EVENT = b'{"actor_id": "a", "session_id": "s", "kind": "user_message", "content": "tea"}'


def reader(*lines: bytes) -> JSONLinesReader:
    return JSONLinesReader("events.jsonl", io.BytesIO(b"\n".join(lines)))


def test_line_becomes_an_event() -> None:
    assert read_event(EVENT) == EventPayload("a", "s", "user_message", "tea")


def test_metadata_may_be_an_object() -> None:
    event = read_event(EVENT[:-1] + b', "metadata": {"page": 167}, "role_id": null}')
    assert event.metadata == '{"page":167}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "not JSON: "),
        (b'{"content": "\xff"}', "not UTF-8 (byte 14)"),
        (b'{"content": NaN}', "JSON that cannot be sent: remove NaN, "),
        (b"[" * 100_000, "deep nesting"),
        (b"1" * 5_000, "numbers with thousands of digits"),
        (EVENT.replace(b"tea", b"\\ud800"), "the event: content cannot be encoded as JSON: it"),
        (EVENT[:-1] + b', "metadata": {"tea": ["\\ud800"]}}', "the event: metadata.tea[0] cannot "),
        (b"[1]", "expected a JSON object, got '[1]'"),
        (EVENT.replace(b"kind", b"kinds"), "unknown field 'kinds'; an event has actor_id, "),
        (EVENT.replace(b', "content": "tea"', b""), "field 'content' is missing"),
        (EVENT.replace(b'"tea"', b"7"), "content must be a string, got 7"),
        (EVENT.replace(b'"tea"', b"null"), "content must be a string, got null"),
        (
            EVENT.replace(b"user_message", b"user_mesage"),
            "or 'app_event', got 'user_mesage': did you mean 'user_message'?",
        ),
        (EVENT[:-1] + b', "metadata": 1}', "metadata must be a string or an object, got 1"),
    ],
)
def test_invalid_line_is_an_error(line: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read_event(line)


def test_number_that_is_no_json_is_reported_with_its_path() -> None:
    message = "the event: metadata.n cannot be encoded as JSON: got inf, "
    with pytest.raises(ValueError, match=re.escape(message)):
        read_event(EVENT[:-1] + b', "metadata": {"n": 1e400}}')


def test_error_names_file_and_line() -> None:
    """Empty lines count."""
    with pytest.raises(CommandError, match=r"^events\.jsonl, line 3: not JSON"):
        list(reader(EVENT, b"", b"{"))


def test_empty_lines_are_skipped() -> None:
    """Empty lines still count in the line numbers of the other lines."""
    assert [number for number, _ in reader(b"", EVENT, b"  ", EVENT, b"")] == [2, 4]


def test_byte_order_mark_is_skipped() -> None:
    plain, marked = reader(EVENT, EVENT), reader(codecs.BOM_UTF8 + EVENT, EVENT)
    assert list(marked) == list(plain)


def test_file_of_a_byte_order_mark_is_empty() -> None:
    assert list(reader(codecs.BOM_UTF8)) == []


def test_byte_order_mark_in_a_later_line_is_an_error() -> None:
    with pytest.raises(CommandError, match="line 2: not JSON"):
        list(reader(EVENT, codecs.BOM_UTF8 + EVENT))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_utf_16_is_an_error_that_names_the_fix(encoding: str) -> None:
    with pytest.raises(CommandError, match="UTF-16 or UTF-32: save it as UTF-8"):
        list(reader(EVENT.decode().encode(encoding)))
