"""What people said around the demo's circles: a way back with its plan, a worksheet, and enough surveys to show some.

Everything is made by the verbs that people use, but the surveys: their answers are counted into piles as if sent.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError

from circles.actions.cases import open_case, screen_case, take_case
from circles.actions.participants import add_participant
from circles.actions.surveys import add_to_pile, release_surveys
from circles.actions.voices import keep_worksheet, make_voice_link
from circles.actions.welcome_back import REENTRY, add_item, first_days, plan_return, record_check_in
from circles.models import Circle, CircleParticipant
from circles.voices.survey import QUESTIONS, tally_of
from discipline.actions.offering import ASKED
from discipline.models import Removal
from district.calendar import school_year_of
from district.models import District, School, User
from district.models.places import calendar_of
from district.sealing import CASE_NOTES
from training.models import Practice

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


def load_voices(district: District, school: School, by: User) -> None:
    """Make them, in the transaction of the caller; nothing where no key seals what people write."""
    year = district.school_years.get(year=school_year_of(district.today()))
    if not CASE_NOTES.may_seal():
        return
    removals = Removal.objects.standing().filter(school=school, school_year=year, kind__in=ASKED)
    if removal := removals.order_by("-begins_on", "pk").first():
        _way_back(removal, by)
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


def _way_back(removal: Removal, by: User) -> None:
    """A case for coming back after a removal, with its plan; the first days of the week are ticked."""
    district, school = removal.school.district, removal.school
    practice = Practice.objects.filter(district=district, code=REENTRY).first()
    returned = _returned_on(school)
    if practice is None or returned is None:
        return
    circle = open_case(practice=practice, removal=removal, by=by)
    take_case(circle=circle, by=by)
    screen_case(circle=circle, by=by)
    student = circle.participants.get()
    supporter = add_participant(
        circle=circle, role="supporter", name="The basketball coach", supporter_of=student, by=by
    )
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
