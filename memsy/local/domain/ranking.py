"""
How near a memory is to a question: BM25 over stemmed words, told as a number from 0 to 1.

Where there are no more than MOST memories, that is all. Among more of them, no more than MOST are
ranked at once, which keeps a search among a hundred thousand quick. It goes by the words of the
question from the rarest on, as long as no more than MOST memories have one of them. The more
frequent words tell little, and come in where the others find too few memories, or where the
question is about one actor or one session: the MOST_FREQUENT rarest of them, and of all that have
such a word the newest MOST.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import accumulate

MAX_CANDIDATES = 1_000
MAX_FREQUENT_WORDS = 2
"""BM25 walks over all memories that have a word before it weighs the first of them."""

_WORD = re.compile(r"[^\W_]+")
_MAX_WORDS = 64
_HALFWAY = 10.0  # the BM25 of two or three rare words in common

_COMMON = frozenset(
    _WORD.findall(
        "a about all am an and any are as at be been but by can could did do does for from had has"
        " have he her him his how i if in is it its me my no not of on or our she so some than"
        " that the their them then there these they this to up us was we were what when where"
        " which who whom why will with would you your s t d m ll re ve don"
    )
)


def words(query: str) -> list[str]:
    """
    The words of *query* to look for, any of which will do.

    Words that stand in every text are left out, unless there are no others. Where no word
    is left, as in a query of smileys, the result is empty, and so is the answer.
    """
    found = list(dict.fromkeys(_WORD.findall(query.lower())))
    telling = [word for word in found if word not in _COMMON] or found
    return telling[:_MAX_WORDS]


def split(
    words: Iterable[str], spread: Callable[[str], tuple[int, int]]
) -> tuple[list[str], list[str]]:
    """
    The rare ones of *words*, which are to be ranked by, and those that are too frequent for that.

    Both from the rarest on. *spread* tells how many memories have a word, and how far one has
    to go to find as many as that.
    """
    counted = [(word, *spread(word)) for word in words]
    counted.sort(key=lambda one: (one[1], -one[2]))
    totals = accumulate(quantity for _, quantity, _ in counted)
    rare = sum(total <= MAX_CANDIDATES for total in totals)
    by_rarity = [word for word, *_ in counted]
    return by_rarity[:rare], by_rarity[rare:]


def score(relevance: float) -> float:
    """
    The score for a BM25 of *relevance*, which it follows strictly.

    About 0.3 for one rare word in common, 0.5 for two or three, 0.7 for half a dozen.
    """
    return relevance / (relevance + _HALFWAY)
