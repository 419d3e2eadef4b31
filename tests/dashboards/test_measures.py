"""Counts against a recomputation by hand: every measure, dimension, denominator, scope and filter."""

from __future__ import annotations

import json
import math
import random

import pytest
from django.http import QueryDict

from dashboards.dimensions import BREAKDOWNS, DIMENSIONS, SCHOOL
from dashboards.measures import MEASURES
from dashboards.suspension_rates.question import read_question
from dashboards.suspension_rates.reports import suspension_rates
from district.models import School
from tests import factories as make
from tests.dashboards.recomputation import FLAGS, RACES, ByHand, Drawn, draw

QUESTIONS = 160
VALUES = {"race": RACES, "sex": ("M", "F", "X"), "grade": ("09", "10", "UNREPORTED")}
VALUES |= dict.fromkeys(FLAGS, (True, False, "UNREPORTED"))


def ask(user, **parameters):
    """Return the report for `parameters`, as an address would carry them."""
    address = QueryDict(mutable=True)
    address.update({name: value for name, value in parameters.items() if value})
    return suspension_rates(read_question(address, user))


def in_address(value) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def differences(found: list[dict], wanted: list[dict]) -> list[str]:
    """Compare rows key by key, their order and the order of keys too; bounds to the last digits, the rest exactly."""
    wrong = [] if len(found) == len(wanted) else [f"{len(found)} rows, expected {len(wanted)}"]
    for one, other in zip(found, wanted, strict=False):
        if list(one) != list(other):
            wrong.append(f"keys {list(one)}, expected {list(other)}")
        for name in other:
            mine, theirs = one.get(name), other[name]
            same = mine == theirs and type(mine) is type(theirs)
            if name in ("risk_ratio_low", "risk_ratio_high") and None not in (mine, theirs):
                same = math.isclose(mine, theirs, rel_tol=1e-12)
            if not same:
                wrong.append(f"{ {k: other[k] for k in list(other)[:3]} } {name}: {mine!r}, expected {theirs!r}")
    return wrong


def random_question(rng: random.Random, drawn: Drawn) -> dict:
    """Draw what is asked: any measure and denominator, up to three breakdowns, filters, a reference."""
    names = list(DIMENSIONS)
    by = rng.sample([*BREAKDOWNS, SCHOOL, "race", "grade", "idea"], rng.choice((0, 1, 1, 2, 2, 3)))
    by = list(dict.fromkeys(by)) if rng.random() < 0.8 else [SCHOOL]
    filters = {}
    for name in rng.sample(names, rng.choice((0, 0, 1, 2))):
        filters[name] = set(rng.sample(VALUES[name], rng.choice((1, 2))))
    groups = [name for name in by if name != SCHOOL]
    reference = rng.choice(VALUES[groups[0]]) if len(groups) == 1 and rng.random() < 0.4 else None
    return {
        "measure": rng.choice(list(MEASURES)),
        "by": by,
        "snapshot": rng.random() < 0.5,
        "years": rng.choice(([2021], [2020], [2020, 2021])),
        "filters": filters,
        "reference": reference,
        "school": {s.code for s in rng.sample(drawn.schools, 2)} if rng.random() < 0.2 else set(),
        "level": rng.choice(("high", "elementary", "middle")) if rng.random() < 0.1 else "",
    }


def address_of(asked: dict) -> dict[str, str]:
    return {
        "measure": asked["measure"],
        "by": ",".join(asked["by"]),
        "denominator": "snapshot" if asked["snapshot"] else "cumulative",
        "school_year": ",".join(map(str, asked["years"])),
        "reference": in_address(asked["reference"]) if asked["reference"] is not None else "",
        "school": ",".join(sorted(asked["school"])),
        "level": asked["level"],
    } | {name: ",".join(map(in_address, values)) for name, values in asked["filters"].items()}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_equal_a_recomputation_by_hand(seed):
    """Movers, events in schools of no enrollment, dates of programs, voided records, unknown lengths."""
    drawn = draw(seed)
    leader = make.make_user("leader", drawn.district)
    principal = make.make_user("principal", drawn.district, drawn.schools[0])
    coordinator = make.make_user("coordinator", drawn.district, *drawn.schools[2:])
    readers = [
        (leader, set(drawn.schools)),
        (leader, set(drawn.schools)),
        (principal, {drawn.schools[0]}),
        (coordinator, set(drawn.schools[2:])),
    ]
    rng = random.Random(seed)
    compared, wrong = 0, []
    for _ in range(QUESTIONS):
        user, scope = rng.choice(readers)
        asked = random_question(rng, drawn)
        asked["school"] &= {school.code for school in scope}
        schools = {
            school
            for school in scope
            if (not asked["school"] or school.code in asked["school"]) and asked["level"] in ("", school.level)
        }
        report = ask(user, **address_of(asked))
        rows = [row.as_json(report.by) for row in report.rows]
        wanted = ByHand(drawn, schools, **asked).rows()
        compared += sum(len(row) for row in wanted)
        wrong += [f"{user.email} {address_of(asked)} {fault}" for fault in differences(rows, wanted)]
    print(json.dumps({"id": f"rates_by_hand_{seed}", "n": compared, "bad": len(wrong)}))
    assert compared > 5_000
    assert wrong[:5] == []


@pytest.mark.django_db
def test_a_mover_counts_once_in_the_district_and_in_each_school():
    """One suspension at each of two schools: one student with two in the district, one with one at each school."""
    district = make.make_district()
    year = make.make_school_year(district)
    first, second = make.make_school(district, "A"), make.make_school(district, "B")
    student = make.make_student(district, race="BL")
    for school in (first, second):
        make.enroll(student, school, year)
        make.remove(make.make_incident(school, year), student, days="0.5")
    leader = make.make_user("leader", district)

    def counts(**asked):
        return [(row.key, row.enrolled, row.affected, row.events, str(row.days)) for row in ask(leader, **asked).rows]

    assert counts() == [((), 1, 1, 2, "1.00")]
    assert counts(by="school") == [(("A",), 1, 1, 1, "0.50"), (("B",), 1, 1, 1, "0.50")]
    assert counts(measure="oss_multiple") == [((), 1, 1, 2, "1.00")]
    assert counts(measure="oss_multiple", by="school") == [(("A",), 1, 0, 0, "0"), (("B",), 1, 0, 0, "0")]


@pytest.mark.django_db
def test_the_status_that_counts_is_that_of_the_year_not_of_the_incident():
    """IDEA from February, suspended in November and March: one student with a disability, nobody without."""
    district = make.make_district()
    year = make.make_school_year(district, programs_reported=True)
    school, student = make.make_school(district), make.make_student(district)
    make.make_program_status(student, year, idea=True, begins_on="2021-02-01")
    make.enroll(student, school, year)
    for day in ("2020-11-10", "2021-03-09"):
        make.remove(make.make_incident(school, year, occurred_on=day), student)
    leader = make.make_user("leader", district)
    assert [(row.key, row.affected, row.events) for row in ask(leader, by="idea").rows] == [((True,), 1, 2)]
    on_count_day = ask(leader, by="idea", denominator="snapshot").rows
    assert [(row.key, row.affected, row.events) for row in on_count_day] == [((False,), 1, 2)]


@pytest.mark.django_db
def test_an_event_where_nobody_is_enrolled_makes_no_row_but_counts_in_totals():
    """A visitor's suspension counts at the school of the incident, and among the others there."""
    district = make.make_district()
    year = make.make_school_year(district)
    home, other = make.make_school(district, "H"), make.make_school(district, "O")
    visitor, pupil = make.make_student(district, race="BL"), make.make_student(district, race="WH")
    make.enroll(visitor, home, year)
    make.enroll(pupil, other, year)
    make.remove(make.make_incident(other, year), visitor)
    rows = ask(make.make_user("leader", district), by="school,race").rows
    assert [(row.key, row.enrolled, row.affected) for row in rows] == [(("H", "BL"), 1, 0), (("O", "WH"), 1, 0)]
    assert [(row.others.affected, row.others.enrolled) for row in rows] == [(0, 0), (1, 0)]
    by_school = ask(make.make_user("principal", district, other), by="school").rows
    assert [(row.key, row.enrolled, row.affected) for row in by_school] == [(("O",), 1, 1)]


@pytest.mark.django_db
def test_a_school_beside_the_rest_leaves_out_whoever_was_enrolled_there():
    district = make.make_district()
    year = make.make_school_year(district)
    first, second = make.make_school(district, "A"), make.make_school(district, "B")
    mover, stayer = make.make_student(district), make.make_student(district)
    make.enroll(mover, first, year)
    make.enroll(mover, second, year)
    make.enroll(stayer, second, year)
    make.remove(make.make_incident(second, year), mover)
    rows = ask(make.make_user("leader", district), by="school").rows
    assert [(row.key, row.others.affected, row.others.enrolled) for row in rows] == [(("A",), 0, 1), (("B",), 0, 0)]
    assert School.objects.filter(district=district).count() == 2
