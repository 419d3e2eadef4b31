"""Units of measures in words."""

from __future__ import annotations

import pytest

from commitments.measure_kinds import MEASURE_KINDS
from dashboards.progress.wording import unit_words


@pytest.mark.parametrize(
    ("measure", "number", "words"),
    [
        ("oss_for_level", 0, "suspensions"),
        ("oss_for_level", 1, "suspension"),
        ("oss_for_level", 2, "suspensions"),
        ("schools_with_keepers", 1.0, "school"),
        ("staff_trained", 1, "member of staff"),
        ("staff_trained", 12, "members of staff"),
        ("circles_per_100", 1.0, "circles for every 100 students"),
        ("suspension_rate", 1, ""),
    ],
)
def test_one_is_no_plural(measure, number, words):
    assert unit_words(measure, number) == words


def test_every_measure_has_a_unit_or_a_sign():
    for measure, kind in MEASURE_KINDS.items():
        assert bool(unit_words(measure, 2)) != bool(kind.sign), measure
