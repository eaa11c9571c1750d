"""
Words of a text, for the search index and for queries alike, in any script.

Texts that differ only in Unicode normalization, case, width, ligatures, diacritics, vowel points or
digits have the same words. An identifier such as `user_id`, a URL or an address is split at its
punctuation.

A script without spaces between words, such as Chinese or Thai, is indexed as its characters and
their pairs. A query is split into pairs, or is one character. Korean is indexed likewise, because
its particles follow a word without a space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise
from unicodedata import category, combining, decimal, name, normalize, unidata_version

VERSION = f"words1unicode{unidata_version.replace('.', '')}"
"""Version of the words of a text. Increase the first number after a change of the rules."""

# Thai, Lao, Myanmar, Hangul Jamo, Khmer, Tai Le to Tai Tham, Balinese; iteration marks, Kana to
# Bopomofo, Han, Javanese, Myanmar and Tai extensions, Hangul; Kana and Han beyond U+FFFF.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f"
    "\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\ua980-\ua9ff\uaa60-\uaadf\uac00-\ud7ff\uf900-\ufaff"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"([{_UNSPACED}]+)|([^{_UNSPACED} ]+)")
_ASCII_WORD = re.compile("[a-z0-9]+")
# The normalization of a run of marks takes quadratic time, so the rest of a long run is left out.
_LONG_MARKS = re.compile(r"([^\w\s]{32})[^\w\s]+")

# Leading vowels of Thai and Lao, and stacking signs of Khmer and Myanmar.
_JOINS_NEXT = frozenset("เแโใไເແໂໃໄ\u17d2\u1039")

_VIRAMA_CLASSES = range(6, 10)
_VOWEL_CLASSES = range(84, 133)
_STROKE = re.compile(r"LATIN SMALL LETTER (?:DOTLESS )?([A-Z])(?: WITH .+)?")
_LIGATURES = {"æ": "ae", "œ": "oe"}
_MAX_ENTRIES = 16_384
_TATWEEL = "\u0640"
_ZERO_WIDTH_SPACE = "\u200b"
_APOSTROPHES = frozenset("\u02bb\u02bc\u02bd")  # letters to Unicode, apostrophes to authors


def fold(text: str) -> str:
    """Return `text` without differences of case, width, ligatures, diacritics and digits."""
    decomposed = normalize("NFKD", normalize("NFKD", _LONG_MARKS.sub(r"\1", text)).casefold())
    return normalize("NFC", decomposed.translate(_FOLDED))


def contains(text: str, part: str) -> bool:
    """Return True if `part` occurs in `text`, compared by `fold`. A lone accent occurs nowhere."""
    folded = fold(part)
    return folded != "" and folded in fold(text)


def index_words(text: str) -> str:
    """Return the words to index for a memory, with a space between two words."""
    return " ".join(_words(text, is_query=False))


def query_words(text: str) -> list[str]:
    """Return the words to search for, each one once, in the order of `text`."""
    return list(dict.fromkeys(_words(text, is_query=True)))


def _words(text: str, *, is_query: bool) -> Iterable[str]:
    if text.isascii():  # a shortcut with the same result
        return _ASCII_WORD.findall(text.lower())
    return chain.from_iterable(
        [word] if word else _parts(_characters(run), is_query=is_query)
        for run, word in _RUN.findall(fold(text).translate(_SEPARATED))
    )


def _parts(characters: Sequence[str], *, is_query: bool) -> Iterable[str]:
    pairs = map("".join, pairwise(characters))
    return pairs if is_query and len(characters) > 1 else chain(characters, pairs)


def _characters(run: str) -> list[str]:
    """Return the characters of `run` as a reader sees them: letters with their signs."""
    characters = list[str]()
    for character in run:
        if characters and (category(character)[0] == "M" or characters[-1][-1] in _JOINS_NEXT):
            characters[-1] += character
        else:
            characters.append(character)
    return characters


class _Table(dict[int, str]):
    """Translation table that computes an entry when a text first needs it."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        super().__init__()
        self._translate = translate

    def __missing__(self, number: int) -> str:
        if len(self) >= _MAX_ENTRIES:
            self.clear()
        self[number] = entry = self._translate(chr(number))
        return entry


def _folded(character: str) -> str:
    """Return the folded form of a character of a decomposed text in lower case."""
    kind = category(character)
    if kind == "Nd":
        return str(decimal(character))
    if character == _ZERO_WIDTH_SPACE:
        return " "
    if character == _TATWEEL or kind in ("Cf", "Me") or (kind == "Mn" and _is_optional(character)):
        return ""
    base = _STROKE.fullmatch(name(character, ""))
    return base[1].lower() if base else _LIGATURES.get(character, character)


def _is_optional(mark: str) -> bool:
    """
    Return True for diacritics and vowel points. Writers leave them out.

    The signs of Indic scripts, Thai or Khmer are letters of a word. The combining classes tell
    them apart.
    """
    combining_class = combining(mark)
    if combining_class == 0:
        # Variation selectors and the grapheme joiner have no sound.
        return "VARIATION SELECTOR" in name(mark) or mark == "\u034f"
    return combining_class not in _VIRAMA_CLASSES and combining_class not in _VOWEL_CLASSES


def _separated(character: str) -> str:
    """Return a character of a word unchanged, and a space for any other character."""
    is_part = category(character)[0] in "LMN" and character not in _APOSTROPHES
    return character if is_part else " "


_FOLDED = _Table(_folded)
_SEPARATED = _Table(_separated)
