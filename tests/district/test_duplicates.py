"""Which records may be of one student."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.duplicates import Likeness, Named, find_pairs
from district.names import search_key

BORN = date(2010, 3, 4)


def named(key, family, given_name, middle="", born=BORN):
    return Named(key, search_key(family, given_name, middle), born)


@pytest.mark.parametrize(
    ("other", "likeness"),
    [
        (named(2, "Núñez", "Zoë"), Likeness.SAME),
        (named(2, "NUNEZ", "zoe"), Likeness.SAME),
        (named(2, "Zoe", "Nunez"), Likeness.SWAPPED),
        (named(2, "Nunez", "Zoe", "Ana"), Likeness.SHORTER),
        (named(2, "Ana Nunez", "Zoe"), Likeness.SHORTER),
        (named(2, "Nunez", "Zoe", born=date(2010, 4, 3)), Likeness.DATE_SWAPPED),
        (named(2, "Nunez", "Zoe", born=None), Likeness.DATE_MISSING),
        (named(2, "Nunez", "Zoe", born=date(2010, 3, 5)), None),
        (named(2, "Nunez", "Zoe", born=date(2011, 3, 4)), None),
        (named(2, "Nunez", "Luis"), None),
        (named(2, "Nunez", ""), None),
        (named(2, "Nunez", "Zoe", "Ana", born=None), None),
    ],
)
def test_what_makes_two_records_alike(other, likeness):
    pairs = find_pairs([named(1, "Nuñez", "Zoe"), other])
    assert [(pair.first, pair.second, pair.likeness) for pair in pairs] == ([(1, 2, likeness)] if likeness else [])


def test_two_without_a_birth_date_are_not_pointed_out():
    assert find_pairs([named(1, "Nunez", "Zoe", born=None), named(2, "Nunez", "Zoe", born=None)]) == []


def test_the_surest_stand_first_and_each_pair_once():
    students = [
        named(1, "Nunez", "Zoe"),
        named(2, "Nunez", "Zoe", born=None),
        named(3, "Nunez", "Zoe"),
        named(4, "Nunez", "Zoe", "Ana"),
    ]
    pairs = [(pair.first, pair.second, pair.likeness) for pair in find_pairs(students)]
    assert pairs == [
        (1, 3, Likeness.SAME),
        (1, 4, Likeness.SHORTER),
        (3, 4, Likeness.SHORTER),
        (1, 2, Likeness.DATE_MISSING),
        (2, 3, Likeness.DATE_MISSING),
    ]


WORDS = st.sampled_from(["ana", "luis", "zoe", "nunez", "cruz"])
STUDENTS = st.lists(
    st.tuples(st.lists(WORDS, max_size=4), st.sampled_from([None, BORN, date(2010, 4, 3)])), max_size=12
)


@given(STUDENTS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(rows, random):
    students = [Named(key, " ".join(words), born) for key, (words, born) in enumerate(rows)]
    shuffled = students[:]
    random.shuffle(shuffled)
    pairs = find_pairs(students)
    assert pairs == find_pairs(shuffled)
    assert len({(pair.first, pair.second) for pair in pairs}) == len(pairs)
    assert all(pair.first < pair.second for pair in pairs)
