"""Whom the records mean by the names that were sealed with a concern. A name that fits two people means nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from commitments.concerns import sealed
from commitments.concerns.sealed import Reporter
from commitments.models import Concern, ConcernReporter
from district.models import Enrollment, Guardian, Person, Staff, StaffAssignment, Student, User
from district.names import search_key
from district.sealing import NoKey

PARTS = 6
"""Parts of a name at most; a longer line is no name."""
NAMES_A_QUERY = 60
"""Each is asked for in as many ways as it has parts, and SQLite nests at most 1,000 conditions."""

CHILD, REPORTER = "child", "reporter"


@dataclass
class Known:
    """Of one concern: keys of the students, the account, the staff and the trained whom its sealed names mean.

    `doubts` says of whom (child, reporter) a name fits several, `unknown` of whom it fits nobody.
    """

    students: dict[int, str] = field(default_factory=dict)
    users: set[int] = field(default_factory=set)
    staff: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add_students(self, keys: Iterable[int], whose: str) -> None:
        """Add students: the child of the concern, or whoever filed it (or their child)."""
        for key in keys:
            self.students.setdefault(key, whose)


def reporters_of(concerns: Sequence[Concern]) -> dict[UUID, Reporter]:
    """Who filed each concern, opened; those that nobody is named in, or that no key opens, left out. One query."""
    try:
        marks = {mark: concern.uid for concern in concerns for mark in sealed.marks_of(concern.uid)}
    except NoKey:
        return {}
    found = {}
    for mark, text in ConcernReporter.objects.filter(mark__in=marks).values_list("mark", "sealed"):
        reporter = sealed.reporter_of(text)
        if reporter is not None and (reporter.is_known or reporter.child):
            found[marks[mark]] = reporter
    return found


def people_of(concerns: Sequence[Concern], reporters: Mapping[UUID, Reporter]) -> dict[UUID, Known]:
    """Whom the records mean, concern by concern. A fixed number of queries for every sixty names."""
    named = [concern for concern in concerns if concern.uid in reporters]
    if not named:
        return {}
    districts = {concern.district_id for concern in named}
    lines = {text for one in reporters.values() for text in (one.child, one.name) if text}
    every = _accounts(districts)
    accounts = {one.uid: accounts_of(one, reporters[one.uid], every) for one in named}
    emails = {address for one in reporters.values() for address in addresses_in(one.contact)}
    emails |= {account.email.casefold() for found in accounts.values() for account in found}
    directory = _Directory(districts, lines, emails)
    return {one.uid: directory.known(one, reporters[one.uid], accounts[one.uid]) for one in named}


def addresses_in(text: str) -> set[str]:
    """The e-mail addresses of a line."""
    return {part.strip(",;:()<>.").casefold() for part in text.split() if "@" in part}


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of a name, without case, accents and order; none for what is too long to be one."""
    parts = search_key(text.replace(",", " ").replace(";", " ")).split()
    return tuple(sorted(parts)) if 2 <= len(parts) <= PARTS else ()


def starts_of(text: str) -> list[str]:
    """How the key of a person may begin whom a line names: the key has the family name first."""
    parts = search_key(text.replace(",", " ").replace(";", " ")).split()
    if not parts_of(text):
        return []
    return [" ".join(parts[start:] + parts[:start]) for start in range(len(parts))]


@dataclass(frozen=True)
class Account:
    """An account that has or had a role in some districts."""

    pk: int
    email: str
    name: str
    districts: frozenset[int]


def _accounts(districts: Collection[int]) -> list[Account]:
    rows = User.objects.filter(grants__district__in=districts).values_list("pk", "email", "name", "grants__district")
    found: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for key, email, name, district in rows.order_by():
        found[key, email, name].add(district)
    return [Account(*fields, frozenset(where)) for fields, where in found.items()]


def accounts_of(concern: Concern, reporter: Reporter, accounts: Iterable[Account]) -> list[Account]:
    """The accounts of whoever filed a concern: the one that is noted, else by address, else by name."""
    here = [account for account in accounts if concern.district_id in account.districts]
    if reporter.user:
        return [account for account in here if str(account.pk) == reporter.user]
    emails, name = addresses_in(reporter.contact), parts_of(reporter.name)
    by_email = [account for account in here if account.email.casefold() in emails]
    return by_email or [account for account in here if name and parts_of(account.name) == name]


class _Directory:
    """The people of the districts who have one of the names or addresses."""

    def __init__(self, districts: Collection[int], lines: set[str], emails: set[str]) -> None:
        people = {person.pk: person for person in _people(districts, lines, emails)}
        keys = list(people)
        self.people = list(people.values())
        students = Student.objects.filter(person__in=keys).values_list("person", "pk", "merged_into")
        self.student_of = {person: merged or key for person, key, merged in students}
        self.staff_of = dict(Staff.objects.filter(person__in=keys).values_list("person", "pk"))
        self.children_of: dict[int, set[int]] = defaultdict(set)
        guardians = Guardian.objects.standing().filter(person__in=keys).values_list("person", "student")
        for person, student in guardians:
            self.children_of[person].add(student)
        children = set(self.student_of.values()) | {key for keys in self.children_of.values() for key in keys}
        rows = Enrollment.objects.filter(student__in=children).order_by()
        self.schools_of = _grouped(rows.values_list("student", "school"))
        assigned = StaffAssignment.objects.filter(staff__in=self.staff_of.values())
        self.schools_of_staff = _grouped(assigned.values_list("staff", "school"))

    def known(self, concern: Concern, reporter: Reporter, accounts: list[Account]) -> Known:
        """Whom the names of one concern mean."""
        known = Known()
        if reporter.child:
            found = [one for one in self._named(concern, reporter.child) if one.pk in self.student_of]
            keys = self._at(concern, {self.student_of[one.pk] for one in found}, self.schools_of)
            if len(keys) == 1:
                known.add_students(keys, CHILD)
            else:
                (known.doubts if keys else known.unknown).append(CHILD)
        if reporter.is_known:
            self._add_reporter(known, concern, reporter, accounts)
        return known

    def _add_reporter(self, known: Known, concern: Concern, reporter: Reporter, accounts: list[Account]) -> None:
        people = self._people_of(concern, reporter, accounts)
        if len(accounts) > 1 or len(people) > 1:
            known.doubts.append(REPORTER)
            return
        known.users |= {account.pk for account in accounts}
        for person in people:
            known.people.add(person)
            if person in self.staff_of:
                known.staff.add(self.staff_of[person])
            if person in self.student_of:
                known.add_students({self.student_of[person]}, REPORTER)
            known.add_students(self.children_of[person], CHILD)
        if not accounts and not people:
            known.unknown.append(REPORTER)

    def _people_of(self, concern: Concern, reporter: Reporter, accounts: list[Account]) -> set[int]:
        emails = addresses_in(reporter.contact) | {account.email.casefold() for account in accounts}
        here = [one for one in self.people if one.district_id == concern.district_id]
        found = {one.pk for one in here if one.email and one.email.casefold() in emails}
        named = [one for one in self._named(concern, reporter.name) if not found or one.pk in found]
        found = {one.pk for one in named} or found
        if len(found) > 1 and concern.school_id:
            found = {person for person in found if concern.school_id in self._schools(person)} or found
        return found

    def _schools(self, person: int) -> set[int]:
        """The schools that somebody has to do with: attends, works at, or whose child attends."""
        students = self.children_of[person] | ({self.student_of[person]} if person in self.student_of else set())
        found = {school for key in students for school in self.schools_of[key]}
        return found | (self.schools_of_staff[self.staff_of[person]] if person in self.staff_of else set())

    def _named(self, concern: Concern, text: str) -> list[Person]:
        parts = parts_of(text)
        return [
            one
            for one in self.people
            if parts and one.district_id == concern.district_id and parts in (_full(one), _short(one))
        ]

    def _at(self, concern: Concern, keys: set[int], schools: Mapping[int, set[int]]) -> set[int]:
        """Of several, those who attended the school of the concern."""
        if len(keys) < 2 or concern.school_id is None:
            return keys
        return {key for key in keys if concern.school_id in schools[key]} or keys


def _people(districts: Collection[int], lines: set[str], emails: set[str]) -> Iterator[Person]:
    rows = Person.objects.filter(district__in=districts).order_by()
    yield from rows.filter(email__in=emails | {address.upper() for address in emails}).exclude(email="")
    ordered = sorted(lines)
    for first in range(0, len(ordered), NAMES_A_QUERY):
        starts = [start for line in ordered[first : first + NAMES_A_QUERY] for start in starts_of(line)]
        if not starts:
            continue
        condition = Q(search_name__in=starts)
        for start in starts:
            condition |= Q(search_name__startswith=f"{start} ")
        yield from rows.filter(condition)


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found


def _full(person: Person) -> tuple[str, ...]:
    return tuple(sorted(search_key(person.family_name, person.given_name, person.middle_name).split()))


def _short(person: Person) -> tuple[str, ...]:
    return tuple(sorted(search_key(person.family_name, person.given_name).split()))
