"""Removals by hand: ordered, changed, served."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from discipline import actions
from discipline.actions import StepNotAllowed
from discipline.models import Referral, Removal
from district.models import AuditEvent, CalendarDay
from tests import factories as make

TUESDAY = date(2020, 11, 17)


@pytest.fixture
def officer(world):
    return world.user("officer")


@pytest.fixture
def referral(world):
    return Referral.objects.get(school=world.north)


@pytest.fixture
def order(referral, officer):
    def send(**changes):
        values = {"kind": "OSS", "begins_on": TUESDAY, "days": Decimal(3), "offer": make.DECLINED}
        return actions.order_removal(referral=referral, by=officer, **values | changes)

    return send


def test_days_are_counted_from_the_schools_calendar(world, order):
    CalendarDay.objects.create(district=world.district, day=date(2020, 11, 18), kind="closure")
    CalendarDay.objects.create(district=world.district, school=world.north, day=date(2020, 11, 19), kind="half_day")
    removal = order(days=Decimal("1.5"))
    assert (removal.ends_on, removal.days) == (date(2020, 11, 19), Decimal("1.5"))
    counted = order(kind="ISS", days=None, ends_on=date(2020, 11, 20))
    assert counted.days == Decimal("2.5")
    assert (counted.school, counted.school_year, counted.ordered_by.email) == (
        world.north,
        world.year,
        "officer@example.org",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "DETENTION"}, "kind"),
        ({"days": None}, "days"),
        ({"days": Decimal(0)}, "days"),
        ({"days": Decimal("NaN")}, "days"),
        ({"days": Decimal("1e9")}, "days"),
        ({"ends_on": TUESDAY, "days": Decimal(2)}, "days"),
        ({"ends_on": date(2020, 11, 16), "days": None}, "ends_on"),
        ({"begins_on": date(2020, 11, 21), "ends_on": date(2020, 11, 22), "days": None}, "begins_on"),
        ({"begins_on": date(2020, 11, 9)}, "begins_on"),
        ({"services": "x" * 201}, "services"),
    ],
)
def test_terms_that_cannot_be_are_refused(order, changes, field):
    before = Removal.objects.count(), AuditEvent.objects.count()
    with pytest.raises(ValidationError) as caught:
        order(**changes)
    assert list(caught.value.message_dict) == [field]
    assert (Removal.objects.count(), AuditEvent.objects.count()) == before


def test_the_same_order_twice_is_refused(order):
    order()
    with pytest.raises(ValidationError):
        order()


def test_a_change_is_a_new_dated_row(order, officer):
    removal = order()
    actions.change_removal(
        removal=removal,
        reason="The family met with us.",
        begins_on=TUESDAY,
        days=Decimal(1),
        difference="10",
        by=officer,
    )
    removal.refresh_from_db()
    assert (removal.days, removal.ends_on) == (Decimal(1), TUESDAY)
    former = removal.changes.get()
    assert (former.days, former.ends_on, former.reason) == (Decimal(3), date(2020, 11, 19), "The family met with us.")
    assert (former.difference, former.by) == ("10", officer)
    event = AuditEvent.objects.latest("pk")
    assert event.changes["days"] == ["3.00", "1.00"]
    with pytest.raises(ValidationError):  # nothing differs
        actions.change_removal(removal=removal, reason="Again.", begins_on=TUESDAY, days=Decimal(1), by=officer)
    with pytest.raises(ValidationError):
        actions.change_removal(removal=removal, reason="", begins_on=TUESDAY, days=Decimal(2), by=officer)
    assert removal.changes.count() == 1


def test_days_are_ticked_off_by_who_saw_it(order, officer):
    removal = order()
    actions.mark_served(removal=removal, day=TUESDAY, mark="served", by=officer)
    actions.mark_served(removal=removal, day=date(2020, 11, 18), mark="served", by=officer)
    actions.mark_served(removal=removal, day=date(2020, 11, 18), mark="absent", by=officer)
    assert actions.served_of(removal) == Decimal(1)
    events = AuditEvent.objects.count()
    actions.mark_served(removal=removal, day=TUESDAY, mark="served", by=officer)
    assert AuditEvent.objects.count() == events
    for day in (date(2020, 11, 16), date(2020, 11, 20), date(2020, 11, 21), date(2035, 1, 8)):
        with pytest.raises(ValidationError):
            actions.mark_served(removal=removal, day=day, mark="served", by=officer)
    with pytest.raises(ValidationError):
        actions.mark_served(removal=removal, day=TUESDAY, mark="maybe", by=officer)


def test_a_voided_removal_takes_no_step(order, officer):
    removal = order()
    actions.void_removal(removal=removal, reason="Wrong student.", by=officer)
    with pytest.raises(StepNotAllowed):
        actions.change_removal(removal=removal, reason="Late.", begins_on=TUESDAY, days=Decimal(1), by=officer)
    with pytest.raises(StepNotAllowed):
        actions.mark_served(removal=removal, day=TUESDAY, mark="served", by=officer)


def test_a_voided_referral_orders_nothing(referral, order, officer):
    actions.void_referral(referral=referral, reason="Wrong student.", by=officer)
    with pytest.raises(StepNotAllowed):
        order()


def test_removals_touching_a_week(order):
    removal = order()
    touching = Removal.objects.touching
    assert removal in touching(date(2020, 11, 16), TUESDAY)
    assert removal in touching(date(2020, 11, 19), date(2020, 11, 30))
    assert removal not in touching(date(2020, 11, 20), date(2020, 11, 30))
    assert removal not in touching(date(2020, 11, 1), date(2020, 11, 16))


def test_a_removal_that_changes_the_placement_opens_the_determination_with_the_decision(world, order, officer):
    """34 CFR 300.530(e): within 10 school days of the decision; asked only where a plan protects the student."""
    make.make_program_status(world.student, world.year, idea=True)
    world.year.programs_reported = True
    world.year.save()
    short = order()
    assert not short.determinations.exists()
    actions.change_removal(
        removal=short,
        reason="More was found out.",
        begins_on=TUESDAY,
        days=Decimal(11),
        change="extended",
        decided_on=date(2020, 11, 18),
        by=officer,
    )
    opened = short.determinations.get()
    assert (opened.decided_on, opened.due_on, opened.held_on) == (date(2020, 11, 18), date(2020, 12, 2), None)
    assert AuditEvent.objects.filter(object_uid=opened.uid, actor_id=officer.pk).count() == 1
    actions.change_removal(
        removal=short, reason="Again.", begins_on=TUESDAY, days=Decimal(12), change="extended", by=officer
    )
    assert short.determinations.count() == 1


def test_without_a_plan_no_determination_is_opened(world, order):
    world.year.programs_reported = True
    world.year.save()
    assert not order(days=Decimal(11)).determinations.exists()
