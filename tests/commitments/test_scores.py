"""What several raters gave, and how it moved."""

import pytest

from commitments.indicators import INDICATORS
from commitments.scores import Score, by_dimension, change, score


def test_each_indicator_weighs_the_same_however_many_rated_it():
    """Indicator 1: 2, 2, 2 (mean 2); indicator 2: 0. The mean of both is 1 of 2."""
    found = score([(1, 7, 2), (1, 8, 2), (1, 9, 2), (2, 7, 0)])
    assert found == Score(ratings=4, raters=3, share=0.5, spread=0)


def test_the_spread_is_that_of_one_indicator():
    assert score([(1, 7, 0), (1, 8, 2), (2, 7, 1)]).spread == 2
    assert score([(1, 7, 0), (2, 8, 2)]).spread is None
    assert score([]) == Score(0, 0, None, None)


def test_only_0_1_and_2_are_ratings():
    with pytest.raises(ValueError, match="not 3"):
        score([(1, 7, 3)])


def test_dimensions_and_their_change():
    items = [(1, "Plan"), (2, "Plan"), (3, "Voice")]
    earlier = by_dimension(items, [(1, 7, 0), (2, 7, 1)])
    later = by_dimension(items, [(1, 7, 1), (2, 7, 2), (3, 7, 2)])
    assert [list(earlier), earlier["Plan"].share, earlier["Voice"].share] == [["Plan", "Voice"], 0.25, None]
    assert change(earlier, later) == {"Plan": 0.5, "Voice": None}


def test_the_indicators_shipped_cover_the_twelve_dimensions():
    assert len(INDICATORS) == 12
    texts = [text for _dimension, some in INDICATORS for text in some]
    assert len(texts) == len(set(texts)) == 24
    assert all(text.endswith(".") and len(text) <= 500 for text in texts)
