"""Every figure of the outcomes of circles, recomputed by hand from a small world."""

from __future__ import annotations

import pytest
from django.utils import timezone

from circles.models import Circle, CircleKeeper, CircleParticipant
from dashboards.circle_outcomes.rows import FEW
from dashboards.circles_held import agreed_in, circles_held
from discipline.models import Referral, Removal, RestorativeOffer
from district.models import Enrollment
from tests import factories as make
from tests.dashboards.circle_outcomes.conftest import DAY, HELD

pytestmark = pytest.mark.django_db


def figures(row, *names):
    return tuple(row[name] for name in names)


class TestCases:
    def test_how_far_they_came(self, small_world, leader):
        found = {row["item"]: row["number"] for row in small_world.rows(leader, "cases")}
        assert found == {"opened": 6, "held": 4, "agreement": 3, "completed": 2, "open": 3}

    def test_days_between_states(self, small_world, leader):
        found = {row["item"]: row for row in small_world.rows(leader, "cycle_time")}
        # A 9, B 20, C 10, F 9: sorted 9, 9, 10, 20
        held = found["referred_to_held"]
        assert figures(held, "n", "lower_quartile", "median", "upper_quartile", "waiting") == (4, 9, 9.5, 12.5, 1)
        assert held["small"] is True
        assert figures(found["held_to_agreement"], "n", "median", "waiting") == (3, 0, 1)
        assert figures(found["agreement_to_closed"], "n", "median", "waiting") == (2, 37.5, 1)
        # D was declined after two days: that is no length of anything.
        assert figures(found["referred_to_closed"], "n", "median", "waiting") == (2, 46.5, 3)

    def test_a_case_of_another_year_and_a_voided_one_count_nowhere(self, small_world, leader):
        assert small_world.one(leader, "cases", "opened", school_year="2022")["number"] == 1
        Circle.objects.exclude(pk=Circle.objects.earliest("pk").pk).update(voided_at=timezone.now())
        assert small_world.one(leader, "cases", "opened")["number"] == 1


class TestAgreements:
    def test_what_was_kept(self, small_world, leader):
        found = {row["item"]: figures(row, "number", "n", "share") for row in small_world.rows(leader, "agreements")}
        assert found == {
            "met": (3, 5, 0.6),
            "on_time": (2, 5, 0.4),
            "overdue": (1, 5, 0.2),
            "waived": (1, 7, 1 / 7),
            "renegotiated": (1, 7, 1 / 7),
            "later": (0, 7, 0.0),
        }

    def test_the_live_measure_of_commitments_says_the_same(self, small_world, leader):
        district, year = small_world.district, small_world.year.year
        kept = agreed_in([district.pk], until=district.today())[district.pk].kept(year)
        assert figures(small_world.one(leader, "agreements", "met"), "number", "n") == (kept.met, kept.counted)
        # Cases that were held count among the circles of their tier.
        assert circles_held([district.pk])[district.pk].number(year, tier=2) == 4

    def test_days_on_which_somebody_asked_again(self, small_world, leader):
        # A: two done, one not, but the case is closed; B: one of two.
        assert figures(small_world.one(leader, "follow_ups", "done"), "number", "n") == (3, 4)


class TestRecurrence:
    def test_windows(self, small_world, leader):
        found = {row["item"]: figures(row, "number", "n", "left") for row in small_world.rows(leader, "recurrence")}
        # A: days 20, 90, 91, 120. B left on day 40. C, on day 30: days 60, 61, 90 after it. F: nothing.
        assert found == {"30": (1, 4, 0), "90": (2, 3, 1), "180": (2, 3, 1)}

    def test_a_voided_referral_is_none(self, small_world, leader):
        Referral.objects.filter(occurred_on__gt=HELD).update(status="voided")
        assert [row["number"] for row in small_world.rows(leader, "recurrence")] == [0, 0, 0]

    def test_who_was_harmed_or_did_not_come_is_not_followed(self, small_world, leader):
        CircleParticipant.objects.filter(role="responsible").update(attended=False)
        assert [row["n"] for row in small_world.rows(leader, "recurrence")] == [0, 0, 0]

    def test_a_group_is_told_apart_from_ten_students_on(self, outcomes, leader):
        o = outcomes
        for number in range(FEW):
            student = o.student(o.north, "BL" if number else "WH")
            o.sat(o.case(o.north, -3, -2, -2, -1, 0), student)
            if number % 3 == 0:
                o.refer(student, o.north, HELD + DAY)
        o.settle()
        assert o.one(leader, "recurrence", "90")["number"] == 4
        nine, one = (o.one(leader, "recurrence", "90", race, by="race") for race in ("BL", "WH"))
        for row, n in ((nine, 9), (one, 1)):
            assert figures(row, "n", "number", "share", "left", "status") == (n, None, None, None, "few")
        student = o.student(o.north)
        o.sat(o.case(o.north, -3, -2, -2, -1, 0), student)
        o.settle()
        ten = o.one(leader, "recurrence", "90", "BL", by="race")
        assert figures(ten, "n", "number", "share", "status") == (10, 3, 0.3, "actual")

    def test_days_that_are_not_over(self, outcomes, leader):
        o, today = outcomes, outcomes.district.today()
        year = make.make_school_year(o.district, today.year + (today.month >= 7))
        for ago in (29, 30, 90):
            student = make.make_student(o.district)
            make.enroll(student, o.north, year, refresh=False, begins_on=today - 200 * DAY)
            late = today - ago * DAY
            circle = o.case(o.north, 0, 0, 0, 0, 0, school_year=year)
            Circle.objects.filter(pk=circle.pk).update(held_on=late)
            o.sat(circle, student)
        rows = o.rows(leader, "recurrence", school_year=str(year.year))
        assert [row["waiting"] for row in rows] == [1, 2, 3]


class TestDaysAvoided:
    def test_the_estimate(self, small_world, leader):
        # Level 3 allows a suspension in grade 8, level 2 the first time does not. Suspensions of level 3: 2.5, 1, 0.5.
        (level, total) = small_world.rows(leader, "days_avoided")
        assert figures(level, "item", "n", "compared", "median", "days", "days_low", "days_high") == (
            *("3", 1, 3, 1.0, 1.0, 0.75, 1.75),
        )
        assert figures(total, "n", "number", "days", "days_low", "days_high", "status") == (
            1,
            1,
            1.0,
            0.75,
            1.75,
            "actual",
        )
        assert total["small"] is True

    def test_who_was_suspended_over_it_avoided_nothing(self, small_world, leader):
        referral = Circle.objects.get(referral__student__race="BL").referral
        make.remove(referral.incident, referral.student, "ISS", "1")
        (total,) = small_world.rows(leader, "days_avoided")
        assert figures(total, "n", "days", "status") == (0, None, "none")

    def test_an_earlier_incident_of_the_level_counts(self, small_world, leader):
        cat = Circle.objects.get(school=small_world.south).referral.student
        small_world.refer(cat, small_world.south, HELD - 60 * DAY, "2")
        found = {row["item"]: row for row in small_world.rows(leader, "days_avoided")}
        # Level 2 the second time allows one, but nobody was suspended over level 2: no estimate for it.
        assert figures(found["2"], "n", "compared", "days", "status") == (1, 0, None, "none")
        assert figures(found["total"], "n", "number", "days") == (2, 1, 1.0)

    def test_unknown_lengths_and_voided_suspensions_are_not_compared(self, small_world, leader):
        Removal.objects.filter(days="0.5").update(days=None)
        Removal.objects.filter(days="1").update(voided_at=timezone.now())
        assert small_world.rows(leader, "days_avoided")[0]["median"] == 2.5


class TestTakingPart:
    def test_who_came_and_who_was_referred(self, small_world, leader):
        # Enrolled in 2021: ann, ben, cat, harmed and three more. Came: ann, ben, cat, harmed.
        students = small_world.one(leader, "participation", "students")
        assert figures(students, "number", "n", "share") == (4, 7, 4 / 7)
        assert figures(small_world.one(leader, "participation", "referred"), "number", "n") == (2, 2)

    def test_groups_are_compared_with_all_others(self, small_world, leader):
        found = {row["group"]: row for row in small_world.rows(leader, "participation", by="race")}
        rows = [row for row in small_world.rows(leader, "participation", by="race") if row["item"] == "students"]
        assert {row["group"]: figures(row, "number", "n", "ratio") for row in rows} == {
            "": (4, 7, None),
            "BL": (1, 1, (1 * 6) / (3 * 1)),
            "HI": (1, 4, (1 * 3) / (3 * 4)),
            "WH": (2, 2, (2 * 5) / (2 * 2)),
        }
        assert found["BL"]["small"] is True

    def test_by_school_without_a_ratio(self, small_world, leader):
        rows = small_world.rows(leader, "participation", by="school")
        found = {row["group"]: figures(row, "number", "n", "ratio") for row in rows if row["item"] == "students"}
        assert found == {"": (4, 7, None), "0001": (3, 6, None), "0002": (1, 1, None)}

    def test_offers_are_those_of_their_own_dashboard(self, small_world, leader):
        for number, removal in enumerate(Removal.objects.order_by("pk")):
            RestorativeOffer.objects.create(removal=removal, answer="accepted" if number else "not_offered")
        here = small_world.one(leader, "offers", "offered", "BL", by="race")
        there = leader.get("/api/v1/dashboards/restorative-offers/?school_year=2021&by=race").json()["rows"]
        black = next(row for row in there if row["race"] == "BL")
        assert figures(here, "number", "n", "share") == (2, 3, 2 / 3)
        assert (here["number"], here["n"], here["ratio"]) == (black["offered"], black["asked"], black["offer_ratio"])
        assert figures(small_world.one(leader, "offers", "accepted"), "number", "n") == (2, 2)


class TestBeforeAndAfter:
    def test_the_same_students(self, small_world, leader):
        # Ann and Cat were there all the time, Ben was not; Ann's second circle is not her first.
        # Ann before: days -90, -30, -9; after: 20, 90. Cat before: -9. Days: 2.5 + 1 before, 0.5 after.
        found = {row["item"]: row for row in small_world.rows(leader, "before_after")}
        assert figures(found["referrals"], "n", "before", "after", "left", "waiting") == (2, 4, 2, 1, 0)
        assert figures(found["days"], "n", "before", "after") == (2, 3.5, 0.5)

    def test_a_first_circle_of_an_earlier_year_is_not_of_this_one(self, small_world, leader):
        o = small_world
        ann = CircleParticipant.objects.filter(role="responsible", student__race="BL").first().student
        earlier = o.case(o.north, -201, -201, -201, -201, -200, school_year=o.before)
        Circle.objects.filter(pk=earlier.pk).update(held_on=HELD - 200 * DAY)
        o.sat(earlier, ann)
        assert o.one(leader, "before_after", "referrals")["n"] == 1

    def test_the_bus_is_no_class(self, small_world, leader):
        Removal.objects.update(kind="BUS")
        assert figures(small_world.one(leader, "before_after", "days"), "before", "after") == (0, 0)


class TestKeepers:
    def test_load_and_exceptions(self, small_world, leader):
        bands = {row["item"]: row["number"] for row in small_world.rows(leader, "keepers")}
        assert bands == {"0": 1, "1-2": 1, "3-5": 0, "6+": 0}
        named = {row["label"]: figures(row, "open", "held") for row in small_world.rows(leader, "keeper")}
        assert named == {"Kim Keeper": (2, 3), "Mo Mender": (0, 1)}
        found = {row["item"]: figures(row, "number", "n") for row in small_world.rows(leader, "exceptions")}
        assert found == {"certificate": (1, 4), "stake": (1, 4)}

    def test_who_left_a_case_keeps_it_no_longer(self, small_world, leader):
        CircleKeeper.objects.update(ended_at=timezone.now())
        assert small_world.rows(leader, "keeper") == []


def test_a_student_of_two_schools_is_followed_across_them_by_the_district(small_world, leader):
    o = small_world
    ben = Enrollment.objects.get(ends_on=HELD + 40 * DAY).student
    make.enroll(ben, o.south, o.year, begins_on=HELD + 45 * DAY)
    assert o.one(leader, "recurrence", "90")["n"] == 4
    assert o.one(leader, "recurrence", "90", school="0001")["n"] == 2
