"""Circles in the demo district: a few weeks of circles in class, and three cases that stand at different points.

Everything is made by the verbs that people use; the same day gives the same records.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from circles.actions.agreements import add_term, agree_case, record_assent
from circles.actions.cases import follow_case, hold_case, open_case, schedule_case, screen_case, take_case
from circles.actions.class_circles import log_class_circle
from circles.actions.keepers import assign_keeper
from circles.actions.participants import add_participant, prepare_participant, record_consent
from circles.actions.practices import give_default_rules
from circles.models import Circle, CircleAgreement, ClassCircle
from dashboards.demo_past_circles import load_past_circles
from dashboards.demo_voices import load_voices
from discipline.models import Referral
from district import picker
from district.access import Role
from district.calendar import school_year_of
from district.models import District, RoleGrant, School, User
from training.holding import keepers
from training.models import Practice, Practitioner
from training.validity import Holding

GROUPS = (("Grade 7, room 12", "check-in", 15, 26), ("Advisory 8", "community-circle", 30, 22))
"""Class, practice, minutes, students."""
WEEKS = 4
PRACTICE = "harm-circle"
FIRST_YEAR = 2022
"""The modelled year in which the demo's record of cases begins."""


def is_there(district: District) -> bool:
    """Say whether the demo's circles stand whole: cases are made last."""
    return Circle.objects.filter(school__district=district).exists()


@transaction.atomic
def load_circles(district: District, school: School, *, staff: User, coordinator: User) -> None:
    """Make the demo's circles in one transaction; a second time changes nothing."""
    if is_there(district):
        return
    give_default_rules(district, by=None)
    _log(district, school, staff)
    year = school_year_of(district.today())
    referrals = Referral.objects.filter(school=school, school_year__year=year, status=Referral.Status.DECIDED)
    for steps, referral in enumerate(referrals.order_by("-occurred_on", "pk")[:3]):
        _case(referral, coordinator, steps=steps)
    load_voices(district, school, coordinator)
    load_past_circles(district, school, owner=coordinator, years=(FIRST_YEAR, year))


def _log(district: District, school: School, staff: User) -> None:
    practices = {one.code: one for one in Practice.objects.filter(district=district)}
    first = district.school_years.get(year=school_year_of(district.today())).starts_on
    for week in range(WEEKS, 0, -1):
        day = district.today() - timedelta(days=7 * week)
        for group, code, minutes, heads in GROUPS:
            if day >= first and not ClassCircle.objects.filter(school=school, group=group, held_on=day).exists():
                log_class_circle(
                    school=school,
                    practice=practices[code],
                    group=group,
                    held_on=day,
                    minutes=minutes,
                    headcount=heads - week % 3,
                    names_checked=True,
                    by=staff,
                )


def _case(referral: Referral, by: User, *, steps: int) -> None:
    """A case over a referral: 0 waits to be taken up, 1 is in preparation, 2 was held and is being followed up."""
    district, school = referral.school.district, referral.school
    today = district.today()
    circle = open_case(practice=Practice.objects.get(district=district, code=PRACTICE), referral=referral, by=by)
    if steps == 0:
        return
    take_case(circle=circle, by=by)
    screen_case(circle=circle, by=by)
    if not circle.participants.filter(role="harmed").exists():
        named = circle.participants.values("student")
        other = picker.enrolled(school, today).exclude(student__in=named).order_by("student__local_id").first()
        if other is None:
            return
        add_participant(circle=circle, role="harmed", student=other.student, by=by)
    found = keepers(people=Practitioner.objects.standing(), practice=circle.practice, day=today, school=school)
    certified = [one.practitioner for one in found if one.holding is Holding.YES]
    if steps == 1 or not certified:
        return
    for one in circle.participants.all():
        prepare_participant(participant=one, on=today, by=by)
        record_consent(participant=one, answer="given", on=today, way="spoken", by=by)
    chosen = _who_signs_in(district, certified) or certified[0]
    assign_keeper(circle=circle, practitioner=chosen, part="led", by=by)
    schedule_case(circle=circle, scheduled_on=today, place="Library", by=by)
    people = list(circle.participants.all())
    hold_case(circle=circle, held_on=today, minutes=55, present=people, by=by)
    agree_case(circle=circle, agreed_on=today, owner=by, by=by)
    agreement = CircleAgreement.objects.get(circle=circle)
    terms = (("apology", "I write down what I would do another time.", 7), ("help", "I help in the library.", 21))
    for kind, text, days in terms:
        add_term(
            agreement=agreement,
            owed_by=next(one for one in people if one.role == "responsible"),
            owed_to=next(one for one in people if one.role == "harmed"),
            kind=kind,
            text=text,
            due_on=today + timedelta(days=days),
            names_checked=True,
            by=by,
        )
    for one in people:
        if one.role in ("responsible", "harmed"):
            one.refresh_from_db()
            record_assent(agreement=agreement, participant=one, on=today, way="signed", by=by)
    follow_case(circle=circle, by=by)


def _who_signs_in(district: District, certified: list[Practitioner]) -> Practitioner | None:
    """The certified keeper who has the sign-in of a facilitator, a role that sees the cases it keeps and no others."""
    grants = RoleGrant.objects.filter(district=district, role=Role.FACILITATOR)
    addresses = {address.lower() for address in grants.values_list("user__email", flat=True)}
    return next((one for one in certified if one.person.email.lower() in addresses), None)
