"""Circles in the demo district: a few weeks of circles in class, three cases that stand at different points, a way back
with its plan, and what people said.

Everything is made by the verbs that people use; the same day gives the same records.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from circles.actions.agreements import add_term, agree_case, record_assent
from circles.actions.cases import follow_case, hold_case, open_case, schedule_case, screen_case, take_case
from circles.actions.class_circles import log_class_circle
from circles.actions.keepers import assign_keeper
from circles.actions.participants import add_participant, prepare_participant, record_consent
from circles.actions.practices import give_default_rules
from circles.actions.surveys import add_to_pile, release_surveys
from circles.actions.voices import keep_worksheet, make_voice_link
from circles.actions.welcome_back import REENTRY, add_item, first_days, plan_return, record_check_in
from circles.models import Circle, CircleAgreement, CircleParticipant, ClassCircle
from circles.voices.survey import QUESTIONS, tally_of
from discipline.actions.offering import ASKED
from discipline.models import Referral, Removal
from district import picker
from district.calendar import school_year_of
from district.models import District, School, User
from district.models.places import calendar_of
from district.sealing import CASE_NOTES
from training.holding import keepers
from training.models import Practice, Practitioner
from training.validity import Holding

GROUPS = (("Grade 7, room 12", "check-in", 15, 26), ("Advisory 8", "community-circle", 30, 22))
"""Class, practice, minutes, students."""
WEEKS = 4
PRACTICE = "harm-circle"
SURVEYS = {
    "responsible": ((("yes", "yes", "mostly", "mostly"), 9), (("mostly", "mostly", "yes", "yes"), 6), (("no",) * 4, 3)),
    "harmed": ((("yes", "yes", "yes", "mostly"), 7), (("mostly", "yes", "little", "little"), 5)),
    "supporter": ((("yes", "mostly", "mostly", ""), 6),),
    "guardian": ((("mostly", "yes", "mostly", "yes"), 5),),
}
"""Part in the circle → answers in the order of the questions, and how many gave them. Synthetic."""
WORKSHEET = {
    "happened": "We argued in the hallway and I pushed the door shut while somebody was behind it.",
    "affected": "The student behind the door. The class next door stopped working. I felt bad afterwards.",
    "needed": "I want to say sorry without everybody watching.",
    "beside": "My older sister.",
}


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
    removals = Removal.objects.standing().filter(school=school, school_year__year=year, kind__in=ASKED)
    if removal := removals.order_by("-begins_on", "pk").first():
        _way_back(removal, coordinator)
    if CASE_NOTES.may_seal():
        load_voices(district, school, coordinator)


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
    assign_keeper(circle=circle, practitioner=certified[0], part="led", by=by)
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


def _way_back(removal: Removal, by: User) -> None:
    """A case for coming back after a removal, with its plan; the first days of the week are ticked."""
    district, school = removal.school.district, removal.school
    practice = Practice.objects.filter(district=district, code=REENTRY).first()
    returned = _returned_on(school)
    if practice is None or returned is None or not CASE_NOTES.may_seal():
        return
    circle = open_case(practice=practice, removal=removal, by=by)
    take_case(circle=circle, by=by)
    screen_case(circle=circle, by=by)
    student = circle.participants.get()
    supporter = add_participant(circle=circle, role="supporter", name="The basketball coach", supporter_of=student, by=by)
    coordinator = add_participant(circle=circle, role="staff", name=str(by), by=by)
    plan = plan_return(circle=circle, returns_on=returned, by=by)
    add_item(plan=plan, kind="support", text="A quiet start: first period in the library.", by=by)
    add_item(plan=plan, kind="need", text="Somebody to go over the work that was missed.", by=by)
    add_item(plan=plan, kind="supporter", person=supporter, by=by)
    due = plan.check_ins.get(day=3).due_on
    add_item(plan=plan, kind="duty", text="Meet with the teachers of math.", person=coordinator, due_on=due, by=by)
    for check_in in plan.check_ins.filter(due_on__lt=district.today())[:2]:
        record_check_in(check_in=check_in, on=check_in.due_on, outcome="mixed" if check_in.day == 1 else "well", by=by)


def _returned_on(school: School) -> date | None:
    """A school day a few days ago, with a whole first week in the calendar; None without any."""
    calendar, today = calendar_of(school.district, school), school.district.today()
    for before in (2, 6):
        try:
            day = calendar.nth_school_day_before(today, before)
            first_days(school, day)
        except (ValueError, ValidationError):
            continue
        return day
    return None


def load_voices(district: District, school: School, by: User) -> None:
    """Surveys of the demo, enough to show some figures and withhold others, and one worksheet."""
    year = district.school_years.get(year=school_year_of(district.today()))
    for role, answers in SURVEYS.items():
        for given, number in answers:
            for _number in range(number):
                said = dict(zip(QUESTIONS, given, strict=True))
                add_to_pile(school=school.pk, year=year.pk, role=role, tally=tally_of(said))
    release_surveys(district, today=district.today())
    cases = Circle.objects.filter(school=school, status="preparation", origin=Circle.Origin.REFERRAL)
    person = CircleParticipant.objects.filter(circle__in=cases, role="responsible").order_by("pk").first()
    if person:
        link, _secret = make_voice_link(participant=person, paper="worksheet", by=by)
        keep_worksheet(link=link, answers=WORKSHEET, language="en")
