"""Split of query words into rare and frequent words."""

from __future__ import annotations

from memsy.local.domain import ranking

MAX = ranking.MAX_CANDIDATES


def split(**frequencies: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Split words with these document frequencies."""
    return ranking.split_by_frequency(frequencies, lambda word: frequencies[word])


def test_words_are_sorted_from_the_rarest() -> None:
    assert split(some=(20, 0), few=(3, 0), none=(0, 0)) == (["none", "few", "some"], [])


def test_rare_words_cover_at_most_max_candidates() -> None:
    rest = MAX - 3
    assert split(few=(3, 0), more=(rest, 0)) == (["few", "more"], [])
    assert split(few=(3, 0), more=(rest + 1, 0)) == (["few"], ["more"])
    assert split(few=(3, 0), more=(rest, 0), most=(rest, 0)) == (["few", "more"], ["most"])


def test_frequent_words_are_sorted_by_the_last_counted_memory() -> None:
    assert split(every=(MAX + 1, 1001), third=(MAX + 1, 3003)) == ([], ["third", "every"])


def test_split_of_no_words_is_empty() -> None:
    assert split() == ([], [])
