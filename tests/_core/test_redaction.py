"""Masking of the secrets of a client in text of the service."""

from __future__ import annotations

import copy
import html
import json
import pickle
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.redaction import NO_SECRETS, Redactor
from memsy._core.secret import Secret

KEY = "msy_hunter2?/+\"'&<%\\"
REDACTOR = Redactor([Secret(KEY), Secret("pässwörd🙂")])


def percent_encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize("secret", [KEY, "pässwörd🙂"])
@pytest.mark.parametrize(
    "encode",
    [
        str,
        str.upper,
        str.lower,
        str.title,
        lambda text: quote(text, safe=""),
        lambda text: quote(quote(text, safe=""), safe=""),
        percent_encoded,
        lambda text: percent_encoded(text).lower(),
        lambda text: json.dumps(text)[1:-1],
        lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        lambda text: "".join(f"\\u{unit:04x}" for unit in utf16_units(text)),
        html.escape,
        lambda text: "".join(f"&#{ord(character)};" for character in text),
    ],
    ids=[
        "plain",
        "upper-case",
        "lower-case",
        "title-case",
        "url-encoded",
        "url-encoded-twice",
        "percent-encoded",
        "percent-encoded-lower-case",
        "json",
        "json-utf8",
        "json-escapes",
        "html",
        "html-character-references",
    ],
)
def test_secret_is_masked_in_every_encoding(secret: str, encode: object) -> None:
    assert callable(encode)
    assert REDACTOR.mask(f"before {encode(secret)} after") == "before *** after"


def utf16_units(text: str) -> list[int]:
    data = text.encode("utf-16-be")
    return [int.from_bytes(data[index : index + 2], "big") for index in range(0, len(data), 2)]


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
@pytest.mark.parametrize("after", ["", ":", "::", "::\n"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_secret_is_masked_within_base64(before: str, after: str, encode: object) -> None:
    assert callable(encode)
    encoded = encode(f"{before}{KEY}{after}".encode()).decode()
    masked = REDACTOR.mask(f"Basic {encoded}")
    assert "***" in masked
    # At most the two characters at each end also depend on the key.
    assert len(masked.replace("***", "")) <= len("Basic ") + 4 * (
        (len(before) + len(after)) // 3 + 3
    )


@given(st.text(max_size=300), st.integers(0, 600), st.integers(20, 500))
def test_cut_never_leaves_a_part_of_a_secret(text: str, position: int, limit: int) -> None:
    key = "k3y" * 15
    redactor = Redactor([Secret(key)])
    padding = "." * position
    shown = redactor.clean(f"{padding}{key}{padding}{text}{key * 3}{padding}", limit)
    assert len(shown) <= limit
    assert "k3yk" not in shown


@pytest.mark.parametrize("repeats", [1, 7, 60, 500])
def test_text_of_many_secrets_is_masked_to_its_end(repeats: int) -> None:
    shown = REDACTOR.clean(KEY * repeats, 100)
    assert "hunter" not in shown
    assert len(shown) <= 100
    assert set(shown) <= set("*. ")


def test_short_secret_is_masked_as_a_word_only() -> None:
    redactor = Redactor([Secret("tea")]), Redactor([Secret("test")])
    assert redactor[0].mask("tea, steam") == "tea, steam"
    assert redactor[1].mask("test: the latest; TEST") == "***: the latest; ***"


def test_text_without_secrets_is_unchanged() -> None:
    assert NO_SECRETS.mask(KEY) == KEY
    assert REDACTOR.clean("msy_hunter: unknown prefix", 100) == "msy_hunter: unknown prefix"


def test_long_text_without_secrets_is_cut_at_the_limit() -> None:
    assert NO_SECRETS.clean("x" * 101, 100) == "x" * 96 + " ..."
    assert REDACTOR.clean("x" * 10**6, 100) == "x" * 96 + " ..."


def test_parsed_json_is_masked_in_keys_and_values() -> None:
    value = [{"loc": ["body", KEY], "input": {KEY: f"a {KEY}"}, "ctx": 1.5}]
    masked = [{"loc": ["body", "***"], "input": {"***": "a ***"}, "ctx": 1.5}]
    assert REDACTOR.mask_json(value, []) == masked
    assert NO_SECRETS.mask_json(value, []) is value


@given(st.text(min_size=1, max_size=40))
def test_no_form_is_shorter_than_its_secret(secret: str) -> None:
    """A redactor compiles no patterns for a text that is shorter than the secret."""
    utf8 = secret.encode("utf-8", "surrogatepass")
    for form in (secret.upper(), secret.lower(), *(b64encode(b"x" * n + utf8) for n in range(3))):
        assert len(form) >= len(secret)


@pytest.mark.parametrize("length", range(8, 40))
def test_secret_of_any_length_is_masked_within_the_shortest_base64(length: int) -> None:
    key = ("msy_0123456789abcdefghijklmnopqrstuvwxyzABC")[:length]
    for before in ("", "a", "ab"):
        encoded = b64encode(f"{before}{key}".encode()).decode().rstrip("=")
        assert "***" in Redactor([Secret(key)]).mask(encoded)


def test_redactor_shows_no_secret() -> None:
    redactor = Redactor([Secret(KEY)])
    redactor.mask("compile")
    assert "hunter2" not in repr(redactor)
    assert not hasattr(redactor, "__dict__")
    for duplicate in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="holds secrets"):
            duplicate(redactor)
