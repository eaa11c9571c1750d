"""Search in texts of any script, in any normalization, case and width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsy.local import LocalService
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient


def full_width(text: str) -> str:
    """Return `text` with full-width forms of the ASCII characters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


FORMS: Mapping[str, Callable[[str], str]] = {
    **{form: partial(unicodedata.normalize, form) for form in ("NFC", "NFD", "NFKC", "NFKD")},
    "upper": str.upper,
    "lower": str.lower,
    "full-width": full_width,
}

FOUND: Mapping[str, tuple[str, str]] = {
    "a decomposed accent": ("un café noir", "cafe\u0301"),
    "a composed accent": ("un cafe\u0301 noir", "café"),
    "no accent": ("un café noir", "cafe"),
    "an accent too many": ("un cafe noir", "CAFÉ"),
    "a plural with a decomposed accent": ("deux cafe\u0301s", "cafés"),
    "Vietnamese": ("Tôi thích cà phê sữa đá", "ca phe sua da"),
    "a letter with a stroke": ("Łódź and Ørsted", "lodz"),
    "a ligature letter": ("Ærøskøbing", "AEROSKOBING"),
    "a dotted capital I": ("İstanbul", "istanbul"),
    "a plain capital I": ("istanbul", "İSTANBUL"),
    "a dotless i": ("Diyarbakır", "DIYARBAKIR"),
    "a sharp s": ("Lange Straße 7", "STRASSE"),
    "a sharp s in the query": ("LANGE STRASSE 7", "straße"),
    "a capital sharp s": ("GROẞ", "gross"),
    "a final sigma": ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    "a final sigma in the text": ("Σίσυφος", "ΣΙΣΥΦΟΣ"),
    "an iota subscript": ("τῷ λόγῳ", "ΛΌΓΩΙ"),
    "an fi ligature": ("the ﬁnal oﬃce", "final office"),
    "full-width letters": ("ＡＰＩ　キー", "api"),
    "letters for full-width ones": ("the API key", "ＡＰＩ"),
    "half-width katakana": ("ガイドを読む", "ｶﾞｲﾄﾞ"),
    "Cyrillic": ("Всё хорошо", "ВСЕ"),
    "Georgian capitals": ("თბილისი", "ᲗᲑᲘᲚᲘᲡᲘ"),
    "Arabic vowel marks": ("أُحِبُّ الشَّاي", "أحب الشاي"),
    "Arabic vowel marks in the query": ("أحب الشاي", "الشَّاي"),
    "tatweel": ("الشـــاي", "الشاي"),
    "an Arabic presentation form": ("ﺷﺎي", "شاي"),
    "Persian without its joiner": ("می\u200cخواهم", "میخواهم"),
    "Hebrew points": ("שָׁלוֹם עוֹלָם", "שלום"),
    "Hebrew points in the query": ("שלום עולם", "שָׁלוֹם"),
    "Hindi": ("मुझे चाय पसंद है", "चाय"),
    "Hindi with a decomposed nukta": ("ज़रूर", unicodedata.normalize("NFD", "ज़रूर")),
    "Tamil": ("எனக்கு தேநீர் பிடிக்கும்", "தேநீர்"),
    "Amharic": ("ሻይ እወዳለሁ", "ሻይ"),
    "a script newer than SQLite": ("𞤀𞤣𞤤𞤢𞤥", "𞤢𞤣𞤤𞤢𞤥"),
    "Chinese": ("我每天早上喜歡喝綠茶", "綠茶"),
    "one Chinese character": ("我每天早上喜歡喝綠茶", "茶"),
    "a Chinese question": ("我每天早上喜歡喝綠茶", "他喜歡什麼？"),
    "a rare Chinese character": ("𠮷野家", "𠮷野"),
    "Japanese": ("毎朝コーヒーを飲みます", "コーヒー"),
    "one Japanese character": ("毎朝コーヒーを飲みます", "朝"),
    "Korean": ("학교에서 커피를 마셔요", "학교"),
    "decomposed Korean": ("학교에서 커피를", unicodedata.normalize("NFD", "커피")),
    "one Korean syllable": ("물을 마셔요", "물"),
    "Thai": ("ฉันรักแมวของฉัน", "แมว"),
    "one Thai character": ("ฉันรักแมวของฉัน", "ง"),
    "Lao": ("ຂ້ອຍມັກກາເຟ", "ກາເຟ"),
    "Khmer": ("ខ្ញុំចូលចិត្តកាហ្វេ", "កាហ្វេ"),
    "Burmese": ("ကျွန်တော်လက်ဖက်ရည်ကြိုက်တယ်", "လက်ဖက်ရည်"),
    "digits of another script": ("الغرفة ٤٢", "42"),
    "an identifier": ("set user_id first", "USER_ID"),
    "a part of a URL": ("see https://example.com/docs?a=1", "docs"),
    "an address": ("write to Ann.Lee@example.com", "ann.lee@EXAMPLE.com"),
    "another apostrophe": ("aujourd’hui", "aujourd'hui"),
    "a soft hyphen": ("co\u00adoperation", "cooperation"),
}

NOT_FOUND: Mapping[str, tuple[str, str]] = {
    "other Chinese characters": ("我喜歡喝茶", "咖啡"),
    "characters of a Chinese text apart": ("茶和飯", "茶飯"),
    "another Thai word": ("ฉันรักแม่", "แมว"),
    "another Hindi vowel": ("काल", "कल"),
    "another Japanese letter": ("か", "が"),
}


@pytest.mark.parametrize(("content", "query"), FOUND.values(), ids=list(FOUND))
def test_search_finds_the_text(api: ServiceClient, content: str, query: str) -> None:
    api.ingest(content, "something else")
    (found,) = api.search_texts(query)
    assert found.split() == content.split()


@pytest.mark.parametrize(("content", "query"), NOT_FOUND.values(), ids=list(NOT_FOUND))
def test_search_does_not_find_another_word(api: ServiceClient, content: str, query: str) -> None:
    api.ingest(content)
    assert api.search_texts(query) == []


def test_search_ranks_the_whole_phrase_first(api: ServiceClient) -> None:
    api.ingest("我去過京都", "我住在東京都", "東京很大")
    assert api.search_texts("東京都")[0] == "我住在東京都"


def test_deactivated_memory_in_another_script_is_not_found(api: ServiceClient) -> None:
    api.ingest("ฉันรักแมว İstanbul", "cats")
    api.service.archive(api.service.memories[0].memory_id)
    assert api.search_texts("แมว istanbul") == []


# Letters of many scripts, with marks in any order, and separators.
LETTERS = "aZéßİıſﬁÅøŁæΣσςάЁйїअकािज़্বাதแมว่กำລາວខ្មែរမြန်မာ東京都カガがｶﾞー々한국ㅏאשׁبَّـآ٣۴𞤀Ⴀაꮭ"
MARKS = "\u0301\u0308\u0323\u05b0\u064e\u0670\u093c\u094d\u0e48\u3099\u200d\ufe0f"
SEPARATORS = " -_'’./@、。\n\u3000\u200b"
TEXTS = (
    st.text(st.sampled_from(LETTERS + MARKS + SEPARATORS), max_size=30)
    | st.text(st.characters(categories=["Ll", "Lu", "Lo", "Mn", "Mc", "Nd", "Zs"]), max_size=20)
).filter(lambda text: "\u0345" not in unicodedata.normalize("NFD", text))
"""Texts without an iota subscript, whose upper case depends on the order of marks."""


def words_of(text: str) -> list[str]:
    """Return the parts of `text` between spaces that have a letter or a digit."""
    return [
        part
        for part in text.split()
        if any(c.isalnum() and c != "\N{ARABIC TATWEEL}" for c in part)
    ]


@settings(deadline=None)
@given(text=TEXTS)
def test_any_word_finds_its_text_in_any_form(text: str) -> None:
    words = words_of(text)
    if not words:
        return
    with LocalService(clock=Clock()) as service:
        api = ServiceClient(service)
        api.ingest(text)
        missing = [
            (word, name)
            for word in words
            for name, form in FORMS.items()
            if not api.search_texts(form(word))
        ]
    assert missing == []


@given(data=st.data())
@settings(deadline=None)
def test_any_part_of_an_unspaced_text_finds_it(data: st.DataObject) -> None:
    text = data.draw(
        st.text(st.sampled_from("東京都私は茶가나다漢字カナ"), min_size=1, max_size=20)
    )
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    with LocalService(clock=Clock()) as service:
        api = ServiceClient(service)
        api.ingest(f"x{text}y")
        assert api.search_texts(text[start:end]) == [f"x{text}y"]
