"""What waits in training: who could be certified, whose certificate ends, whose time runs out, what is incomplete.

Each worklist is a part of the people that a reader may see; page, endpoint and file use it as a filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from district.models import District, StaffAssignment
from training.eligibility import Evidence, Kind
from training.evidence import evidence_of, standings, with_history
from training.models import (
    Certification,
    Evaluation,
    Pathway,
    Practitioner,
    PractitionerLanguage,
    Registration,
)
from training.models.people import PractitionerQuerySet

DEADLINE_NEAR = timedelta(days=30)
"""So long before its last day a way to a credential is listed."""
SETTLED = timedelta(days=14)
"""So long after a session its evaluations should be there."""
Keys = set[int]


def eligible(people: PractitionerQuerySet) -> Keys:
    """People who have met everything for a credential that they have not been awarded."""
    found: Keys = set()
    for district, keys in by_district(people):
        found |= set(standings(keys, district.pk, district.today()).eligible)
    return found


def expiring(days: int) -> Callable[[PractitionerQuerySet], Keys]:
    """Return a worklist: people whose certificate's last day is today or within so many days."""

    def listed(people: PractitionerQuerySet) -> Keys:
        found: Keys = set()
        for district, keys in by_district(people):
            today = district.today()
            rows = Certification.objects.expiring(today, today + timedelta(days=days))
            rows = rows.filter(practitioner__in=keys, status__in=("awarded", "suspended"))
            found |= set(rows.values_list("practitioner", flat=True))
        return found

    return listed


def renewing(people: PractitionerQuerySet) -> Keys:
    """People in the window or the grace of a certificate who have begun to do what its renewal asks for."""
    found: Keys = set()
    for district, keys in by_district(people):
        today = district.today()
        found |= {one.practitioner_id for one in renewals_underway(keys, today)}
    return found


def renewals_underway(people: Iterable[int], today: date) -> list[Certification]:
    """Certificates of `people` that could be renewed today, and for which something was done since that began."""
    rows = with_history(Certification.objects.filter(practitioner__in=people, status="awarded", ended_on=None))
    windows = [
        (one, one.expires_on - timedelta(days=one.version.window_days), one.version.grace_days)
        for one in rows.exclude(expires_on=None)
    ]
    open_now = [
        (one, first) for one, first, grace in windows if first <= today <= one.expires_on + timedelta(days=grace)
    ]
    evidence = evidence_of([one.practitioner_id for one, _first in open_now])
    return [one for one, first in open_now if has_begun(evidence[one.practitioner_id], first, today)]


def has_begun(done: Evidence, first: date, last: date) -> bool:
    """Say whether somebody did anything that counts between two days, both included."""
    days = [one.on for one in done.evaluations] + [one.on for one in done.attended]
    days += [one.on for one in done.kept] + [one.on for one in done.observed]
    return any(first <= day <= last for day in days)


def deadline(people: PractitionerQuerySet) -> Keys:
    """People whose time for a credential is over or nearly so."""
    found: Keys = set()
    for district, keys in by_district(people):
        due = Pathway.objects.due_by(district.today() + DEADLINE_NEAR).filter(practitioner__in=keys)
        found |= set(due.values_list("practitioner", flat=True))
    return found


def incomplete(people: PractitionerQuerySet) -> Keys:
    """People of whose record something is missing (see `gaps`)."""
    found: Keys = set()
    for district, keys in by_district(people):
        found |= set(gaps(keys, district.today()))
    return found


NO_ADDRESS, NO_LANGUAGE, NO_SCHOOL, OTHER_SCHOOL, NOT_EVALUATED = (
    _("no e-mail address"),
    _("no language"),
    _("no school"),
    _("the roster says another school"),
    _("attended and not evaluated"),
)


def gaps(people: Iterable[int], today: date) -> dict[int, list[Any]]:
    """Return what is missing by person, for those of `people` of whom something is. Five queries."""
    found: dict[int, list[Any]] = {}
    rows = Practitioner.objects.filter(pk__in=people)
    serving = Practitioner.schools.through.objects.filter(practitioner=OuterRef("pk"))
    staff = rows.filter(capacity__in=Practitioner.STAFF_CAPACITIES)
    checks = (
        (NO_ADDRESS, rows.filter(person__email="")),
        (NO_LANGUAGE, rows.filter(~Exists(PractitionerLanguage.objects.filter(practitioner=OuterRef("pk"))))),
        (NO_SCHOOL, staff.filter(~Exists(serving))),
        (OTHER_SCHOOL, _moved(staff)),
        (NOT_EVALUATED, _unevaluated(rows, today)),
    )
    for words, some in checks:
        for key in some.order_by().values_list("pk", flat=True):
            found.setdefault(key, []).append(words)
    return found


def _moved(staff: PractitionerQuerySet) -> PractitionerQuerySet:
    """Staff who have schools here, and in the latest year of the roster others only."""
    latest = StaffAssignment.objects.filter(staff=OuterRef("staff")).order_by("-school_year__year")
    assigned = StaffAssignment.objects.filter(
        staff__person=OuterRef("person"), school_year__year=latest.values("school_year__year")[:1]
    )
    serving = Practitioner.schools.through.objects.filter(practitioner=OuterRef("pk"))
    same = assigned.filter(school__practitioners=OuterRef("pk"))
    return staff.filter(Exists(assigned), Exists(serving), ~Exists(same))


def _unevaluated(people: PractitionerQuerySet, today: date) -> PractitionerQuerySet:
    """People who attended a session some time ago whose course was never evaluated for them."""
    evaluated = Evaluation.objects.filter(
        practitioner=OuterRef("practitioner"), kind=Kind.COURSE.value, course=OuterRef("session__course")
    )
    attended = Registration.objects.annotate(
        confirmed=Count("attendance", filter=Q(attendance__confirmed_at__isnull=False, attendance__hours__gt=0))
    ).filter(~Exists(evaluated), confirmed__gt=0, session__ends_on__lt=today - SETTLED)
    return people.filter(pk__in=attended.order_by().values("practitioner"))


def by_district(people: PractitionerQuerySet) -> list[tuple[District, list[int]]]:
    """Return the keys of `people` by their district, for each has a day of its own. Two queries."""
    keys: dict[int, list[int]] = {}
    for district, key in people.order_by().values_list("district", "pk"):
        keys.setdefault(district, []).append(key)
    return [(district, keys[district.pk]) for district in District.objects.filter(pk__in=keys)]


WORKLISTS: dict[str, tuple[Any, Callable[[PractitionerQuerySet], Keys]]] = {
    "eligible": (_("Eligible, not awarded"), eligible),
    "expiring_30": (_("Certificate ends within 30 days"), expiring(30)),
    "expiring_60": (_("Certificate ends within 60 days"), expiring(60)),
    "expiring_90": (_("Certificate ends within 90 days"), expiring(90)),
    "renewing": (_("Renewal under way"), renewing),
    "deadline": (_("Deadline near or over"), deadline),
    "incomplete": (_("Incomplete record"), incomplete),
}
"""Name of a worklist → what it is called, and which of some people are on it."""
