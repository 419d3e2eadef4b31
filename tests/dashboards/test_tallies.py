"""Counts that are kept equal counts made anew, whatever was written meanwhile, and by however many at once."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.measures import MEASURES, Pool
from dashboards.models import Tally, TallyCell
from dashboards.tallies import FROZEN, count_cells
from discipline.actions import void_referral, void_removal
from discipline.models import Involvement, Referral, Removal
from district import standing
from district.models import Enrollment, ProgramStatus
from district.steps import StepNotAllowed
from tests import factories as make
from tests.dashboards.recomputation import draw
from tests.dashboards.recount import Recount

EVENTS, WRITERS = 1_000, 2
KINDS = ("OSS", "OSS", "ISS", "ISS", "EXPULSION_WITH_SERVICES", "BUS")


def differences(years: dict[int, int]) -> tuple[int, list[str]]:
    """Compare every cell of every kept measure with a plain recount; return how many there are, and the wrong ones."""
    truth, compared, wrong = Recount(years), 0, []
    for measure in FROZEN:
        for names in ((), *((name,) for name in DIMENSIONS)):
            for at_schools in (False, True):
                for snapshot in (False, True):
                    by = ((SCHOOL,) if at_schools else ()) + names
                    found = count_cells(MEASURES[measure], Pool(years, snapshot=snapshot), by)
                    wanted = truth.cells(measure, names, at_schools=at_schools, snapshot=snapshot)
                    compared += len(wanted)
                    wrong += [f"{measure} {by} {snapshot} {cell}" for cell in set(found) ^ wanted]
    return compared, wrong


class Writer:
    """Somebody who writes at random what people and imports write, and looks at the figures now and then."""

    def __init__(self, district, seed: int) -> None:
        self.rng = random.Random(seed)
        self.schools = list(district.schools.order_by("pk"))
        self.years = list(district.school_years.order_by("pk"))
        self.students = list(district.students.order_by("pk").values_list("pk", flat=True))
        self.acts = (*[self.create] * 3, self.change, self.void, self.move, self.regroup, self.merge)

    def work(self, events: int) -> None:
        """So many events. Where two writers stand in each other's way, one of them gives up and does another thing."""
        done = 0
        while done < events:
            try:
                with transaction.atomic():
                    self.rng.choice(self.acts)()
                done += 1
            except (OperationalError, StepNotAllowed):
                continue
            if self.rng.random() < 0.04:
                self.look()

    def create(self) -> None:
        enrollment = self.one(Enrollment.objects.all())
        school = enrollment.school if self.rng.random() < 0.8 else self.rng.choice(self.schools)
        incident = make.make_incident(school, enrollment.school_year)
        make.refer(incident, enrollment.student)
        for kind in sorted({self.rng.choice(KINDS) for _ in range(self.rng.choice((0, 1, 2)))}):
            make.remove(incident, enrollment.student, kind=kind, days=self.rng.choice((None, "0.5", "1", "2.25")))

    def change(self) -> None:
        removal = self.one(Removal.objects.standing())
        removal.days, removal.school = Decimal(self.rng.choice(("0.5", "3"))), self.rng.choice(self.schools)
        removal.save()

    def void(self) -> None:
        if self.rng.random() < 0.7:
            void_removal(removal=self.one(Removal.objects.standing()), reason="A mistake.", by=None)
        else:
            void_referral(referral=self.one(Referral.objects.countable()), reason="A mistake.", by=None)

    def move(self) -> None:
        enrollment = self.one(Enrollment.objects.all())
        there = Enrollment.objects.filter(student=enrollment.student_id, school_year=enrollment.school_year_id)
        free = [school for school in self.schools if school.pk not in there.values_list("school", flat=True)]
        if free:
            day = enrollment.school_year.starts_on + timedelta(self.rng.randrange(20, 200))
            make.enroll(
                enrollment.student, self.rng.choice(free), enrollment.school_year, refresh=False, begins_on=day,
                race=enrollment.race, sex=enrollment.sex, grade=self.rng.choice(("09", "10")),
            )  # fmt: skip
            standing.refresh(enrollment.school_year, [enrollment.student_id])

    def regroup(self) -> None:
        """A roster gives another race, or the student gets a plan."""
        year, student = self.rng.choice(self.years), self.rng.choice(self.students)
        if self.rng.random() < 0.5:
            race = self.rng.choice(("BL", "WH", "HI", "UNREPORTED"))
            Enrollment.objects.filter(student=student, school_year=year).update(race=race)
        else:
            begins_on = year.starts_on + timedelta(self.rng.randrange(60))
            ProgramStatus.objects.create(student_id=student, school_year=year, idea=True, begins_on=begins_on)
        standing.refresh(year, [student])

    def merge(self) -> None:
        """Two records of one student become one: what happened goes to the other, as far as it is not there already."""
        kept, double = self.rng.sample(self.students, 2)
        for model in (Involvement, Referral, Removal):
            known = list(model.objects.filter(student=kept).values_list("incident", flat=True))
            rows = model.objects.filter(student=double).exclude(incident__in=known)
            if model is not Involvement:
                rows = rows.filter(school_year__in=self.years_of(kept))
            rows.update(student=kept, updated_at=timezone.now())
        for year in self.years:
            standing.refresh(year, [kept, double])

    def years_of(self, student: int) -> list[int]:
        return list(Enrollment.objects.filter(student=student).values_list("school_year", flat=True))

    def look(self) -> None:
        name = self.rng.choice(("", "race", "sex", "idea"))
        by = ((SCHOOL,) if self.rng.random() < 0.5 else ()) + ((name,) if name else ())
        pool = Pool({year.pk: year.year for year in self.years}, snapshot=self.rng.random() < 0.3)
        assert count_cells(MEASURES[self.rng.choice(FROZEN)], pool, by)

    def one(self, rows):
        """One of the rows at random, locked."""
        key = self.rng.choice(list(rows.order_by("pk").values_list("pk", flat=True)))
        return rows.model.objects.select_for_update().get(pk=key)


@pytest.mark.django_db(transaction=True)
def test_every_cell_is_exact_after_a_thousand_events_of_two_writers(time_machine):
    """On PostgreSQL the two write at once; SQLite knows one writer, who does it all."""
    drawn = draw(8, students=60)
    years = {year.pk: year.year for year in drawn.years.values()}
    faults: list[BaseException] = []

    def write(seed: int, events: int) -> None:
        try:
            Writer(drawn.district, seed).work(events)
        except BaseException as fault:
            faults.append(fault)
        finally:
            if threading.current_thread() is not threading.main_thread():
                connection.close()

    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=write, args=(seed, EVENTS // WRITERS)) for seed in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        write(0, EVENTS)
    assert faults == []
    at_work, wrong = differences(years)
    # Two days later nothing has been written: the years, long over, are counted once more and then kept.
    time_machine.move_to(timezone.now() + timedelta(days=2))
    at_rest, wrong_at_rest = differences(years)
    kept = Tally.objects.filter(is_frozen=True).count()
    write(9, 20)
    after, wrong_after = differences(years)
    wrong += wrong_at_rest + wrong_after
    print(json.dumps({"id": "D8", "n": at_work + at_rest + after, "bad": len(wrong)}))
    assert at_work + at_rest + after > 8_000
    assert kept == len(years) * 2 * (len(DIMENSIONS) + 1)
    assert wrong[:3] == []
    assert faults == []


@pytest.fixture
def place(db):
    """A year long over: two schools, a student suspended at one of them."""
    district = make.make_district()
    year = make.make_school_year(district)
    school, other = make.make_school(district), make.make_school(district)
    student = make.make_student(district, race="BL", sex="F")
    make.enroll(student, school, year)
    make.enroll(make.make_student(district, race="WH", sex="M"), other, year)
    removal = make.remove(make.make_incident(school, year), student)
    return year, school, student, removal


def ask(year, measure="oss", by=("race",), **pool):
    """Ask as a report does; return value → (enrolled, affected) and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        cells = count_cells(MEASURES[measure], Pool({year.pk: year.year}, **pool), by)
    return {cell.values[-1] if cell.values else "": (cell.enrolled, cell.affected) for cell in cells}, len(queries)


def test_the_present_is_counted_and_denominators_are_kept(place):
    year, *_ = place
    assert ask(year)[0] == {"BL": (1, 1), "WH": (1, 0)}
    assert ask(year) == ({"BL": (1, 1), "WH": (1, 0)}, 3)
    assert not Tally.objects.get().is_frozen


def test_a_year_at_rest_is_kept_until_something_is_written(place, time_machine):
    year, _school, _student, removal = place
    time_machine.move_to(timezone.now() + timedelta(days=2))
    ask(year)
    assert ask(year) == ({"BL": (1, 1), "WH": (1, 0)}, 2)
    assert ask(year, measure="referral")[1] == 2
    void_removal(removal=removal, reason="A mistake.", by=None)
    assert ask(year) == ({"BL": (1, 0), "WH": (1, 0)}, 3)
    assert ask(year, measure="referral")[1] == 3
    time_machine.move_to(timezone.now() + timedelta(days=2))
    ask(year)
    assert ask(year) == ({"BL": (1, 0), "WH": (1, 0)}, 2)


def test_a_narrowed_measure_and_one_that_is_rare_are_always_counted(place, time_machine):
    """A measure of the same name that counts other events must not be answered from what is kept."""
    year, *_ = place
    time_machine.move_to(timezone.now() + timedelta(days=2))
    ask(year)
    oss = MEASURES["oss"]
    narrowed = replace(oss, events=lambda: oss.events().filter(days__gt=5))
    cells = count_cells(narrowed, Pool({year.pk: year.year}), ("race",))
    assert sorted((cell.values, cell.affected) for cell in cells) == [(("BL",), 0), (("WH",), 0)]
    assert ask(year, measure="arrest")[0] == {"BL": (1, 0), "WH": (1, 0)}


def test_what_a_roster_changes_is_counted_anew(place):
    year, school, student, _removal = place
    ask(year)
    Enrollment.objects.filter(student=student).update(race="HI")
    standing.refresh(year, [student.pk])
    make.enroll(make.make_student(school.district, race="HI"), school, year)
    assert ask(year)[0] == {"HI": (2, 1), "WH": (1, 0)}
    assert Removal.objects.get().race == "HI"


def test_a_record_without_enrollment_counts_as_unreported(place):
    year, school, *_ = place
    make.remove(make.make_incident(school, year), make.make_student(school.district, race="AS"))
    assert ask(year)[0] == {"BL": (1, 1), "WH": (1, 0), "UNREPORTED": (0, 1)}
    assert Removal.objects.get(student__race="AS").race == "UNREPORTED"


def test_saving_a_record_leaves_its_groups_alone(place):
    """What a record was read with may be old when it is saved."""
    year, _school, _student, removal = place
    ask(year)
    removal.days = Decimal(3)
    removal.save()
    removal.refresh_from_db()
    assert (removal.race, removal.sex, removal.days) == ("BL", "F", Decimal(3))


def test_only_the_schools_of_the_pool_are_shown(place):
    year, school, *_ = place
    assert ask(year, by=(SCHOOL, "race"), schools=frozenset({school.pk}))[0] == {"BL": (1, 1)}
    assert TallyCell.objects.filter(school__isnull=False).count() == 2
