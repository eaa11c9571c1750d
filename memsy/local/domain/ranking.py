"""
Ranking for search: the words of a query, rare ones first, and the score from 0 to 1.

Memories are ranked by BM25 over stemmed words (wire contract 7.8). A store with at most
`MAX_CANDIDATES` memories ranks all memories that contain a word of the query.

In a larger store, one ranking covers at most `MAX_CANDIDATES` memories, so a search over 100,000
memories stays fast. The first ranking uses the rare words: the rarest words that together occur in
at most `MAX_CANDIDATES` memories. A second ranking follows if the first finds too few memories, or
if the search names an actor or a session. It adds the `MAX_FREQUENT_WORDS` rarest of the frequent
words, and covers the newest memories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate

from memsy.local.storage.words import query_words

MAX_CANDIDATES = 1_000
MAX_FREQUENT_WORDS = 2
"""Limit, because BM25 scans all memories with a word before it ranks the first memory."""

_MAX_WORDS = 64
_HALF_SCORE_BM25 = 10.0  # two or three rare words in common

_STOP_WORDS = frozenset(
    query_words(
        "a about all am an and any are as at be been but by can could did do does for from had has"
        " have he her him his how i if in is it its me my no not of on or our she so some than"
        " that the their them then there these they this to up us was we were what when where"
        " which who whom why will with would you your s t d m ll re ve don"
    )
)


def search_words(query: str) -> list[str]:
    """
    Return the words of `query` to search for. A memory matches if it contains one of the words.

    Stop words are left out if the query has other words. The result is empty for a query
    without words, such as an emoji.
    """
    words = query_words(query)
    significant = [word for word in words if word not in _STOP_WORDS] or words
    return significant[:_MAX_WORDS]


def split_by_frequency(
    words: Iterable[str], document_frequency: Callable[[str], tuple[int, int]]
) -> tuple[list[str], list[str]]:
    """
    Split `words` into the rare words to rank by, and the words that are too frequent.

    Both lists begin with the rarest word.

    Args:
        words: Words of the query.
        document_frequency: Returns the number of memories that contain a word, and the number of
            the last memory that was counted. A higher number means a rarer word.
    """
    counted = [(word, *document_frequency(word)) for word in words]
    counted.sort(key=lambda entry: (entry[1], -entry[2]))
    totals = accumulate(frequency for _, frequency, _ in counted)
    rare_count = sum(total <= MAX_CANDIDATES for total in totals)
    by_rarity = [word for word, *_ in counted]
    return by_rarity[:rare_count], by_rarity[rare_count:]


def score(relevance: float) -> float:
    """
    Return the score for a BM25 value, from 0 to 1 and strictly increasing.

    About 0.3 for one rare word in common, 0.5 for two or three, 0.7 for six.
    """
    return relevance / (relevance + _HALF_SCORE_BM25)
