"""From records to sets of people: who is certified on a day, who is on the way, whom they serve. Fixed queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from dashboards.training_coverage.question import CoverageQuestion
from district.models import Enrollment, SchoolYear, StaffAssignment, User
from training.evidence import standings
from training.models import (
    Attendance,
    Certification,
    CertificationTerm,
    Credential,
    Evaluation,
    Pathway,
    PeerTraining,
    Practitioner,
    PractitionerLanguage,
    Registration,
    TrainingSession,
)
from training.models.certifications import CertificationQuerySet

People = frozenset[int]
"""Keys of people in training."""
PROPOSED, ELIGIBLE, LEARNING, REGISTERED = "proposed", "eligible", "learning", "registered"
STEPS = (REGISTERED, LEARNING, ELIGIBLE, PROPOSED)
"""How far people on the way have come; everybody stands at the furthest of their steps."""


@dataclass(frozen=True)
class Roster:
    """The people in training of a district: their roles, and the schools that they serve by name (none: any)."""

    capacities: Mapping[int, str]
    schools: Mapping[int, frozenset[int]]

    def counted(self, chosen: frozenset[int] | None) -> People:
        """Everybody who counts: all, or those who serve one of the schools chosen by name."""
        if chosen is None:
            return frozenset(self.capacities)
        return frozenset(key for key, serving in self.schools.items() if serving & chosen)

    def serving_any(self) -> People:
        """Who serves no school by name, and so any."""
        return frozenset(self.capacities) - frozenset(self.schools)


def roster_of(question: CoverageQuestion) -> Roster:
    """Return the people of the district. Two queries."""
    people = Practitioner.objects.standing().filter(district=question.district).order_by()
    schools: dict[int, set[int]] = defaultdict(set)
    serving = Practitioner.schools.through.objects.filter(practitioner__in=people.values("pk"))
    for key, school in serving.values_list("practitioner", "school"):
        schools[key].add(school)
    return Roster(dict(people.values_list("pk", "capacity")), {key: frozenset(some) for key, some in schools.items()})


def certificates(question: CoverageQuestion) -> CertificationQuerySet:
    """Certificates of the district on which somebody may hold the practice asked for, or any practice."""
    credentials = Credential.objects.filter(district=question.district, practices__code__in=_practices(question))
    return Certification.objects.filter(credential__in=credentials.values("pk")).order_by()


def _practices(question: CoverageQuestion) -> list[str]:
    return [question.practice] if question.practice else list(question.practices)


def certified_on(question: CoverageQuestion, day: date) -> People:
    """Return who is certified on `day`. One query."""
    return frozenset(certificates(question).valid_on(day).values_list("practitioner", flat=True))


def first_certified_on(question: CoverageQuestion) -> date | None:
    """Return the first day on which anybody was certified: before it nothing was recorded. One query."""
    terms = CertificationTerm.objects.filter(certification__district=question.district)
    return terms.aggregate(first=Min("valid_from"))["first"]


def by_practice(question: CoverageQuestion) -> dict[str, set[int]]:
    """Return who is certified today by the practice that they may hold. One query."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = certificates(question).valid_on(question.day)
    for key, code in rows.values_list("practitioner", "credential__practices__code"):
        found[code].add(key)
    return found


def by_language(question: CoverageQuestion) -> dict[str, set[int]]:
    """Return the people of the district by the languages in which they can hold a circle. One query."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = PractitionerLanguage.objects.filter(practitioner__district=question.district)
    for key, language in rows.values_list("practitioner", "language"):
        found[language].add(key)
    return found


@dataclass(frozen=True)
class Denominators:
    """People of the latest school year with a roster: in all schools counted (`total`) and by school."""

    year: int | None
    total: int | None
    by_school: Mapping[int, int]


def staff_of(question: CoverageQuestion) -> Denominators:
    """Return the staff assigned to the schools counted in the latest year with any. Three queries."""
    rows = StaffAssignment.objects.filter(school__district=question.district)
    return _denominators(question, rows, "staff")


@dataclass(frozen=True)
class StaffRosters:
    """Staff by school year: all of the district (None) and those of each set of schools that was asked for."""

    numbers: Mapping[frozenset[int] | None, Mapping[int, int]]
    years: tuple[int, ...]

    def number(self, schools: frozenset[int] | None, year: int | None) -> int:
        """Staff of the latest roster, or of the latest until `year`; 0 without one."""
        known = [one for one in self.years if year is None or one <= year]
        return self.numbers[schools].get(known[-1], 0) if known else 0


def staff_rosters(question: CoverageQuestion, asked: Iterable[frozenset[int] | None]) -> StaffRosters:
    """Count the staff of every school year for sets of schools (None: all of the district). At most two queries."""
    wanted = set(asked)
    rows = StaffAssignment.objects.filter(school__district=question.district).order_by()
    by_year = rows.values("school_year__year").annotate(number=Count("staff", distinct=True))
    totals = dict(by_year.values_list("school_year__year", "number"))
    numbers: dict[frozenset[int] | None, dict[int, int]] = {None: totals}
    named = wanted - {None}
    if named:
        people: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        chosen = rows.filter(school__in=frozenset().union(*(some for some in named if some)))
        for year, school, staff in chosen.values_list("school_year__year", "school", "staff"):
            people[year][school].add(staff)
        for some in named:
            numbers[some] = {
                year: len(set().union(*(places.get(key, ()) for key in some or ()))) for year, places in people.items()
            }
    return StaffRosters(numbers, tuple(sorted(totals)))


def students_of(question: CoverageQuestion) -> Denominators:
    """Return the students ever enrolled in the schools counted in the latest year with any. Three queries."""
    rows = Enrollment.objects.filter(school__district=question.district)
    return _denominators(question, rows, "student")


def _denominators(question: CoverageQuestion, rows: QuerySet, name: str) -> Denominators:
    years = SchoolYear.objects.filter(Exists(rows.filter(school_year=OuterRef("pk"))), district=question.district)
    year = years.order_by("-year").values_list("pk", "year").first()
    if year is None:
        return Denominators(None, None, {})
    rows = rows.filter(school_year=year[0], school__in=[place.pk for place in question.counted_schools]).order_by()
    total = rows.aggregate(number=Count(name, distinct=True))["number"]
    schools = rows.values("school").annotate(number=Count(name, distinct=True)).values_list("school", "number")
    return Denominators(year[1], total, dict(schools))


def on_the_way(question: CoverageQuestion, roster: Roster, certified: People) -> dict[str, People]:
    """Return who is not certified yet and on the way, by the furthest step. A fixed number of queries."""
    left = set(roster.counted(question.chosen) - certified)
    found: dict[str, People] = {}
    for step, reached in (
        (PROPOSED, _proposed(question)),
        (ELIGIBLE, _eligible(question, left)),
        (LEARNING, _learning(question)),
        (REGISTERED, _registered(question)),
    ):
        found[step] = frozenset(left & reached)
        left -= reached
    return found


def _proposed(question: CoverageQuestion) -> set[int]:
    rows = certificates(question).filter(status=Certification.Status.PROPOSED)
    return set(rows.values_list("practitioner", flat=True))


def _eligible(question: CoverageQuestion, people: set[int]) -> set[int]:
    codes = set(_practices(question))
    rows = Credential.objects.filter(district=question.district, practices__code__in=codes)
    leading = set(rows.values_list("pk", flat=True))
    found = standings(people, question.district, question.day).eligible
    return {key for key, credentials in found.items() if any(one.pk in leading for one in credentials)}


def _learning(question: CoverageQuestion) -> set[int]:
    """Who attended or passed a course, or has set out for a credential, that leads there."""
    attended = Attendance.objects.confirmed().filter(
        _taught(question, "registration__session__course__versions__practices__code__in"),
        registration__session__course__district=question.district,
    )
    passed = Evaluation.objects.filter(
        _taught(question, "course__versions__practices__code__in"), course__district=question.district, state="passed"
    )
    leading = Credential.objects.filter(district=question.district, practices__code__in=_practices(question))
    setting_out = Pathway.objects.underway().filter(credential__in=leading.values("pk"))
    return {
        *attended.order_by().values_list("registration__practitioner", flat=True),
        *passed.order_by().values_list("practitioner", flat=True),
        *setting_out.order_by().values_list("practitioner", flat=True),
    }


def _registered(question: CoverageQuestion) -> set[int]:
    """Who has a seat, or waits for one, in a session to come."""
    sessions = TrainingSession.objects.to_come_on(question.day).filter(
        _taught(question, "course__versions__practices__code__in"), course__district=question.district
    )
    rows = Registration.objects.exclude(status=Registration.Status.CANCELLED).filter(
        session__in=sessions.order_by().values("pk")
    )
    return set(rows.order_by().values_list("practitioner", flat=True))


def _taught(question: CoverageQuestion, lookup: str) -> Q:
    """Any course, or those that prepare for the practice asked for."""
    return Q(**{lookup: [question.practice]}) if question.practice else Q()


@dataclass(frozen=True)
class Trained:
    """A trainer of record with whom they trained, and their own trainer. No name where the reader may not see it."""

    trainer: int
    uid: str
    name: str
    taught_by: int | None
    people: People
    trainers: People


def lineage(question: CoverageQuestion, counted: People, reader: User) -> list[Trained]:
    """Return trainers of record of those of `counted` who are certified today or hold a license. Four queries."""
    valid = Certification.objects.filter(district=question.district).valid_on(question.day).exclude(trainer=None)
    people: dict[int, set[int]] = defaultdict(set)
    trainers: dict[int, set[int]] = defaultdict(set)
    taught_by: dict[int, int] = {}
    licensed = valid.filter(credential__is_license=True).order_by("awarded_on", "pk")
    for trainer, key in licensed.values_list("trainer", "practitioner"):
        taught_by[key] = trainer
        if key in counted:
            trainers[trainer].add(key)
    for trainer, key in certificates(question).valid_on(question.day).values_list("trainer", "practitioner"):
        if trainer is not None and key in counted:
            people[trainer].add(key)
    named = Practitioner.objects.visible_to(reader).filter(pk__in={*people, *trainers}).select_related("person")
    names = {one.pk: (str(one.uid), str(one)) for one in named}
    return [
        Trained(
            key,
            *names.get(key, ("", "")),
            taught_by.get(key),
            frozenset(people[key]),
            frozenset(trainers[key]),
        )
        for key in sorted({*people, *trainers})
    ]


def peers_of(question: CoverageQuestion) -> int | None:
    """Return how many students of the district are trained as peers; None below the smallest number shown."""
    rows = PeerTraining.objects.standing().filter(school__district=question.district)
    number = rows.order_by().values("student").distinct().count()
    return number if number >= PeerTraining.SMALLEST_NUMBER else None
