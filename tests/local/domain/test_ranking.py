"""The choice of the words to rank by, where there is one to make."""

from __future__ import annotations

from memsy.local.domain import ranking

MOST = ranking.MAX_CANDIDATES


def split(**spread: tuple[int, int]) -> tuple[list[str], list[str]]:
    """What becomes of words that are said to be spread like this."""
    return ranking.split(spread, lambda word: spread[word])


def test_words_are_taken_from_the_rarest_on() -> None:
    assert split(some=(20, 0), few=(3, 0), none=(0, 0)) == (["none", "few", "some"], [])


def test_no_more_are_taken_than_can_be_ranked() -> None:
    rest = MOST - 3
    assert split(few=(3, 0), more=(rest, 0)) == (["few", "more"], [])
    assert split(few=(3, 0), more=(rest + 1, 0)) == (["few"], ["more"])
    assert split(few=(3, 0), more=(rest, 0), most=(rest, 0)) == (["few", "more"], ["most"])


def test_of_the_frequent_the_one_that_is_further_between_is_the_rarer() -> None:
    assert split(every=(MOST + 1, 1001), third=(MOST + 1, 3003)) == ([], ["third", "every"])


def test_without_words_there_is_nothing_to_choose() -> None:
    assert split() == ([], [])
