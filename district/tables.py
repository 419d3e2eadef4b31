"""What the lists of the ground floor show, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.columns import Column, Kind, RecordTable, listed
from district.models import (
    AuditEvent,
    District,
    Enrollment,
    Grade,
    Guardian,
    ImportBatch,
    Memorandum,
    Organization,
    Race,
    RoleGrant,
    SavedView,
    School,
    SchoolLevel,
    SchoolYear,
    Sex,
    Staff,
    StaffAssignment,
    Student,
    StudentMerge,
    StudentNote,
    User,
)

ID = Column("id", _("Id"), "uid", Kind.ID)
DISTRICT = Column("district", _("District"), "district__code")
SCHOOL = Column("school", _("School"), "school__code")
SCHOOL_YEAR = Column("school_year", _("School year"), "school_year__year", Kind.INTEGER)
STUDENT = Column("student", _("Student"), "student__uid", Kind.ID)
_PERSON = (
    Column("given_name", _("Given name"), "person__given_name"),
    Column("middle_name", _("Middle name"), "person__middle_name"),
    Column("family_name", _("Family name"), "person__family_name"),
)


def _demographic(name: str, label: Any, **options: Any) -> Column:
    return Column(name, label, name, needs=Permission.DEMOGRAPHICS_VIEW, **options)


def schools_of_students(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the schools of each student's latest school year, among the enrollments that `user` may see."""
    rows = (
        Enrollment.objects.visible_to(user)
        .filter(student__in=keys)
        .order_by("-school_year__year", "school__code")
        .values_list("student", "school_year__year", "school__code")
    )
    latest: dict[int, int] = {}
    return listed((student, code) for student, year, code in rows if latest.setdefault(student, year) == year)


def schools_of_staff(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the schools of each staff member's latest school year, among the schools that `user` may see."""
    rows = (
        StaffAssignment.objects.filter(
            staff__in=keys, school__in=School.objects.where_allowed(user, Permission.STAFF_VIEW).values("pk")
        )
        .order_by("-school_year__year", "school__code")
        .values_list("staff", "school_year__year", "school__code")
    )
    latest: dict[int, int] = {}
    return listed((staff, code) for staff, year, code in rows if latest.setdefault(staff, year) == year)


def schools_of_memoranda(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the schools that each memorandum names."""
    rows = Memorandum.schools.through.objects.filter(memorandum__in=keys).order_by("school__code")
    return listed(rows.values_list("memorandum", "school__code"))


def places_of_events(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Code of the school that each event names; the trail holds plain ids, which may outlive what they name."""
    schools = dict(AuditEvent.objects.filter(pk__in=keys, school_id__isnull=False).values_list("pk", "school_id"))
    codes = dict(School.objects.filter(pk__in=set(schools.values())).values_list("pk", "code"))
    return {event: [codes[school]] for event, school in schools.items() if school in codes}


def fields_of_events(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Names of the fields that each event changed, without their values."""
    changes = AuditEvent.objects.filter(pk__in=keys).values_list("pk", "changes")
    return {event: sorted(fields) for event, fields in changes}


def moved_by_merges(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Records that each merge moved to the student who was kept: their kind and public id."""
    return _ids_of_merges(keys, "moved")


def doubles_of_merges(keys: Sequence[int], user: User) -> dict[int, list[dict[str, Any]]]:
    """Records that were there twice, and were joined or voided by the merge: their kind and public id."""
    return _ids_of_merges(keys, "doubles")


def _ids_of_merges(keys: Sequence[int], field: str) -> dict[int, list[dict[str, Any]]]:
    rows = StudentMerge.objects.filter(pk__in=keys).values_list("pk", field)
    return {
        merge: [{"kind": kind, "id": uid} for kind, uids in sorted(ids.items()) for uid in uids] for merge, ids in rows
    }


MERGE_PARTS = (Column("kind", _("Kind of record")), Column("id", _("Id"), kind=Kind.ID))

DISTRICTS = RecordTable(
    District,
    "districts",
    (
        ID,
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "name"),
        Column("state", _("State"), "state"),
        Column("timezone", _("Time zone"), "timezone"),
    ),
    places={"district": "pk"},
)
SCHOOLS = RecordTable(
    School,
    "schools",
    (
        ID,
        DISTRICT,
        Column("code", _("Code"), "code"),
        Column("name", _("Name"), "name"),
        Column("level", _("Level"), "level", choices=SchoolLevel),
        Column("highest_grade", _("Highest grade"), "highest_grade"),
        Column("closed_on", _("Closed on"), "closed_on", Kind.DATE, is_nullable=True),
    ),
    places={"district": "district_id", "school": "pk"},
)
SCHOOL_YEARS = RecordTable(
    SchoolYear,
    "school-years",
    (
        ID,
        DISTRICT,
        Column("school_year", _("School year"), "year", Kind.INTEGER),
        Column("starts_on", _("First day of school"), "starts_on", Kind.DATE),
        Column("ends_on", _("Last day of school"), "ends_on", Kind.DATE),
        Column("programs_reported", _("Programs reported"), "programs_reported", Kind.YES_NO),
        Column("label", _("Note"), "label"),
    ),
    places={"district": "district_id"},
)
STUDENTS = RecordTable(
    Student,
    "students",
    (
        ID,
        DISTRICT,
        Column("local_id", _("Local id"), "local_id"),
        *_PERSON,
        Column("grade", _("Grade"), "grade", choices=Grade),
        Column("schools", _("Schools"), kind=Kind.TEXTS, gather=schools_of_students),
        _demographic("birth_date", _("Birth date"), kind=Kind.DATE, is_nullable=True),
        _demographic("race", _("Race or ethnicity"), choices=Race),
        _demographic("sex", _("Sex"), choices=Sex),
        Column("home_languages", _("Languages at home"), "home_languages", Kind.TEXTS, needs=Permission.GUARDIAN_VIEW),
    ),
    places={"district": "district_id", "student": "pk"},
    about_students=True,
)
ENROLLMENTS = RecordTable(
    Enrollment,
    "enrollments",
    (
        ID,
        STUDENT,
        SCHOOL,
        SCHOOL_YEAR,
        Column("begins_on", _("Begins on"), "begins_on", Kind.DATE, is_nullable=True),
        Column("ends_on", _("Ends on"), "ends_on", Kind.DATE, is_nullable=True),
        Column("grade", _("Grade"), "grade", choices=Grade),
        _demographic("race", _("Race or ethnicity"), choices=Race),
        _demographic("sex", _("Sex"), choices=Sex),
        _demographic("idea", _("Served under IDEA"), kind=Kind.FLAG),
        _demographic("section504", _("Served under Section 504"), kind=Kind.FLAG),
        _demographic("english_learner", _("English learner"), kind=Kind.FLAG),
        _demographic("economically_disadvantaged", _("Economically disadvantaged"), kind=Kind.FLAG),
        _demographic("homeless", _("Homeless"), kind=Kind.FLAG),
        _demographic("foster_care", _("In foster care"), kind=Kind.FLAG),
    ),
    places={"district": "school__district_id", "school": "school_id", "student": "student_id"},
    about_students=True,
)
GUARDIANS = RecordTable(
    Guardian,
    "guardians",
    (
        ID,
        STUDENT,
        Column("relationship", _("Relationship"), "relationship", choices=Guardian.Relationship),
        *_PERSON,
        Column("email", _("E-mail"), "person__email"),
        Column("phone", _("Phone"), "person__phone"),
        Column("languages", _("Languages"), "languages", Kind.TEXTS),
        Column("needs_interpreter", _("Needs an interpreter"), "needs_interpreter", Kind.YES_NO),
        Column("contact_order", _("Order of contact"), "contact_order", Kind.INTEGER),
        Column("may_be_told", _("May be told"), "may_be_told", Kind.YES_NO),
        Column("restriction", _("Restriction"), "restriction"),
        Column("begins_on", _("Begins on"), "begins_on", Kind.DATE, is_nullable=True),
        Column("ends_on", _("Ends on"), "ends_on", Kind.DATE, is_nullable=True),
        Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    places={"district": "student__district_id", "student": "student_id"},
    about_students=True,
)
NOTES = RecordTable(
    StudentNote,
    "student-notes",
    (
        ID,
        STUDENT,
        SCHOOL,
        SCHOOL_YEAR,
        Column("kind", _("Kind"), "kind", choices=StudentNote.Kind),
        Column("noted_on", _("Day"), "noted_on", Kind.DATE),
        Column("author", _("Written by"), "author__email", is_nullable=True),
        Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
        Column("void_reason", _("Reason for voiding"), "void_reason"),
    ),
    details=(Column("text", _("Note"), "text"),),
    places={"district": "school__district_id", "school": "school_id", "student": "student_id"},
    about_students=True,
)
MERGES = RecordTable(
    StudentMerge,
    "student-merges",
    (
        ID,
        DISTRICT,
        Column("merged_at", _("Merged"), "at", Kind.MOMENT),
        Column("kept", _("Record kept"), "kept__uid", Kind.ID),
        Column("merged_local_id", _("Local id merged away"), "merged__local_id"),
        Column("reason", _("Reason"), "reason"),
        Column("by", _("Merged by"), "by__email", is_nullable=True),
    ),
    details=(
        Column("moved", _("Moved"), kind=Kind.OBJECTS, gather=moved_by_merges, parts=MERGE_PARTS),
        Column("doubles", _("There twice"), kind=Kind.OBJECTS, gather=doubles_of_merges, parts=MERGE_PARTS),
    ),
    places={"district": "district_id", "student": "kept_id"},
    about_students=True,
)
STAFF = RecordTable(
    Staff,
    "staff",
    (
        ID,
        DISTRICT,
        Column("local_id", _("Local id"), "local_id"),
        *_PERSON,
        Column("title", _("Role in the roster"), "title"),
        Column("email", _("E-mail"), "person__email"),
        Column("schools", _("Schools"), kind=Kind.TEXTS, gather=schools_of_staff),
    ),
    places={"district": "district_id"},
)
ORGANIZATIONS = RecordTable(
    Organization,
    "organizations",
    (ID, DISTRICT, Column("name", _("Name"), "name"), Column("email", _("E-mail"), "email")),
    places={"district": "district_id"},
)
MEMORANDA = RecordTable(
    Memorandum,
    "memoranda",
    (
        ID,
        DISTRICT,
        Column("organization", _("Organization"), "organization__uid", Kind.ID),
        Column("title", _("Title"), "title"),
        Column("schools", _("Schools"), kind=Kind.TEXTS, gather=schools_of_memoranda),
        Column("signed_on", _("Signed on"), "signed_on", Kind.DATE, is_nullable=True),
        Column("begins_on", _("Begins on"), "begins_on", Kind.DATE),
        Column("ends_on", _("Ends on"), "ends_on", Kind.DATE, is_nullable=True),
    ),
    places={"district": "district_id"},
)
GRANTS = RecordTable(
    RoleGrant,
    "grants",
    (
        ID,
        DISTRICT,
        Column("user", _("Who"), "user__email"),
        Column("name", _("Name"), "user__name"),
        Column("role", _("Role"), "role"),
        Column("school", _("School"), "school__code", is_nullable=True),
        Column("organization", _("Organization"), "organization__name", is_nullable=True),
        Column("begins_on", _("Begins on"), "begins_on", Kind.DATE, is_nullable=True),
        Column("ends_on", _("Ends on"), "ends_on", Kind.DATE, is_nullable=True),
    ),
    places={"district": "district_id", "school": "school_id"},
)
SAVED_VIEWS = RecordTable(
    SavedView,
    "saved-views",
    (
        ID,
        Column("list", _("List"), "list_name"),
        Column("name", _("Name"), "name"),
        Column("query", _("Filters and order"), "query"),
        Column("is_default", _("Opens first"), "is_default", Kind.YES_NO),
    ),
)
IMPORTS = RecordTable(
    ImportBatch,
    "imports",
    (
        ID,
        DISTRICT,
        Column("kind", _("Kind"), "kind", choices=ImportBatch.Kind),
        Column("file_name", _("File"), "file_name"),
        Column("sha256", _("SHA-256"), "sha256"),
        Column("imported_at", _("Imported"), "created_at", Kind.MOMENT),
        Column("read", _("Rows read"), "read", Kind.INTEGER),
        Column("created", _("Created"), "created", Kind.INTEGER),
        Column("updated", _("Updated"), "updated", Kind.INTEGER),
        Column("unchanged", _("Unchanged"), "unchanged", Kind.INTEGER),
        Column("refused", _("Refused"), "refused", Kind.INTEGER),
        Column("ended", _("Ended"), "ended", Kind.INTEGER),
    ),
    places={"district": "district_id"},
)
AUDIT_EVENTS = RecordTable(
    AuditEvent,
    "audit-events",
    (
        ID,
        Column("at", _("When"), "at", Kind.MOMENT),
        Column("actor", _("Who"), "actor"),
        Column("action", _("Action"), "action", choices=AuditEvent.Action),
        Column("object_type", _("Kind of record"), "object_type"),
        Column("object", _("Record"), "object_uid", Kind.ID, is_nullable=True),
        Column("schools", _("Schools"), kind=Kind.TEXTS, gather=places_of_events),
        Column("fields", _("Changed fields"), kind=Kind.TEXTS, gather=fields_of_events),
        Column("request_id", _("Request"), "request_id"),
    ),
    places={"district": "district_id", "school": "school_id"},
)
