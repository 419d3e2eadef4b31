"""What holds between the rows of a package, and between it and the district: checked before anything is written."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from district.imports.checking import reason_of
from district.imports.refusing import (
    CLASSES,
    COURSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    ORGS,
    PROGRAMS,
    ROLES,
    SESSIONS,
    USERS,
    Refusing,
)
from district.imports.staging import fill
from district.imports.subjects import build_subjects
from district.imports.years import PlannedYear, plan_years
from district.models import Enrollment, StaffAssignment
from district.spreadsheets import TableError

_CODE = "CASE WHEN identifier <> '' THEN identifier ELSE sourced_id END"
_SCHOOLS = "SELECT line, sourced_id, <code> AS code FROM {org} WHERE type = 'school' AND deleted IS NOT TRUE"
_SAME_CODE = (
    "SELECT line, code FROM (SELECT line, code, ROW_NUMBER() OVER (PARTITION BY code ORDER BY line) AS n "
    "FROM (<schools>) school) ranked WHERE n > 1"
)
_TAKEN_CODE = (
    "SELECT o.line, o.code FROM (<schools>) o "
    "JOIN {district_school} s ON s.district_id = %(district)s AND s.code = o.code "
    "WHERE s.sourced_id <> '' AND s.sourced_id <> o.sourced_id "
    "AND NOT EXISTS (SELECT 1 FROM (<schools>) x WHERE x.sourced_id = s.sourced_id AND x.code <> s.code)"
)
_WITHOUT_ROLE = (
    "SELECT u.line, u.sourced_id FROM {user} u WHERE u.deleted IS NOT TRUE "
    "AND NOT EXISTS (SELECT 1 FROM {role} r WHERE r.user_id = u.sourced_id AND r.deleted IS NOT TRUE)"
)
_NOT_IN_DATABASE = (
    " AND NOT EXISTS (SELECT 1 FROM {district_person} p WHERE p.district_id = %(district)s "
    "AND p.sourced_id = u.sourced_id AND NOT (p.sourced_id = ''))"
)
_NOT_A_STUDENT = (
    "SELECT s.line, s.user_id FROM {program} s "
    "WHERE NOT EXISTS (SELECT 1 FROM {subject} u WHERE u.user_id = s.user_id AND u.is_student IS TRUE)"
)
_YEAR_UNKNOWN = "SELECT line, CAST(year AS text) FROM {program} WHERE year NOT IN (SELECT year FROM {year})"
# A delta may say only that a term belongs to a session of an earlier file; those are not kept.
_INDEXED = ("org", "session", "course", "class", "user", "role", "demographic", "enrollment")


def validate(refusing: Refusing, today: date) -> list[PlannedYear]:
    """Refuse every row that contradicts another or refers to what is not there; return the school years.

    In the order of the references, so that a row which refers to a refused row is refused too. Raises TableError for
    what refuses the whole package.
    """
    staging = refusing.staging
    _check_not_empty(refusing)
    for table in _INDEXED:
        staging.index(table, "sourced_id")
    for table in ("user", "user_org", "user_agent", "class_term"):
        staging.index(table, "line")
    for table in ("program", "role", "enrollment"):
        staging.index(table, "user_id")
    _check_places(refusing)
    years = plan_years(staging, refusing.package, refusing.district, today)
    _check_users(refusing)
    build_subjects(refusing)
    _check_people(refusing)
    return years


def _check_not_empty(refusing: Refusing) -> None:
    """An empty list of people is a fault of the export, not the end of everybody."""
    package, district = refusing.package, refusing.district
    if "users" not in package.modes or package.is_delta or refusing.staging.number("SELECT COUNT(*) FROM {user}"):
        return
    if refusing.refused["users"]:
        return
    if (
        Enrollment.objects.filter(school_year__district=district).exists()
        or StaffAssignment.objects.filter(school_year__district=district).exists()
    ):
        raise TableError("empty_file", _("users.csv holds no people, but the district has some."), USERS.file)


def _check_places(refusing: Refusing) -> None:
    refusing.repeats(ORGS)
    _check_district(refusing)
    for query, words in (
        (_SAME_CODE, _("The code %(value)s is that of a school in an earlier row.")),
        (_TAKEN_CODE, _("The code %(value)s is that of another school of the district.")),
    ):
        refusing.refuse(
            ORGS,
            fill(query, schools=fill(_SCHOOLS, code=_CODE)),
            column="identifier",
            reason=reason_of(words),
            code="duplicate_school_code",
        )
    while refusing.dangling(ORGS, "parentSourcedId", "parent", ORGS):
        pass
    refusing.repeats(SESSIONS)
    while refusing.dangling(SESSIONS, "parentSourcedId", "parent", SESSIONS):
        pass
    refusing.repeats(COURSES)
    refusing.dangling(COURSES, "orgSourcedId", "org", ORGS)
    refusing.dangling(COURSES, "schoolYearSourcedId", "school_year", SESSIONS)
    refusing.repeats(CLASSES, links="class_term")
    refusing.dangling(CLASSES, "courseSourcedId", "course", COURSES)
    refusing.dangling(CLASSES, "schoolSourcedId", "school", ORGS)
    refusing.dangling(CLASSES, "termSourcedIds", "term", SESSIONS, links="class_term")


def _check_district(refusing: Refusing) -> None:
    """Refuse the package of another district: the sourcedId of the district is remembered at the first import."""
    districts = list(
        refusing.staging.rows(
            "SELECT line, sourced_id FROM {org} WHERE type = 'district' AND deleted IS NOT TRUE ORDER BY line"
        )
    )
    remembered = refusing.district.sourced_id
    if not districts or remembered in {sourced_id for _line, sourced_id in districts}:
        return
    line, sourced_id = districts[0]
    if remembered:
        message = _("The file is that of the district %(found)s; %(code)s has the roster id %(remembered)s.")
        values = {"found": sourced_id, "code": refusing.district.code, "remembered": remembered}
        raise TableError("wrong_district", message % values, ORGS.file, line, "sourcedId")
    if len(districts) > 1:
        message = _("The file holds several districts, and none has been imported before.")
        raise TableError("several_districts", message, ORGS.file, districts[1][0], "type")


def _check_users(refusing: Refusing) -> None:
    refusing.repeats(USERS, links="user_org")
    refusing.dangling(USERS, "primaryOrgSourcedId", "primary_org", ORGS)
    refusing.dangling(USERS, "orgSourcedIds", "org", ORGS, links="user_org")
    if refusing.package.modes.get("users") == "bulk":
        while refusing.dangling(USERS, "agentSourcedIds", "agent", USERS, links="user_agent"):
            pass
    refusing.repeats(ROLES)
    refusing.dangling(ROLES, "orgSourcedId", "org", ORGS)
    refusing.dangling(ROLES, "userSourcedId", "user_id", USERS)
    if refusing.package.version == "1.2":
        query = _WITHOUT_ROLE + (_NOT_IN_DATABASE if refusing.package.is_delta else "")
        reason = _("The user %(value)s has no row in roles.csv, or it was refused.")
        if refusing.refuse(
            USERS, query, column="sourcedId", reason=lambda value: reason % {"value": value}, code="missing_role"
        ):
            refusing.dangling(ROLES, "userSourcedId", "user_id", USERS)


def _check_people(refusing: Refusing) -> None:
    refusing.repeats(DEMOGRAPHICS)
    refusing.dangling(DEMOGRAPHICS, "sourcedId", "sourced_id", USERS)
    refusing.repeats(ENROLLMENTS)
    refusing.dangling(ENROLLMENTS, "classSourcedId", "class", CLASSES)
    refusing.dangling(ENROLLMENTS, "schoolSourcedId", "school", ORGS)
    refusing.dangling(ENROLLMENTS, "userSourcedId", "user_id", USERS)
    refusing.repeats(PROGRAMS, key="user_id, year, begins_on", column="userSourcedId")
    refusing.dangling(PROGRAMS, "userSourcedId", "user_id", USERS)
    refusing.refuse(
        PROGRAMS,
        _NOT_A_STUDENT,
        column="userSourcedId",
        reason=lambda value: _("%(value)s is not a student.") % {"value": value},
        code="not_a_student",
    )
    refusing.refuse(
        PROGRAMS,
        _YEAR_UNKNOWN,
        column="schoolYear",
        reason=lambda value: _("There is no school year %(value)s.") % {"value": value},
        code="unknown_school_year",
    )
