"""The files of a roster package: their columns, their order, and the words that stand in them (OneRoster 1.1, 1.2)."""

from __future__ import annotations

from dataclasses import dataclass

MANIFEST = "manifest.csv"
PROGRAMS = "studentPrograms.csv"
BULK, DELTA, ABSENT = "bulk", "delta", "absent"

_RECORD = ("sourcedId", "status", "dateLastModified")


@dataclass(frozen=True)
class FileLayout:
    """One file: the columns it must have and those that may be there. A delta file needs the first three too."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of the member, such as `users.csv`."""
        return f"{self.name}.csv"


_USER = (
    "enabledUser",
    "username",
    "userIds",
    "middleName",
    "email",
    "sms",
    "phone",
    "agentSourcedIds",
    "password",
    "userMasterIdentifier",
    "resourceSourcedIds",
    "preferredGivenName",
    "preferredMiddleName",
    "preferredFamilyName",
    "primaryOrgSourcedId",
    "pronouns",
)
_RACES = (
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
)
LAYOUTS: dict[str, FileLayout] = {
    layout.name: layout
    for layout in (
        FileLayout("orgs", ("name", "type"), ("identifier", "parentSourcedId")),
        FileLayout("academicSessions", ("type", "startDate", "endDate"), ("title", "parentSourcedId", "schoolYear")),
        FileLayout(
            "courses",
            ("orgSourcedId",),
            ("schoolYearSourcedId", "title", "courseCode", "grades", "subjects", "subjectCodes"),
        ),
        FileLayout(
            "classes",
            ("courseSourcedId", "schoolSourcedId", "termSourcedIds"),
            ("title", "grades", "classCode", "classType", "location", "subjects", "subjectCodes", "periods"),
        ),
        FileLayout(
            "users",
            ("givenName", "familyName", "identifier", "grades"),
            (*_USER, "orgSourcedIds", "role"),
        ),
        FileLayout(
            "roles",
            ("userSourcedId", "role", "orgSourcedId", "beginDate", "endDate"),
            ("roleType", "userProfileSourcedId"),
        ),
        FileLayout(
            "demographics",
            ("sex", *_RACES, "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity"),
            (
                "birthDate",
                "countryOfBirthCode",
                "stateOfBirthAbbreviation",
                "cityOfBirth",
                "publicSchoolResidenceStatus",
            ),
        ),
        FileLayout(
            "enrollments",
            ("classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"),
            ("primary",),
        ),
    )
}
"""The files of OneRoster that are used, in the order in which they are read."""

RACE_OF_COLUMN = dict(zip(_RACES, ("AM", "AS", "BL", "HP", "WH"), strict=True))

PROGRAM_OF_COLUMN = {
    "idea": "idea",
    "section504": "section504",
    "englishLearner": "english_learner",
    "economicallyDisadvantaged": "economically_disadvantaged",
    "homeless": "homeless",
    "fosterCare": "foster_care",
}
PROGRAM_COLUMNS = ("userSourcedId", "schoolYear", *PROGRAM_OF_COLUMN)
PROGRAM_OPTIONAL = ("beginDate", "endDate")

USER_COLUMNS_1_1 = ("orgSourcedIds", "role")

STUDENT = "student"
STAFF_ROLES = {
    "administrator": "administrator",
    "aide": "aide",
    "proctor": "proctor",
    "teacher": "teacher",
    "counselor": "counselor",
    "districtadministrator": "districtAdministrator",
    "principal": "principal",
    "siteadministrator": "siteAdministrator",
    "systemadministrator": "systemAdministrator",
}
"""Roles of staff in lower case → as OneRoster spells them."""

RELATIONS = {"guardian": "guardian", "parent": "parent", "relative": "relative"}
"""Roles of people whose rows are read and not stored."""

ROLES = {STUDENT: STUDENT} | STAFF_ROLES | RELATIONS
ORG_TYPES = {name: name for name in ("department", "school", "district", "local", "state", "national")}
SESSION_TYPES = {name.casefold(): name for name in ("gradingPeriod", "semester", "schoolYear", "term")}
SEXES = {"male": "M", "female": "F", "other": "X", "unspecified": "UNREPORTED", "": "UNREPORTED"}

TARGETS: dict[str, tuple[str, ...]] = {
    "users": ("orgs",),
    "roles": ("users", "orgs"),
    "demographics": ("users",),
    "enrollments": ("users", "orgs"),
    "courses": ("orgs",),
    "classes": ("orgs",),
}
"""File → files it refers to, without which a bulk file cannot be read."""


def record_columns(layout: FileLayout, *, delta: bool) -> tuple[str, ...]:
    """Return the columns that a file must have; status and dateLastModified only in a delta."""
    return (*(_RECORD if delta else _RECORD[:1]), *layout.required)


def known_columns(layout: FileLayout) -> tuple[str, ...]:
    """Return every column that OneRoster defines for a file."""
    return (*_RECORD, *layout.required, *layout.optional)
