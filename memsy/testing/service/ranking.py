"""How near a memory is to a question: BM25 over stemmed words, told as a number from 0 to 1."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 64
_HALFWAY = 10.0  # the BM25 of two or three rare words in common

_COMMON = frozenset(
    _WORD.findall(
        "a about all am an and any are as at be been but by can could did do does for from had has"
        " have he her him his how i if in is it its me my no not of on or our she so some than"
        " that the their them then there these they this to up us was we were what when where"
        " which who whom why will with would you your s t d m ll re ve don"
    )
)


def terms(query: str) -> str:
    """
    What to ask the index for: each word of *query* in quotes, any of which will do.

    Words that stand in every text are left out, unless there are no others. Where no word
    is left, as in a query of smileys, the result is empty, and so is the answer.
    """
    words = list(dict.fromkeys(_WORD.findall(query.lower())))
    telling = [word for word in words if word not in _COMMON] or words
    return " OR ".join(f'"{word}"' for word in telling[:_MOST_WORDS])


def score(relevance: float) -> float:
    """
    The score for a BM25 of *relevance*, which it follows strictly.

    About 0.3 for one rare word in common, 0.5 for two or three, 0.7 for half a dozen.
    """
    return relevance / (relevance + _HALFWAY)
