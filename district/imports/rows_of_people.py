"""One row of users, roles, demographics, enrollments and studentPrograms: from cells to staged values.

Passwords are never looked at.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.imports.checking import RowChecker
from district.imports.layout import PROGRAM_OF_COLUMN, RACE_OF_COLUMN, RELATIONS, ROLES, SEXES, STUDENT
from district.imports.rows_of_places import Put, year_of
from district.models import Race, Sex
from district.names import search_key

LONGEST_EMAIL = 254


def user_row_1_1(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage a user of OneRoster 1.1, whose role and organizations stand in the row."""
    if deleted:
        _user_row(cells, put, line, True, "", "")
        return
    role = cells.word("role", ROLES, "unknown_role")
    is_student = role == STUDENT
    _user_row(cells, put, line, False, role, cells.grade("grades", is_student=is_student))
    orgs = cells.listed("orgSourcedIds")
    if not orgs and role and role not in RELATIONS:
        cells.refuse("orgSourcedIds", _("The user belongs to no organization."), "required")
    for org in orgs:
        put("user_org", line, org)


def user_row_1_2(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage a user of OneRoster 1.2; roles.csv says what the user is, and where."""
    _user_row(cells, put, line, deleted, "", "" if deleted else cells.grade("grades", is_student=None))


def _user_row(cells: RowChecker, put: Put, line: int, deleted: bool, title: str, grade: str) -> None:
    sourced_id = cells.required("sourcedId")
    if deleted:
        put("user", line, sourced_id, True, title, "", "", "", "", "", "", grade, "")
        return
    given, middle, family = cells.text("givenName"), cells.text("middleName"), cells.text("familyName")
    if not (given or family):
        cells.refuse("givenName", _("The user has no name."), "required")
    put(
        "user",
        line,
        sourced_id,
        False,
        title,
        cells.text("identifier") or sourced_id,
        given,
        middle,
        family,
        search_key(family, given, middle),
        cells.text("email", LONGEST_EMAIL),
        grade,
        cells.text("primaryOrgSourcedId"),
    )
    for agent in cells.listed("agentSourcedIds"):
        put("user_agent", line, agent)


def role_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage what a user is in an organization (OneRoster 1.2), from a day to a day."""
    sourced_id = cells.required("sourcedId")
    if deleted:
        role, user, org = cells.text("role").casefold(), cells.text("userSourcedId"), cells.text("orgSourcedId")
        put("role", line, sourced_id, True, user, ROLES.get(role, ""), False, org, None, cells.day("endDate"))
        return
    role = cells.word("role", ROLES, "unknown_role")
    user, org = cells.required("userSourcedId"), cells.required("orgSourcedId")
    is_primary = cells.text("roleType").casefold() == "primary"
    put("role", line, sourced_id, False, user, role, is_primary, org, *cells.span("beginDate", "endDate"))


def demographic_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage birth date, race and sex; the sourcedId of the row is the user's.

    Hispanic or Latino whatever else is marked; else two or more races, or the mark for them; else the one race
    (34 CFR 300.647(b)(2), US Department of Education guidance of 2007 on race and ethnicity).
    """
    user = cells.required("sourcedId")
    if deleted:
        put("demographic", line, user, True, None, Race.UNREPORTED.value, Sex.UNREPORTED.value)
        return
    races = [race for column, race in RACE_OF_COLUMN.items() if cells.flag(column)]
    several = cells.flag("demographicRaceTwoOrMoreRaces") or len(races) > 1
    if cells.flag("hispanicOrLatinoEthnicity"):
        race = Race.HI.value
    elif several:
        race = Race.TR.value
    else:
        race = races[0] if races else Race.UNREPORTED.value
    sex = cells.word("sex", SEXES, "unknown_sex")
    put("demographic", line, user, False, cells.day("birthDate"), race, sex)


def enrollment_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage a user's place in a class, which for a student gives begin and end in the school of the class."""
    sourced_id = cells.required("sourcedId")
    user, school = cells.text("userSourcedId"), cells.text("schoolSourcedId")
    if deleted:
        role = ROLES.get(cells.text("role").casefold(), "")
        put("enrollment", line, sourced_id, True, "", school, user, role, None, cells.day("endDate"))
        return
    user, school = cells.required("userSourcedId"), cells.required("schoolSourcedId")
    role = cells.word("role", ROLES, "unknown_role")
    span = cells.span("beginDate", "endDate")
    put("enrollment", line, sourced_id, False, cells.text("classSourcedId"), school, user, role, *span)


def program_row(cells: RowChecker, put: Put, line: int, deleted: bool) -> None:
    """Stage the programs that serve a student in a school year, from a day to a day."""
    user, year = cells.required("userSourcedId"), year_of(cells, "schoolYear", required=True)
    flags = [cells.flag(column) for column in PROGRAM_OF_COLUMN]
    put("program", line, user, year, *flags, *cells.span("beginDate", "endDate"))
