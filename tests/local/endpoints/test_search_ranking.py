"""Ranking of a search, compared with BM25 in plain Python over all memories."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from random import Random

import pytest

from memsy.local.domain import ranking
from tests.support.service_requests import ServiceClient

COUNT = 300
WORDS = [f"w{n}" for n in range(40)]  # the stemmer changes no such word
WEIGHTS = [1 / (n + 1) for n in range(40)]
BACKGROUND_COUNT, BACKGROUND_LENGTH, SCOPE_LENGTH = 200, 10, 2
K1, B, MIN_IDF = 1.2, 0.75, 1e-6


def random_texts() -> list[str]:
    random = Random(3)
    return [" ".join(random.choices(WORDS, WEIGHTS, k=random.randint(3, 30))) for _ in range(COUNT)]


def scores(query: Sequence[str], texts: Sequence[str]) -> dict[str, float]:
    """Return the score of each text that has a word of `query`."""
    documents = {text: text.split() for text in texts}
    count = len(texts) + BACKGROUND_COUNT
    words = sum(map(len, documents.values())) + BACKGROUND_COUNT * BACKGROUND_LENGTH
    average_length = words / count + SCOPE_LENGTH
    frequencies = {word: sum(word in other for other in documents.values()) for word in query}
    result = dict[str, float]()
    for text, document in documents.items():
        length = len(document) + SCOPE_LENGTH
        relevance = 0.0
        for word, document_frequency in frequencies.items():
            frequency = document.count(word)
            idf = log((count - document_frequency + 0.5) / (document_frequency + 0.5))
            norm = K1 * (1 - B + B * length / average_length)
            relevance += max(idf, MIN_IDF) * frequency * (K1 + 1) / (frequency + norm)
        if relevance:
            result[text] = ranking.score(relevance)
    return result


@pytest.mark.parametrize("query", ["w39", "w0", "w5 w30", "w0 w1 w2 w20", " ".join(WORDS)])
def test_search_ranks_like_bm25_in_plain_python(api: ServiceClient, query: str) -> None:
    texts = random_texts()
    api.ingest(*texts)
    expected = scores(query.split(), texts)
    results = api.search(query, limit=100)
    assert len(results) == min(len(expected), 100)
    assert {r["content"]: r["score"] for r in results} == pytest.approx(
        {r["content"]: expected[r["content"]] for r in results}
    )
    assert [r["score"] for r in results] == pytest.approx(
        sorted(expected.values(), reverse=True)[:100]
    )
