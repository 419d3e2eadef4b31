"""What the lists of training show, column by column. No column leads to a student, except in the school's own list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.columns import Column, Kind, RecordTable, days_text, grouped, listed, objects
from district.models import District, User
from district.tables import DISTRICT, ID, SCHOOL, STUDENT
from training.models import (
    Attendance,
    Certification,
    CertificationStatus,
    CertificationTerm,
    Course,
    CourseVersion,
    Credential,
    Evaluation,
    HoldRequest,
    Language,
    PeerTraining,
    Practice,
    Practitioner,
    PractitionerLanguage,
    Registration,
    SessionDay,
    TrainingSession,
)

Keys = Sequence[int]
_DISTRICT = {"district": "district_id"}
ORGANIZATION = Column("organization", _("Organization"), "organization__uid", Kind.ID, is_nullable=True)


def schools_of_people(keys: Keys, user: User) -> dict[int, list[str]]:
    """Codes of the schools that each person serves; none: any of the district."""
    rows = Practitioner.schools.through.objects.filter(practitioner__in=keys).order_by("school__code")
    return listed(rows.values_list("practitioner", "school__code"))


def languages_of_people(keys: Keys, user: User) -> dict[int, list[str]]:
    """Codes of the languages in which each person can hold a circle."""
    rows = PractitionerLanguage.objects.filter(practitioner__in=keys).order_by("language")
    return listed(rows.values_list("practitioner", "language"))


def certified_today(keys: Keys, user: User) -> dict[int, list[str]]:
    """Codes of the credentials that each person holds today, as far as `user` may see them."""
    return listed((key, code) for key, code, _name in held_today(keys, user))


def held_today(keys: Keys, user: User) -> Iterable[tuple[int, str, str]]:
    """Yield (person, code, name) of each credential held today that `user` may see, in the order of the ladder."""
    visible = Certification.objects.visible_to(user).filter(practitioner__in=keys)
    for district in District.objects.filter(practitioners__in=keys).distinct():
        rows = visible.filter(district=district).valid_on(district.today()).order_by("credential__rank")
        yield from rows.values_list("practitioner", "credential__code", "credential__name")


def registrations_of_people(keys: Keys, user: User) -> dict[int, list[dict[str, Any]]]:
    """Sessions for which each person is registered, as far as `user` may see them."""
    rows = Registration.objects.visible_to(user).filter(practitioner__in=keys).order_by("session__begins_on", "pk")
    return grouped(objects(rows, "practitioner", REGISTRATION_PARTS))


def evaluations_of_people(keys: Keys, user: User) -> dict[int, list[dict[str, Any]]]:
    """How each person was evaluated, without the notes."""
    rows = Evaluation.objects.filter(practitioner__in=keys).order_by("evaluated_on", "pk")
    return grouped(objects(rows, "practitioner", EVALUATION_PARTS))


def versions_of_courses(keys: Keys, user: User) -> dict[int, list[dict[str, Any]]]:
    """What each course is, from which day on."""
    rows = CourseVersion.objects.filter(course__in=keys).order_by("valid_from")
    return grouped(objects(rows, "course", VERSION_PARTS))


def practices_of_courses(keys: Keys, user: User) -> dict[int, list[str]]:
    """Codes of the practices that the latest version of each course prepares for."""
    return _of_latest_version(keys, CourseVersion.practices.through, "practice__code")


def prerequisites_of_courses(keys: Keys, user: User) -> dict[int, list[str]]:
    """Codes of the courses to be passed before, by the latest version."""
    return _of_latest_version(keys, CourseVersion.prerequisites.through, "course__code")


def _of_latest_version(keys: Keys, through: Any, column: str) -> dict[int, list[str]]:
    latest = dict(CourseVersion.objects.filter(course__in=keys).order_by("valid_from").values_list("course", "pk"))
    courses = {version: course for course, version in latest.items()}
    rows = through.objects.filter(courseversion__in=courses).order_by(column).values_list("courseversion", column)
    return listed((courses[version], value) for version, value in rows)


def hours_of_courses(keys: Keys, user: User) -> dict[int, Decimal]:
    """Clock hours of the latest version of each course."""
    return dict(CourseVersion.objects.filter(course__in=keys).order_by("valid_from").values_list("course", "hours"))


def practices_of_credentials(keys: Keys, user: User) -> dict[int, list[str]]:
    """Codes of the practices that each credential lets one hold."""
    rows = Credential.practices.through.objects.filter(credential__in=keys).order_by("practice__code")
    return listed(rows.values_list("credential", "practice__code"))


def days_of_sessions(keys: Keys, user: User) -> dict[int, list[dict[str, Any]]]:
    """The days of each session with their times and hours; never the code that signs people in."""
    rows = SessionDay.objects.filter(session__in=keys).order_by("day")
    return grouped(objects(rows, "session", DAY_PARTS))


def registrations_of_sessions(keys: Keys, user: User) -> dict[int, list[dict[str, Any]]]:
    """Who is registered, as far as `user` may see them."""
    rows = Registration.objects.visible_to(user).filter(session__in=keys).order_by("pk")
    return grouped(objects(rows, "session", ROSTER_PARTS))


def hours_of_registrations(keys: Keys, user: User) -> dict[int, Decimal]:
    """Hours of each registration that the trainer confirmed."""
    rows = Attendance.objects.confirmed().filter(registration__in=keys).order_by().values("registration")
    return dict(rows.annotate(all=Sum("hours")).values_list("registration", "all"))


def hours_text(hours: Decimal | None) -> str:
    """Hours as a bare number; empty for none."""
    return days_text(hours) or ""


def seated(keys: Keys, user: User) -> dict[int, int]:
    """How many people are registered for each session, waiting lists apart."""
    rows = Registration.objects.seated().filter(session__in=keys).order_by().values("session")
    return dict.fromkeys(keys, 0) | dict(rows.annotate(all=Count("pk")).values_list("session", "all"))


def terms_of_certifications(keys: Keys, user: User) -> dict[int, list[dict[str, Any]]]:
    """The spans for which each certification was awarded and renewed."""
    rows = CertificationTerm.objects.filter(certification__in=keys).order_by("valid_from")
    return grouped(objects(rows, "certification", TERM_PARTS))


def statuses_of_certifications(keys: Keys, user: User) -> dict[int, list[dict[str, Any]]]:
    """The states through which each certification went, with the reasons."""
    rows = CertificationStatus.objects.filter(certification__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "certification", STATUS_PARTS))


DAY_PARTS = (
    ID,
    Column("day", _("Day"), "day", Kind.DATE),
    Column("begins", _("From"), "begins", Kind.TIME, is_nullable=True),
    Column("ends", _("Until"), "ends", Kind.TIME, is_nullable=True),
    Column("hours", _("Hours"), "hours", Kind.DAYS),
)
ROSTER_PARTS = (
    ID,
    Column("person", _("Person"), "practitioner__uid", Kind.ID),
    Column("status", _("Status"), "status", choices=Registration.Status),
    Column("way", _("How"), "way", choices=Registration.Way),
)
REGISTRATION_PARTS = (
    ID,
    Column("session", _("Session"), "session__uid", Kind.ID),
    Column("session_id", _("Session number"), "session__identifier"),
    Column("course", _("Course"), "session__course__code"),
    Column("begins_on", _("First day"), "session__begins_on", Kind.DATE),
    Column("status", _("Status"), "status", choices=Registration.Status),
)
EVALUATION_PARTS = (
    Column("kind", _("Kind"), "kind"),
    Column("course", _("Course"), "course__code", is_nullable=True),
    Column("code", _("Document or interview"), "code"),
    Column("state", _("Result"), "state"),
    Column("evaluated_on", _("On"), "evaluated_on", Kind.DATE),
)
VERSION_PARTS = (
    Column("valid_from", _("From"), "valid_from", Kind.DATE),
    Column("hours", _("Hours"), "hours", Kind.DAYS),
)
TERM_PARTS = (
    Column("valid_from", _("Valid from"), "valid_from", Kind.DATE),
    Column("expires_on", _("Valid through"), "expires_on", Kind.DATE, is_nullable=True),
    Column("basis", _("Basis"), "basis", choices=CertificationTerm.Basis),
)
STATUS_PARTS = (
    Column("status", _("Status"), "status", choices=Certification.Status),
    Column("effective_on", _("From"), "effective_on", Kind.DATE),
    Column("reason", _("Reason"), "note"),
)

PRACTICES = RecordTable(
    Practice,
    "practices",
    (
        ID,
        DISTRICT,
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "name"),
        Column("tier", _("Tier"), "tier", Kind.INTEGER),
        Column("is_active", _("In use"), "is_active", Kind.YES_NO),
    ),
    places=_DISTRICT,
)
COURSES = RecordTable(
    Course,
    "courses",
    (
        ID,
        DISTRICT,
        ORGANIZATION,
        Column("code", _("Code"), "code"),
        Column("title", _("Title"), "title"),
        Column("hours", _("Hours"), kind=Kind.DAYS, is_nullable=True, gather=hours_of_courses),
        Column("practices", _("Practices"), kind=Kind.TEXTS, gather=practices_of_courses),
        Column("prerequisites", _("To be passed before"), kind=Kind.TEXTS, gather=prerequisites_of_courses),
        Column("closed_on", _("No longer given from"), "closed_on", Kind.DATE, is_nullable=True),
    ),
    details=(
        Column("description", _("Description"), "description"),
        Column("versions", _("Versions"), kind=Kind.OBJECTS, gather=versions_of_courses, parts=VERSION_PARTS),
    ),
    places=_DISTRICT,
)
CREDENTIALS = RecordTable(
    Credential,
    "credentials",
    (
        ID,
        DISTRICT,
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "name"),
        Column("rank", _("Place on the ladder"), "rank", Kind.INTEGER),
        Column("is_license", _("Trainer's license"), "is_license", Kind.YES_NO),
        Column("practices", _("Practices"), kind=Kind.TEXTS, gather=practices_of_credentials),
        Column("closed_on", _("No longer given from"), "closed_on", Kind.DATE, is_nullable=True),
    ),
    places=_DISTRICT,
)
PEOPLE = RecordTable(
    Practitioner,
    "people",
    (
        ID,
        DISTRICT,
        Column("given_name", _("Given name"), "person__given_name"),
        Column("middle_name", _("Middle name"), "person__middle_name"),
        Column("family_name", _("Family name"), "person__family_name"),
        Column("email", _("E-mail"), "person__email"),
        Column("capacity", _("Role"), "capacity", choices=Practitioner.Capacity),
        Column("organization", _("Organization"), "person__organization__uid", Kind.ID, is_nullable=True),
        Column("schools", _("Schools"), kind=Kind.TEXTS, gather=schools_of_people),
        Column("languages", _("Languages"), kind=Kind.TEXTS, gather=languages_of_people),
        Column("credentials", _("Certified as, today"), kind=Kind.TEXTS, gather=certified_today),
    ),
    details=(
        Column(
            "registrations", _("Sessions"), kind=Kind.OBJECTS, gather=registrations_of_people, parts=REGISTRATION_PARTS
        ),
        Column(
            "evaluations", _("Evaluations"), kind=Kind.OBJECTS, gather=evaluations_of_people, parts=EVALUATION_PARTS
        ),
    ),
    places=_DISTRICT,
)
SESSIONS = RecordTable(
    TrainingSession,
    "training-sessions",
    (
        ID,
        DISTRICT,
        Column("session_id", _("Session number"), "identifier"),
        Column("course", _("Course"), "course__code"),
        ORGANIZATION,
        Column("school", _("School"), "school__code", is_nullable=True),
        Column("begins_on", _("First day"), "begins_on", Kind.DATE),
        Column("ends_on", _("Last day"), "ends_on", Kind.DATE),
        Column("timezone", _("Time zone"), "timezone"),
        Column("language", _("Language"), "language", choices=Language),
        Column("place", _("Place"), "place"),
        Column("capacity", _("Seats"), "capacity", Kind.INTEGER),
        Column("registered", _("Registered"), kind=Kind.INTEGER, gather=seated),
        Column("is_open", _("Open to everybody"), "is_open", Kind.YES_NO),
        Column("status", _("Status"), "status", choices=TrainingSession.Status),
    ),
    details=(
        Column("days", _("Days"), kind=Kind.OBJECTS, gather=days_of_sessions, parts=DAY_PARTS),
        Column(
            "registrations", _("Registrations"), kind=Kind.OBJECTS, gather=registrations_of_sessions, parts=ROSTER_PARTS
        ),
    ),
    places=_DISTRICT,
)
REGISTRATIONS = RecordTable(
    Registration,
    "registrations",
    (
        ID,
        Column("session", _("Session"), "session__uid", Kind.ID),
        Column("person", _("Person"), "practitioner__uid", Kind.ID),
        Column("session_id", _("Session number"), "session__identifier"),
        Column("course", _("Course"), "session__course__code"),
        Column("begins_on", _("First day"), "session__begins_on", Kind.DATE),
        Column("given_name", _("Given name"), "practitioner__person__given_name"),
        Column("family_name", _("Family name"), "practitioner__person__family_name"),
        Column("email", _("E-mail"), "practitioner__person__email"),
        Column("capacity", _("Role"), "practitioner__capacity", choices=Practitioner.Capacity),
        Column("status", _("Status"), "status", choices=Registration.Status),
        Column("way", _("How"), "way", choices=Registration.Way),
        Column("hours", _("Confirmed hours"), kind=Kind.DAYS, is_nullable=True, gather=hours_of_registrations),
    ),
    places={"district": "session__district_id"},
)
ATTENDANCE = RecordTable(
    Attendance,
    "attendance",
    (
        ID,
        Column("session_id", _("Session number"), "registration__session__identifier"),
        Column("course", _("Course"), "registration__session__course__code"),
        Column("day", _("Day"), "session_day__day", Kind.DATE),
        Column("hours", _("Hours"), "hours", Kind.DAYS),
        Column("email", _("E-mail"), "registration__practitioner__person__email"),
        Column("given_name", _("Given name"), "registration__practitioner__person__given_name"),
        Column("family_name", _("Family name"), "registration__practitioner__person__family_name"),
        Column("role", _("Role"), "registration__practitioner__capacity", choices=Practitioner.Capacity),
        Column("way", _("How"), "way", choices=Attendance.Way),
        Column("confirmed", _("Confirmed"), "confirmed_at", Kind.IS_SET),
    ),
    places={"district": "registration__session__district_id"},
)
"""Its columns are those that `import_training` reads: a file of confirmed hours comes back without a change."""
CERTIFICATIONS = RecordTable(
    Certification,
    "certifications",
    (
        ID,
        DISTRICT,
        Column("person", _("Person"), "practitioner__uid", Kind.ID),
        Column("given_name", _("Given name"), "practitioner__person__given_name"),
        Column("family_name", _("Family name"), "practitioner__person__family_name"),
        Column("credential", _("Credential"), "credential__code"),
        Column("number", _("Number"), "number", is_nullable=True),
        Column("status", _("Status"), "status", choices=Certification.Status),
        Column("basis", _("Basis"), "basis", choices=Certification.Basis),
        Column("awarded_on", _("Awarded on"), "awarded_on", Kind.DATE, is_nullable=True),
        Column("expires_on", _("Valid through"), "expires_on", Kind.DATE, is_nullable=True),
        Column("ended_on", _("Not valid from"), "ended_on", Kind.DATE, is_nullable=True),
        Column("trainer", _("Trainer of record"), "trainer__uid", Kind.ID, is_nullable=True),
        Column("organization", _("Proposed by"), "organization__uid", Kind.ID, is_nullable=True),
        Column("awarding_organization", _("Awarded by"), "awarding_organization__uid", Kind.ID, is_nullable=True),
    ),
    details=(
        Column("basis_note", _("What it rests on"), "basis_note"),
        Column("terms", _("Terms"), kind=Kind.OBJECTS, gather=terms_of_certifications, parts=TERM_PARTS),
        Column("statuses", _("Statuses"), kind=Kind.OBJECTS, gather=statuses_of_certifications, parts=STATUS_PARTS),
    ),
    places=_DISTRICT,
)
HOLD_REQUESTS = RecordTable(
    HoldRequest,
    "hold-requests",
    (
        ID,
        SCHOOL,
        Column("person", _("Person"), "practitioner__uid", Kind.ID),
        Column("practice", _("Practice"), "practice__code"),
        Column("day", _("Day"), "day", Kind.DATE),
        Column("begins", _("Time"), "begins", Kind.TIME, is_nullable=True),
        Column("language", _("Language"), "language", choices=Language, is_blank=True),
        Column("status", _("Status"), "status", choices=HoldRequest.Status),
        Column("answer_by", _("Answer by"), "answer_by", Kind.MOMENT),
    ),
    places={"district": "school__district_id", "school": "school_id"},
)
PEERS = RecordTable(
    PeerTraining,
    "student-peers",
    (
        ID,
        SCHOOL,
        STUDENT,
        Column("local_id", _("Local id"), "student__local_id"),
        Column("given_name", _("Given name"), "student__person__given_name", needs=Permission.PEER_KEEP),
        Column("family_name", _("Family name"), "student__person__family_name", needs=Permission.PEER_KEEP),
        Column("course", _("Course"), "course__code"),
        Column("completed_on", _("Completed on"), "completed_on", Kind.DATE),
        Column("hours", _("Hours"), "hours", Kind.DAYS),
        Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
    ),
    places={"district": "school__district_id", "school": "school_id", "student": "student_id"},
    about_students=True,
)
