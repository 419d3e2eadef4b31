"""The response matrix: which cell answers, restorative first, what is outside, what a matrix may not be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discipline.models import RESTORATIVE_RESPONSES, RemovalKind, Response
from discipline.response_matrix import (
    GOVERNED_BY_LAW,
    RESPONSES,
    RESTORATIVE,
    Allowed,
    Cell,
    allowed,
    default_cells,
    in_order,
    problems,
)
from district.rules import GRADES

DEFAULT = default_cells()
CELL = Cell("1", "06", "08", 1, 2, ("DETENTION", "MEDIATION"))


def test_the_codes_are_those_of_the_record():
    assert RESTORATIVE == RESTORATIVE_RESPONSES
    assert set(RESPONSES) | GOVERNED_BY_LAW | {"INFORMAL"} == {*Response.values, *RemovalKind.values}
    assert not set(RESPONSES) & GOVERNED_BY_LAW


@pytest.mark.parametrize(
    ("level", "grade", "prior", "is_defined"),
    [
        ("1", "06", 1, True),
        ("1", "08", 2, True),
        ("1", "05", 1, False),
        ("1", "09", 1, False),
        ("1", "07", 0, False),
        ("1", "07", 3, False),
        ("2", "07", 1, False),
        ("", "07", 1, False),
        ("1", "UG", 1, False),
        ("1", "", 1, False),
    ],
)
def test_a_cell_holds_both_ends(level, grade, prior, is_defined):
    assert allowed([CELL], level=level, grade=grade, prior=prior).is_defined is is_defined


def test_restorative_comes_first_whatever_order_was_written():
    assert allowed([CELL], level="1", grade="07", prior=1).responses == ("MEDIATION", "DETENTION")
    assert in_order(["OSS", "WARNING", "OSS", "SPANKING", "RESTORATIVE_CIRCLE"]) == (
        "RESTORATIVE_CIRCLE",
        "WARNING",
        "OSS",
    )


def test_outside_is_what_the_matrix_does_not_allow_where_it_has_an_answer():
    answer = allowed([CELL], level="1", grade="07", prior=1)
    assert not answer.is_outside("MEDIATION")
    assert answer.is_outside("OSS")
    assert answer.is_outside("INFORMAL")
    assert not answer.is_outside("IAES_PERSONNEL")
    assert not Allowed().is_outside("OSS")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"grade_from": "UG"}, "no place in the order"),
        ({"grade_from": "09"}, "the last grade comes before the first"),
        ({"prior_from": 3}, "turned around"),
        ({"prior_from": -1}, "turned around"),
        ({"responses": ()}, "nothing is allowed"),
        ({"responses": ("INFORMAL",)}, "INFORMAL is not a response"),
        ({"responses": ("IAES_PERSONNEL",)}, "IAES_PERSONNEL is not a response"),
    ],
)
def test_what_a_cell_may_not_be(changes, said):
    assert [said in problem for problem in problems([replace(CELL, **changes)])] == [True]


@pytest.mark.parametrize(
    ("changes", "overlaps"),
    [
        ({}, True),
        ({"level": "2"}, False),
        ({"grade_from": "08", "grade_to": "12"}, True),
        ({"grade_from": "09", "grade_to": "12"}, False),
        ({"prior_from": 2, "prior_to": None}, True),
        ({"prior_from": 3, "prior_to": None}, False),
        ({"prior_from": 0, "prior_to": 0}, False),
    ],
)
def test_two_cells_may_not_answer_the_same_question(changes, overlaps):
    assert bool(list(problems([CELL, replace(CELL, **changes)]))) is overlaps


# --- The default ------------------------------------------------------------------------------------------------------
def test_the_default_matrix_is_whole():
    assert len(DEFAULT) == 48
    assert list(problems(DEFAULT)) == []


@given(st.sampled_from(["1", "2", "3", "4"]), st.sampled_from(GRADES[1:-1]), st.integers(0, 30))
def test_the_default_answers_everybody_and_offers_a_circle_first(level, grade, prior):
    answer = allowed(DEFAULT, level=level, grade=grade, prior=prior)
    assert answer.is_defined
    assert answer.responses[: len(RESTORATIVE)] == RESTORATIVE
    assert answer.is_outside("EXPULSION_WITHOUT_SERVICES")
    more = allowed(DEFAULT, level=level, grade=grade, prior=prior + 1)
    assert set(answer.responses) <= set(more.responses)


@pytest.mark.parametrize(
    ("level", "grade", "prior", "oss"),
    [
        ("1", "12", 9, False),
        ("2", "12", 9, False),
        ("3", "02", 9, False),
        ("4", "KG", 9, False),
        ("3", "04", 0, False),
        ("3", "04", 1, True),
        ("3", "07", 0, True),
        ("4", "05", 0, True),
    ],
)
def test_where_the_default_allows_a_suspension_out_of_school(level, grade, prior, oss):
    assert allowed(DEFAULT, level=level, grade=grade, prior=prior).is_outside("OSS") is not oss
