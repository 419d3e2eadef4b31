"""Cases of earlier months in the demo district, so that there is something to say about what comes of circles.

Modelled like its years: over referrals that the modelled record answered with something restorative. Made in bulk, with
the states, answers, terms and days that the verbs would have left; the same day gives the same cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Subquery

from circles import case_states as states
from circles.agreement_rules import DEFAULT_INTERVALS, MET, NOT_MET, OPEN, WAIVED, check_days
from circles.models import (
    AgreementTerm,
    Circle,
    CircleAgreement,
    CircleConsent,
    CircleKeeper,
    CircleParticipant,
    CircleStatus,
    FollowUp,
    TermUpdate,
)
from dashboards.demo.plan import seeded
from discipline.actions.circling import record_circle
from discipline.models import Involvement, Referral, Removal, RestorativeOffer
from discipline.models.codes import SUSPENSIONS
from district.models import District, Enrollment, School, SchoolYear, User
from training.models import Certification, Practice, Practitioner

SEED = 20_211_015
PRACTICES = {
    "RESTORATIVE_CIRCLE": "harm-circle",
    "RESTORATIVE_CONFERENCE": "impromptu-conference",
    "MEDIATION": "mediation",
}
"""The response on record → the practice of the case."""
ONE_IN = 6
"""One such referral in so many has a case; at the school of the demo's sign-ins each has one."""
TERMS = (
    ("apology", "I write down what I would do another time."),
    ("repair", "I put back in order what I broke."),
    ("help", "I help the younger ones at lunch."),
    ("behavior", "We greet each other, and leave each other alone in the hallway."),
    ("meeting", "We meet again with the keeper."),
)
NOT_HELD = (Circle.NotHeld.PARTY_ABSENT, Circle.NotHeld.KEEPER_ABSENT, Circle.NotHeld.NOT_READY)
DECLINED = {
    states.DECLINED_RESPONSIBLE: CircleParticipant.Role.RESPONSIBLE,
    states.DECLINED_HARMED: CircleParticipant.Role.HARMED,
}
KEEPERS = 9
DAY = timedelta(days=1)
SATURDAY = 5


@dataclass
class Course:
    """One case as it went: its dated states with their reasons, and whatever else is known by today."""

    rows: list[tuple[str, date, str]] = field(default_factory=list)
    reason: str = ""

    @property
    def status(self) -> str:
        """The state in which it stands."""
        return self.rows[-1][0]

    def day(self, state: str) -> date | None:
        """The last day on which it came to a state."""
        return next((on for name, on, _why in reversed(self.rows) if name == state), None)


def school_day(day: date) -> date:
    """The day, or the Monday after it."""
    return day + (7 - day.weekday()) * DAY if day.weekday() >= SATURDAY else day


def course_of(rng: Random, opened_on: date, today: date) -> Course:
    """Let a case run until it ends or today comes."""
    course, day = Course(), opened_on

    def step(state: str, least: int, most: int, reason: str = "") -> bool:
        nonlocal day
        later = day if not course.rows else school_day(day + rng.randint(least, most) * DAY)
        if later > today:
            return False
        day = later
        course.rows.append((state, day, reason))
        return True

    def close(reason: str, least: int, most: int) -> Course:
        if step(states.CLOSED, least, most, reason):
            course.reason = reason
        return course

    if not step(states.REFERRED, 0, 0) or not step(states.SCREENING, 0, 5):
        return course
    fate = rng.random()
    if fate < 0.05:
        return close(states.NOT_SUITABLE, 0, 2)
    if not step(states.PREPARATION, 0, 2):
        return course
    if fate < 0.16:
        return close(rng.choice((states.DECLINED_HARMED, states.DECLINED_RESPONSIBLE, states.WITHDRAWN)), 2, 9)
    if not step(states.SCHEDULED, 1, 8):
        return course
    if fate < 0.28 and not (step(states.NOT_HELD, 2, 6, rng.choice(NOT_HELD)) and step(states.SCHEDULED, 1, 3)):
        return course
    if not step(states.HELD, 1, 6):
        return course
    agreed = fate < 0.88
    if not step(states.AGREEMENT if agreed else states.NO_AGREEMENT, 0, 2 if agreed else 0):
        return course
    if not agreed:
        return close(states.WITHOUT_AGREEMENT, 1, 5)
    step(states.FOLLOW_UP, 0, 2)
    return course


class _Maker:
    """Collects the rows of many cases and writes them table by table."""

    def __init__(self, district: District, *, owner: User) -> None:
        self.district, self.owner, self.today = district, owner, district.today()
        self.rng = seeded(SEED, district.code)
        self.zone = ZoneInfo(district.timezone)
        self.practices = {one.code: one for one in Practice.objects.filter(district=district)}
        self.keepers = _certified(district, self.today)
        self.circles: list[tuple[Circle, Course, Referral, int | None]] = []

    def at(self, day: date, hour: int) -> datetime:
        """A moment of a day, in the time of the district."""
        return datetime.combine(day, time(hour), self.zone)

    def plan(self, referral: Referral, response: str, harmed: int | None) -> None:
        """Plan a case over a referral."""
        course = course_of(self.rng, school_day(referral.occurred_on + self.rng.randint(0, 3) * DAY), self.today)
        if not course.rows:
            return
        circle = Circle(
            school_id=referral.school_id,
            school_year_id=referral.school_year_id,
            practice=self.practices[PRACTICES[response]],
            origin=Circle.Origin.REFERRAL,
            referral=referral,
            opened_on=course.rows[0][1],
            owner=self.owner if len(course.rows) > 1 else None,
            held_on=course.day(states.HELD),
        )
        if circle.held_on:
            circle.minutes = self.rng.choice((35, 40, 45, 50, 60, 75))
        if course.status == states.SCHEDULED:
            circle.scheduled_on, circle.place = school_day(self.today + self.rng.randint(1, 6) * DAY), "Library"
        self.circles.append((circle, course, referral, harmed))

    def write(self) -> None:
        """Write every case with all that belongs to it."""
        settled = [self.settle(course) for _circle, course, _referral, _harmed in self.circles]
        for circle, course, _referral, _harmed in self.circles:
            circle.status, circle.close_reason = course.status, course.reason
            circle.closed_on = course.day(states.CLOSED)
        Circle.objects.bulk_create([one[0] for one in self.circles])
        CircleStatus.objects.bulk_create(list(self.statuses()))
        people = [self.people(*one) for one in self.circles]
        CircleParticipant.objects.bulk_create([one for some in people for one in some])
        answers = [self.answers(some, one[1]) for some, one in zip(people, self.circles, strict=True)]
        CircleConsent.objects.bulk_create([answer for some in answers for answer in some])
        CircleKeeper.objects.bulk_create(list(self.kept()))
        self.agreements(people, settled)
        for circle, course, referral, _harmed in self.circles:
            if course.reason == states.COMPLETED and circle.held_on:
                response = next(name for name, code in PRACTICES.items() if code == circle.practice.code)
                source = f"circle {circle.uid}"
                record_circle(referral=referral, response=response, on=circle.held_on, source=source, by=self.owner)

    def settle(self, course: Course) -> list[tuple[int, str, int | None]]:
        """The terms of an agreement as (days until due, state, days until settled), and how the case then closed."""
        agreed_on = course.day(states.AGREEMENT)
        if agreed_on is None:
            return []
        terms: list[tuple[int, str, int | None]] = []
        for _number in range(self.rng.randint(1, 4)):
            due, fate = self.rng.choice((5, 7, 10, 14, 21)), self.rng.random()
            state = MET if fate < 0.87 else NOT_MET if fate < 0.93 else WAIVED
            after = max(1, due + self.rng.randint(-6, 0) if fate < 0.74 else due + self.rng.randint(1, 6))
            is_known = agreed_on + after * DAY <= self.today
            terms.append((due, state if is_known else OPEN, after if is_known else None))
        ends_on = school_day(agreed_on + self.rng.randint(30, 62) * DAY)
        found = {state for _due, state, _after in terms}
        if course.day(states.FOLLOW_UP) and OPEN not in found and ends_on <= self.today:
            course.reason = states.TERMS_NOT_MET if NOT_MET in found else states.COMPLETED
            course.rows.append((states.CLOSED, ends_on, course.reason))
        return terms

    def statuses(self) -> Iterator[CircleStatus]:
        """The dated states."""
        for circle, course, _referral, _harmed in self.circles:
            for number, (state, on, reason) in enumerate(course.rows):
                by = self.owner if number else None
                yield CircleStatus(circle=circle, status=state, on=on, at=self.at(on, 8 + number), by=by, reason=reason)

    def people(self, circle: Circle, course: Course, referral: Referral, harmed: int | None) -> list[CircleParticipant]:
        """Who is named: the student referred, a student harmed, and now and then somebody beside them."""
        role, prepared_on = CircleParticipant.Role, course.day(states.SCHEDULED)
        named: list[tuple[str, int | None, str]] = [(role.RESPONSIBLE, referral.student_id, "")]
        if harmed:
            named.append((role.HARMED, harmed, ""))
        if self.rng.random() < 0.5:
            named.append((role.STAFF, None, "Somebody who teaches them"))
        came = True if circle.held_on else None
        return [
            CircleParticipant(
                circle=circle,
                role=part,
                student_id=student,
                name=name,
                prepared_on=prepared_on,
                attended=came,
                minutes=circle.minutes,
                times=1 if came and student else None,
            )
            for part, student, name in named
        ]

    def answers(self, people: Sequence[CircleParticipant], course: Course) -> Iterator[CircleConsent]:
        """The yes of everybody who was asked, and the no of whoever did not wish it; a no is all right."""
        declined = DECLINED.get(course.reason)
        for one in people:
            on = one.prepared_on or (course.day(states.CLOSED) if one.role == declined else None)
            if on:
                answer = CircleConsent.Answer.DECLINED if one.role == declined else CircleConsent.Answer.GIVEN
                said = {"kind": CircleConsent.Kind.OWN, "answer": answer, "way": CircleConsent.Way.SPOKEN}
                yield CircleConsent(participant=one, on=on, at=self.at(on, 7), by=self.owner, **said)

    def kept(self) -> Iterator[CircleKeeper]:
        """Who keeps each case that was scheduled; now and then under an exception."""
        for circle, course, _referral, _harmed in self.circles:
            if not self.keepers or course.day(states.SCHEDULED) is None:
                continue
            # Some keep more than others.
            place = min(self.rng.randrange(len(self.keepers)), self.rng.randrange(len(self.keepers)))
            keeper, number = self.keepers[place]
            fate = self.rng.random()
            one = CircleKeeper(circle=circle, practitioner=keeper, part=CircleKeeper.Part.LED, certificate=number)
            if fate < 0.05:
                one.certificate, one.override_reason = (
                    "",
                    "The certificate was being renewed, and nobody else was free.",
                )
            elif fate < 0.08:
                one.conflict, one.override_reason = "classroom", "Both students asked for them."
            one.override_by = self.owner if one.override_reason else None
            yield one

    def agreements(
        self, people: Sequence[Sequence[CircleParticipant]], settled: Sequence[list[tuple[int, str, int | None]]]
    ) -> None:
        """What was agreed, what came of it, and the days on which somebody asked again."""
        found: list[tuple[CircleAgreement, Sequence[CircleParticipant], list[tuple[int, str, int | None]]]] = []
        for (circle, course, _referral, _harmed), some, terms in zip(self.circles, people, settled, strict=True):
            if agreed_on := course.day(states.AGREEMENT):
                agreement = CircleAgreement(circle=circle, agreed_on=agreed_on, owner=self.owner)
                agreement.completed_on = circle.closed_on
                found.append((agreement, some, terms))
        CircleAgreement.objects.bulk_create([one[0] for one in found])
        rows = [row for one in found for row in self.terms(*one)]
        AgreementTerm.objects.bulk_create(rows)
        TermUpdate.objects.bulk_create(
            TermUpdate(term=one, status=one.status, on=one.settled_on, at=self.at(one.settled_on, 15), by=self.owner)
            for one in rows
            if one.settled_on
        )
        FollowUp.objects.bulk_create([row for agreement, _people, _terms in found for row in self.asked(agreement)])

    def terms(
        self,
        agreement: CircleAgreement,
        people: Sequence[CircleParticipant],
        terms: list[tuple[int, str, int | None]],
    ) -> Iterator[AgreementTerm]:
        """The terms of one agreement."""
        owed_to = next((one for one in people if one.role == CircleParticipant.Role.HARMED), None)
        kinds = self.rng.sample(TERMS, len(terms))
        for (kind, text), (due, state, after) in zip(kinds, terms, strict=True):
            yield AgreementTerm(
                agreement=agreement,
                owed_by=people[0],
                owed_to=owed_to,
                kind=kind,
                text=text,
                due_on=agreement.agreed_on + due * DAY,
                status=state,
                settled_on=None if after is None else agreement.agreed_on + after * DAY,
            )

    def asked(self, agreement: CircleAgreement) -> Iterator[FollowUp]:
        """The days to ask again; most were kept while the case was open."""
        last = agreement.circle.closed_on or self.today
        for due_on in check_days(agreement.agreed_on, DEFAULT_INTERVALS):
            one = FollowUp(agreement=agreement, due_on=due_on)
            if due_on <= last and self.rng.random() < 0.9:
                one.done_on, one.by = min(last, due_on + self.rng.randint(0, 2) * DAY), self.owner
                one.outcome = self.rng.choice(("well", "well", "well", "mixed", "not_reached"))
            yield one


def _certified(district: District, today: date) -> list[tuple[Practitioner, str]]:
    """Some people whose certificate is valid today, with its number."""
    rows = Certification.objects.valid_on(today).filter(practitioner__district=district)
    rows = rows.select_related("practitioner").order_by("practitioner__person__family_name", "practitioner", "pk")
    found = {one.practitioner_id: (one.practitioner, one.number) for one in reversed(rows)}
    return list(found.values())[:KEEPERS]


def _referrals(district: District, year: SchoolYear, school: School, rng: Random) -> Iterator[tuple[Referral, str]]:
    """Referrals of a year that were answered with something restorative and not with a removal."""
    same = {"incident": OuterRef("incident"), "student": OuterRef("student")}
    parts = Involvement.objects.responsible().filter(response__in=PRACTICES, **same)
    rows = Referral.objects.filter(school__district=district, school_year=year, status=Referral.Status.DECIDED)
    rows = rows.annotate(answer=Subquery(parts.order_by("pk").values("response")[:1])).exclude(answer=None)
    rows = rows.exclude(Exists(Removal.objects.standing().filter(**same)))
    for one in rows.order_by("occurred_on", "incident__identifier", "student__local_id"):
        if one.school_id == school.pk or rng.randrange(ONE_IN) == 0:
            yield one, one.answer


def _others(district: District, year: SchoolYear) -> dict[int, list[int]]:
    """Students of each school, whom somebody may have harmed."""
    rows = Enrollment.objects.filter(school__district=district, school_year=year, is_last_in_year=True)
    found: dict[int, list[int]] = {}
    for school, student in rows.order_by("student__local_id").values_list("school", "student"):
        found.setdefault(school, []).append(student)
    return found


def load_past_circles(district: District, school: School, *, owner: User, years: Sequence[int]) -> None:
    """Make the cases of these school years, and what was offered before the removals of the last of them."""
    maker = _Maker(district, owner=owner)
    for year in SchoolYear.objects.filter(district=district, year__in=years).order_by("year"):
        others = _others(district, year)
        for referral, response in _referrals(district, year, school, maker.rng):
            known = [one for one in others.get(referral.school_id, ()) if one != referral.student_id]
            maker.plan(referral, response, maker.rng.choice(known) if known and maker.rng.random() < 0.9 else None)
    maker.write()
    _offer(district, max(years), owner)


def _offer(district: District, year: int, owner: User) -> None:
    """Say of most suspensions of a year whether something restorative was offered first."""
    rng = seeded(SEED, district.code, "offers")
    rows = Removal.objects.standing().filter(school__district=district, school_year__year=year, kind__in=SUSPENSIONS)
    rows = rows.filter(offer=None).order_by("incident__identifier", "student__local_id", "pk")
    made = []
    for key in rows.values_list("pk", flat=True):
        fate = rng.random()
        offer = RestorativeOffer(removal_id=key, by=owner)
        if fate < 0.12:
            continue
        if fate < 0.5:
            offer.answer, offer.why_not = "not_offered", rng.choice(("no_keeper", "no_time", "unwilling"))
        else:
            offer.answer = "accepted" if fate < 0.72 else "declined" if fate < 0.9 else "pending"
            offer.response, offer.offered_to = "RESTORATIVE_CIRCLE", "responsible,harmed"
            offer.answered_by = "" if offer.answer == "pending" else "responsible"
        made.append(offer)
    RestorativeOffer.objects.bulk_create(made)
