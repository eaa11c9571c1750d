"""Words of texts in many scripts, for the index and for queries."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from unicodedata import category, normalize

import pytest

from memsy.local.storage.words import contains, fold, index_words, query_words

FORMS: Mapping[str, Callable[[str], str]] = {
    "NFC": partial(normalize, "NFC"),
    "NFD": partial(normalize, "NFD"),
    "NFKC": partial(normalize, "NFKC"),
    "NFKD": partial(normalize, "NFKD"),
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "casefold": str.casefold,
    "fold": fold,
}

CHARACTERS = [
    c for c in map(chr, range(sys.maxunicode + 1)) if category(c) not in ("Cn", "Co", "Cs")
]


@pytest.mark.parametrize("form", FORMS)
def test_every_character_folds_like_its_other_forms(form: str) -> None:
    others = {c: FORMS[form](c) for c in CHARACTERS}
    changed = {c: other for c, other in others.items() if other != c}
    assert {c: other for c, other in changed.items() if fold(other) != fold(c)} == {}


def test_index_has_every_word_of_a_query() -> None:
    for start in range(0, len(CHARACTERS), 256):
        text = "".join(CHARACTERS[start : start + 256])
        assert set(query_words(text)) <= set(index_words(text).split(" "))


def test_words_of_ascii_and_of_other_texts_follow_the_same_rules() -> None:
    """The shortcut for ASCII gives the words of the general way."""
    text = "".join(map(chr, range(128))) + " user_id camelCase don't a-b https://x.com/?q=1 a@b.c"
    assert query_words(f"{text} été") == [*query_words(text), "ete"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("user_id maxRetries", ["user", "id", "maxretries"]),
        ("don't l’été Hawaiʻi", ["don", "t", "l", "ete", "hawai", "i"]),
        ("well-known e\u2011mail", ["well", "known", "e", "mail"]),
        ("co\u00adop zero\u200bwidth \ufeffmark", ["coop", "zero", "width", "mark"]),
        ("https://example.com/a?b=1", ["https", "example", "com", "a", "b", "1"]),
        ("Ann.Lee@example.com", ["ann", "lee", "example", "com"]),
        ("٣٤ ３４ ३४ 34", ["34"]),
        ("I ❤️ tea 👩‍🚀 1️⃣", ["i", "tea", "1"]),
        ("½ x² №5 ①", ["1", "2", "x2", "no5"]),
        ("iPhoneを買う", ["iphone", "を買", "買う"]),
        ("2024年", ["2024", "年"]),
        ("東京、大阪", ["東京", "大阪"]),
        ("ｶﾞｽ", ["ガス"]),
    ],
)
def test_query_is_split_into_words(text: str, words: list[str]) -> None:
    assert query_words(text) == words


def test_index_has_characters_and_pairs_of_unspaced_scripts() -> None:
    assert index_words("東京都") == "東 京 都 東京 京都"


def test_sign_belongs_to_its_letter() -> None:
    """Vowel signs, tone marks, leading vowels and stacked letters are not characters alone."""
    assert query_words("แม่ไก่") == ["แม่ไก่"]
    assert query_words("ខ្មែរ") == ["ខ្មែរ"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("कल", "काल"),  # a vowel sign of Devanagari is a letter
        ("கல்", "கால்"),
        ("か", "が"),  # a voicing mark is a part of a Japanese letter
        ("แม", "แม่"),
    ],
)
def test_letters_with_different_signs_are_different(one: str, other: str) -> None:
    assert set(query_words(one)).isdisjoint(query_words(other))


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0e48\u0e38", "\u05c1\u0591\u05b0"])
def test_time_of_a_letter_with_many_marks_is_bounded(marks: str) -> None:
    """The normalization of these 300,000 marks would take minutes."""
    text = f"tea{marks * 100_000} coffee"
    started = time.process_time()
    first, *_, last = query_words(text)
    assert (first[:3], last) == ("tea", "coffee")
    assert time.process_time() - started < 10


def test_contains_compares_folded_texts() -> None:
    assert contains("Straße nach İZMİR", "STRASSE NACH IZ")
    assert not contains("tea", "coffee")


@pytest.mark.parametrize("part", ["\u0301", "\u0640", "\u00ad"])
def test_text_does_not_contain_a_lone_accent(part: str) -> None:
    assert not contains("cafe\u0301 \u0640 \u00ad", part)
