"""Makes and changes what the good rows of an attendance file say, kind by kind in bulk, and keeps each row's fate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from district import audit
from district.models import ImportBatch, Person, Staff
from district.names import search_key
from training.actions.people import schools_of
from training.actions.sessions import new_sign_in_code
from training.models import (
    Attendance,
    Evaluation,
    Practitioner,
    Registration,
    RegistrationStatus,
    SessionDay,
    SessionStatus,
    TrainingSession,
)

from .references import References
from .rows import PERSON_SAYS, SESSION_SAYS, TrainingRow

CREATED, UPDATED = "created", "updated"
BULK = 200
"""Rows a statement: an older SQLite takes 999 parameters."""


@dataclass
class Writing:
    """What one file will write. `compare` looks at what stands, `write` writes; both in the caller's transaction."""

    references: References
    batch: ImportBatch
    changes: list[audit.Change] = field(default_factory=list)
    fates: dict[int, str] = field(default_factory=dict)

    def compare(self, rows: Sequence[TrainingRow]) -> None:
        """Read what stands of the sessions named, and refuse hours that do not fit a day on record."""
        self.rows = rows
        keys = [session.pk for session in self.references.sessions.values()]
        days = SessionDay.objects.filter(session__in=keys)
        self.days: dict[tuple[int, date], SessionDay] = {(one.session_id, one.day): one for one in days}
        registrations = Registration.objects.filter(session__in=keys)
        self.registrations = {(one.session_id, one.practitioner_id): one for one in registrations}
        attendance = Attendance.objects.filter(session_day__session__in=keys)
        self.attendance = {(one.registration_id, one.session_day_id): one for one in attendance}
        self.evaluations = set(
            Evaluation.objects.filter(practitioner__district=self.batch.district_id, kind="course").values_list(
                "practitioner", "course", "state", "evaluated_on"
            )
        )
        for row in rows:
            session = self.references.sessions.get(row.session_id)
            known = self.days.get((session.pk, row.day)) if session and row.day else None
            if known is not None and row.hours is not None and row.hours > known.hours:
                reason = _("On record this day has %s hours.") % f"{known.hours.normalize():f}"
                row.add_fault("hours", "more_than_the_day", reason)

    def write(self) -> dict[int, str]:
        """Write everything; return line → created or updated for the rows that did something."""
        self.now = timezone.now()
        self.rows = [row for row in self.rows if not row.faults]
        self._make_people()
        self._make_sessions()
        self._make_days()
        self._register()
        self._attend()
        self._evaluate()
        return self.fates

    def _did(self, row: TrainingRow, fate: str) -> None:
        if self.fates.get(row.line) != CREATED:
            self.fates[row.line] = fate

    def _make_people(self) -> None:
        """Make people whom nobody knows: staff under their own record, others under a new one."""
        people = self.references.people
        first = gathered([row for row in self.rows if row.who not in people], lambda row: row.who, PERSON_SAYS)
        persons = {who: self._person(row) for who, row in first.items()}
        new = [person for person in persons.values() if person.pk is None]
        Person.objects.bulk_create(new, BULK)
        made: dict[int, Practitioner] = {}
        for who, row in first.items():
            person = persons[who]
            if person.pk not in made:
                made[person.pk] = Practitioner(
                    person=person, district=self.batch.district, capacity=self._capacity(row), batch=self.batch
                )
            people[who] = made[person.pk]
            self._did(row, CREATED)
        Practitioner.objects.bulk_create(list(made.values()), BULK)
        through = Practitioner.schools.through
        links = {(people[who].pk, school) for who, row in first.items() for school in self._schools(row)}
        through.objects.bulk_create(
            [through(practitioner_id=person, school_id=school) for person, school in sorted(links)], BULK
        )

    def _person(self, row: TrainingRow) -> Person:
        staff = self._staff(row)
        if staff is not None:
            return staff.person
        return Person(
            district=self.batch.district,
            given_name=row.given_name,
            family_name=row.family_name,
            search_name=search_key(row.family_name, row.given_name),
            email=row.email,
            organization=self.references.organizations.get(row.organization),
            batch=self.batch,
        )

    def _staff(self, row: TrainingRow) -> Staff | None:
        return self.references.staff.get(row.staff_id or f"mail {row.email}")

    def _capacity(self, row: TrainingRow) -> str:
        is_staff = self._staff(row) is not None
        return row.role or (Practitioner.Capacity.OTHER_STAFF if is_staff else Practitioner.Capacity.COMMUNITY).value

    def _schools(self, row: TrainingRow) -> list[int]:
        if row.schools:
            return [self.references.schools[code] for code in row.schools]
        staff = self._staff(row)
        return [school.pk for school in schools_of(staff)] if staff else []

    def _make_sessions(self) -> None:
        known = self.references.sessions
        fresh = [row for row in self.rows if row.session_id not in known]
        first = gathered(fresh, lambda row: row.session_id, SESSION_SAYS)
        people: dict[str, set[str]] = {}
        days: dict[str, set[date]] = {}
        for row in self.rows:
            if row.session_id in first:
                people.setdefault(row.session_id, set()).add(row.who)
            if row.day:
                days.setdefault(row.session_id, set()).add(row.day)
        for identifier, row in first.items():
            self.references.sessions[identifier] = TrainingSession(
                district=self.batch.district,
                course=self.references.courses[row.course],
                organization=self.references.organizations.get(row.given_by),
                identifier=identifier,
                language=row.language or "en",
                timezone=self.batch.district.timezone,
                place=row.place,
                capacity=min(max(len(people[identifier]), 1), 2000),
                begins_on=min(days[identifier]),
                ends_on=max(days[identifier]),
                batch=self.batch,
            )
            self._did(row, CREATED)
        new = [self.references.sessions[identifier] for identifier in first]
        TrainingSession.objects.bulk_create(new, BULK)
        statuses = [SessionStatus(session=one, status=one.status, at=self.now) for one in new]
        SessionStatus.objects.bulk_create(statuses, BULK)
        self._widen(days)

    def _widen(self, days: dict[str, set[date]]) -> None:
        """A session on record may get further days."""
        for identifier, named in days.items():
            session = self.references.sessions[identifier]
            begins_on, ends_on = min(session.begins_on, *named), max(session.ends_on, *named)
            if (begins_on, ends_on) != (session.begins_on, session.ends_on):
                session.begins_on, session.ends_on = begins_on, ends_on
                session.save(update_fields=["begins_on", "ends_on", "updated_at"])

    def _make_days(self) -> None:
        hours: dict[tuple[int, date], Decimal] = {}
        first: dict[tuple[int, date], TrainingRow] = {}
        for row in self.rows:
            key = (self.references.sessions[row.session_id].pk, row.day)
            if row.day is None or row.hours is None or key in self.days:
                continue
            hours[key[0], row.day] = max(hours.get((key[0], row.day), Decimal(0)), row.hours)
            first.setdefault((key[0], row.day), row)
        codes = self._codes(len(hours))
        for (session, day), amount in hours.items():
            self.days[session, day] = SessionDay(
                session_id=session, day=day, hours=max(amount, Decimal("0.25")), sign_in_code=codes.pop()
            )
            self._did(first[session, day], CREATED)
        SessionDay.objects.bulk_create([self.days[key] for key in hours], BULK)

    def _codes(self, count: int) -> set[str]:
        codes: set[str] = set()
        while len(codes) < count:
            fresh = sorted({new_sign_in_code() for _number in range(min(count - len(codes), BULK))})
            taken = SessionDay.objects.filter(sign_in_code__in=fresh).values_list("sign_in_code", flat=True)
            codes |= set(fresh) - set(taken)
        return codes

    def _register(self) -> None:
        registered, way = Registration.Status.REGISTERED, Registration.Way.IMPORT
        new: list[Registration] = []
        back: list[Registration] = []
        for row in self.rows:
            session = self.references.sessions[row.session_id]
            key = (session.pk, self.references.people[row.who].pk)
            known = self.registrations.get(key)
            if known is None:
                known = self.registrations[key] = Registration(
                    session_id=key[0], practitioner_id=key[1], way=way, status=registered, batch=self.batch
                )
                new.append(known)
                self._did(row, CREATED)
            elif known.pk and known.status != registered:
                known.status, known.waiting_since = registered, None
                back.append(known)
                self._did(row, UPDATED)
        Registration.objects.bulk_create(new, BULK)
        Registration.objects.bulk_update(back, ["status", "waiting_since"], BULK)
        statuses = [RegistrationStatus(registration=one, status=registered, at=self.now) for one in (*new, *back)]
        RegistrationStatus.objects.bulk_create(statuses, BULK)

    def _attend(self) -> None:
        new: list[Attendance] = []
        changed: list[Attendance] = []
        for row in self.rows:
            session = self.references.sessions[row.session_id]
            if row.day is None or row.hours is None:
                continue
            registration = self.registrations[session.pk, self.references.people[row.who].pk]
            day = self.days[session.pk, row.day]
            known = self.attendance.get((registration.pk, day.pk))
            if known is None:
                known = self.attendance[registration.pk, day.pk] = Attendance(
                    registration=registration,
                    session_day=day,
                    hours=row.hours,
                    way=Attendance.Way.IMPORT,
                    confirmed_at=self.now,
                    batch=self.batch,
                )
                new.append(known)
                self._did(row, CREATED)
            elif known.pk and (known.hours != row.hours or known.confirmed_at is None):
                self.changes.append(self._change(known, row))
                known.hours, known.confirmed_at = row.hours, self.now
                changed.append(known)
                self._did(row, UPDATED)
        Attendance.objects.bulk_create(new, BULK)
        Attendance.objects.bulk_update(changed, ["hours", "confirmed_at"], BULK)

    def _change(self, known: Attendance, row: TrainingRow) -> audit.Change:
        before = str(known.hours) if known.confirmed_at else None
        return audit.Change("attendance", known.uid, {"hours": [before, str(row.hours)]})

    def _evaluate(self) -> None:
        new = []
        for row in self.rows:
            if not row.evaluation or row.day is None:
                continue
            course, person = self.references.courses[row.course], self.references.people[row.who]
            on = row.evaluated_on or row.day
            key: tuple[Any, ...] = (person.pk, course.pk, row.evaluation, on)
            if key in self.evaluations:
                continue
            self.evaluations.add(key)
            new.append(
                Evaluation(
                    practitioner=person,
                    kind="course",
                    course=course,
                    session=self.references.sessions[row.session_id],
                    state=row.evaluation,
                    evaluated_on=on,
                    note=row.evaluation_note,
                    batch=self.batch,
                )
            )
            self._did(row, CREATED)
        Evaluation.objects.bulk_create(new, BULK)


def gathered(
    rows: Sequence[TrainingRow], key_of: Callable[[TrainingRow], str], columns: Sequence[str]
) -> dict[str, TrainingRow]:
    """Return key → its first row, in which a cell that was empty takes what the first later row of the key says."""
    found: dict[str, TrainingRow] = {}
    for row in rows:
        first = found.setdefault(key_of(row), replace(row))
        for column in columns:
            if not getattr(first, column):
                setattr(first, column, getattr(row, column))
    return found
