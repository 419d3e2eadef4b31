"""Both sides of a commitment, side by side: nothing is averaged."""

from datetime import date

import pytest

from commitments.models import Completion
from commitments.standing import SCALE, TwoSides, Word, two_sides

EARLY, LATE = date(2021, 1, 1), date(2021, 6, 1)


def said(side: str, completion: str, as_of: date = LATE) -> Word:
    return Word(side, completion, as_of)


def test_the_scale_is_that_of_the_records():
    assert tuple(Completion.values) == SCALE


@pytest.mark.parametrize("reported", SCALE)
@pytest.mark.parametrize("assessed", [*SCALE, None])
def test_the_overall_step_is_the_assessment_and_disagreement_is_shown(reported, assessed):
    words = [said("implementer", reported)] + ([said("assessor", assessed)] if assessed else [])
    sides = two_sides(words)
    assert sides.overall == assessed
    assert sides.disagree == (assessed is not None and assessed != reported)
    assert sides.both_say_complete == (reported == assessed == "complete")


def test_the_latest_word_counts_and_of_one_day_the_later_given():
    sides = two_sides(
        [
            said("assessor", "limited", LATE),
            said("assessor", "complete", EARLY),
            said("implementer", "limited", EARLY),
            said("implementer", "substantial", EARLY),
        ]
    )
    assert sides.assessor == said("assessor", "limited", LATE)
    assert sides.implementer == said("implementer", "substantial", EARLY)


def test_nobody_has_spoken():
    assert two_sides([]) == TwoSides()
    assert (TwoSides().overall, TwoSides().disagree, TwoSides().both_say_complete) == (None, False, False)
