"""What the records know that may have been done to somebody: each floor's adverse actions, day by day.

Not every one is payback. The ombuds sees which came after a concern, and asks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.models import FamilyLink, Involvement, OtherPerson, Referral, Removal, RemovalKind, SentHome
from district.access import ROLES, Role
from district.models import Enrollment, RoleGrant, StaffAssignment
from training.models import Certification, CertificationStatus

WRITTEN_LATE = timedelta(days=30)
"""What was put down by hand up to so many days late counts from the day on which it was put down: a day set back does
not hide it. Later still, it is taken for a correction of old records."""


@dataclass(frozen=True)
class Adverse:
    """Something that was done: to whom (the key of a student, account, member of staff or person), what, when, where.

    `on` is the day on record; `written_on` the day on which somebody put it down by hand (None: it came in a file).
    """

    source: str
    who: int
    uid: UUID
    on: date
    words: str
    place: str = ""
    written_on: date | None = None

    def day_after(self, filed_on: date) -> date | None:
        """The day on which it came after a concern of a day; None where it was decided before, or on that day."""
        if self.written_on is not None and self.written_on <= filed_on:
            return None
        if self.on > filed_on:
            return self.on
        if self.written_on is not None and self.written_on - self.on <= WRITTEN_LATE:
            return self.written_on
        return None


Source = Callable[[Collection[int], date], Iterator[Adverse]]
"""Keys of whom, the first day that matters → what was done to them. One query."""


def harms(students: Collection[int], since: date) -> Iterator[Adverse]:
    """Incidents in which a student was named as the one who caused harm."""
    rows = Involvement.objects.responsible().filter(student__in=students, incident__merged_into=None)
    rows = rows.filter(_late("incident__occurred_on", since)).select_related("incident__school")
    named: dict[tuple[int | None, int], Involvement] = {}
    for row in rows.order_by("pk"):  # one of an incident, whatever number of behaviors
        named.setdefault((row.student_id, row.incident_id), row)
    for row in named.values():
        incident = row.incident
        yield Adverse(
            "incident",
            row.student_id,
            incident.uid,
            incident.occurred_on,
            _("Named in an incident as the student who caused harm"),
            incident.school.name,
            _written(row),
        )


def referrals(students: Collection[int], since: date) -> Iterator[Adverse]:
    """Referrals, from the day on which they were sent."""
    rows = Referral.objects.countable().filter(student__in=students)
    for row in rows.annotate(sent_at=Min("statuses__at")).select_related("school"):
        sent_on = _local(row.sent_at) if row.sent_at and not row.batch_id else row.occurred_on
        if sent_on >= since:
            yield Adverse("referral", row.student_id, row.uid, sent_on, _("Referred"), row.school.name)


def removals(students: Collection[int], since: date) -> Iterator[Adverse]:
    """Removals of every kind, informal ones too."""
    rows = Removal.objects.standing().filter(_late("begins_on", since), student__in=students)
    for row in rows.select_related("school"):
        kind = RemovalKind(row.kind).label
        yield Adverse("removal", row.student_id, row.uid, row.begins_on, str(kind), row.school.name, _written(row))


def sent_home(students: Collection[int], since: date) -> Iterator[Adverse]:
    """Days on which a family says that its child was sent home; the confirmed ones are removals."""
    rows = SentHome.objects.alleged().filter(student__in=students, begins_on__gte=since)
    for row in rows.select_related("school"):
        yield Adverse(
            "sent-home", row.student_id, row.uid, row.begins_on, _("Sent home, a family says"), row.school.name
        )


def leavings(students: Collection[int], since: date) -> Iterator[Adverse]:
    """Enrollments that ended before the school year did: the child was moved, or left."""
    rows = Enrollment.objects.filter(student__in=students, ends_on__gte=since, ends_on__lt=F("school_year__ends_on"))
    for row in rows.select_related("school"):
        if row.ends_on:
            yield Adverse("left", row.student_id, row.uid, row.ends_on, _("Left the school"), row.school.name)


def closed_links(students: Collection[int], since: date) -> Iterator[Adverse]:
    """Pages of families that were closed to them by hand."""
    rows = FamilyLink.objects.filter(student__in=students, revoked_at__date__gte=since)
    for row in rows.select_related("school"):
        if row.revoked_at:
            words = _("The page of the family was closed")
            yield Adverse("link", row.student_id, row.uid, _local(row.revoked_at), words, row.school.name)


def roles(users: Collection[int], since: date) -> Iterator[Adverse]:
    """Roles that ended, unless their end was set before."""
    rows = RoleGrant.objects.filter(user__in=users, ends_on__gte=since).select_related("school", "district")
    for row in rows:
        words = _("Role ended: %(role)s") % {"role": _(ROLES[Role(row.role)].title)}
        place = row.school.name if row.school else row.district.name
        if row.ends_on:
            yield Adverse("role", row.user_id, row.uid, row.ends_on, words, place, _local(row.updated_at))


def assignments(staff: Collection[int], since: date) -> Iterator[Adverse]:
    """Assignments of staff to a school that ended before the school year did."""
    rows = StaffAssignment.objects.filter(staff__in=staff, ends_on__gte=since, ends_on__lt=F("school_year__ends_on"))
    words = _("Work at the school ended")
    for row in rows.select_related("school"):
        if row.ends_on:
            yield Adverse("assignment", row.staff_id, row.uid, row.ends_on, words, row.school.name)


def namings(staff: Collection[int], since: date) -> Iterator[Adverse]:
    """Incidents that name a member of staff as having caused harm."""
    rows = OtherPerson.objects.filter(staff__in=staff, role=OtherPerson.Role.RESPONSIBLE, incident__merged_into=None)
    for row in rows.filter(_late("incident__occurred_on", since)).select_related("incident__school"):
        words, incident = _("Named in an incident as having caused harm"), row.incident
        written = _local(row.created_at)
        if row.staff_id:
            yield Adverse("named", row.staff_id, row.uid, incident.occurred_on, words, incident.school.name, written)


def certifications(people: Collection[int], since: date) -> Iterator[Adverse]:
    """Certifications that were suspended or revoked."""
    ended = (Certification.Status.SUSPENDED, Certification.Status.REVOKED)
    rows = CertificationStatus.objects.filter(
        certification__practitioner__person__in=people, status__in=ended, effective_on__gte=since
    )
    for row in rows.select_related("certification__practitioner", "certification__credential"):
        words = _("Certification: %(state)s") % {"state": row.get_status_display()}
        person, name = row.certification.practitioner.person_id, str(row.certification.credential)
        yield Adverse("certification", person, row.uid, row.effective_on, words, name, _local(row.at))


OF_STUDENTS: tuple[Source, ...] = (harms, referrals, removals, sent_home, leavings, closed_links)
OF_USERS: tuple[Source, ...] = (roles,)
OF_STAFF: tuple[Source, ...] = (assignments, namings)
OF_PEOPLE: tuple[Source, ...] = (certifications,)


def _late(field: str, since: date) -> Q:
    """Rows whose day may matter: since the day, or so shortly before that they may have been put down since."""
    return Q(**{f"{field}__gte": since - WRITTEN_LATE})


def _written(row: Involvement | Removal) -> date | None:
    return None if row.batch_id else _local(row.created_at)


def _local(moment: datetime) -> date:
    return timezone.localtime(moment).date()
