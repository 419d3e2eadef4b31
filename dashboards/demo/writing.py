"""The two files of a planned year: a OneRoster 1.1 CSV package with student programs, and a discipline CSV."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dashboards.demo.plan import StaffMember, Student, YearPlan
from dashboards.demo.population import MIDDLE_NAME, RACE_FLAGS
from dashboards.demo.school_year import first_day, last_day

Row = Sequence[str]

_RECORD = ("sourcedId", "status", "dateLastModified")
_BULK = ("", "")  # status and dateLastModified are empty in a bulk file
# Every file of OneRoster 1.1 stands in the manifest, absent ones too.
_ONEROSTER_FILES = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics",
    "enrollments", "lineItems", "orgs", "resources", "results", "users",
)  # fmt: skip
# The earliest date a zip can hold, in place of the clock: the same plan gives the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

_DISCIPLINE_HEADER = (
    "incident_id", "school_id", "occurred_on", "occurred_time", "location", "student_id", "role", "behavior_code",
    "description", "reported_by", "law_enforcement", "removal", "removal_id", "begins_on", "ends_on", "days",
    "services_provided", "response",
)  # fmt: skip


def write_roster(plan: YearPlan, path: str | Path) -> None:
    """Write the year's roster as a OneRoster 1.1 bulk package: a zip if `path` ends in `.zip`, else a folder.

    District, school, staff and student ids are the same in every year's package. Courses, classes and enrollments are
    there only for students who enrolled after the count day: OneRoster 1.1 has no other place for the date.
    """
    path = Path(path)
    tables = {
        "academicSessions": _sessions(plan),
        "orgs": _orgs(plan),
        "users": _users(plan),
        "demographics": _demographics(plan),
        **_late_entries(plan),
    }
    texts = {"manifest": _text(_manifest(plan, tables.keys()))}
    texts |= {name: _text(rows) for name, rows in tables.items()}
    texts["studentPrograms"] = _text(_programs(plan))
    if path.suffix.lower() != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(f"{name}.csv", _ZIP_DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            package.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED)


def write_discipline(plan: YearPlan, path: str | Path) -> None:
    """Write the year's incidents as a discipline CSV: one row per person, behavior and at most one removal."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_DISCIPLINE_HEADER)
        for incident in plan.incidents:
            for part in incident.parts:
                writer.writerow(
                    (
                        incident.incident_id,
                        incident.school,
                        incident.occurred_on,
                        incident.occurred_time,
                        incident.location,
                        part.student_id,
                        part.role,
                        part.behavior_code,
                        incident.description,
                        incident.reported_by,
                        part.law_enforcement,
                        part.removal,
                        part.removal_id,
                        part.begins_on,
                        part.ends_on,
                        _school_days(part.days),
                        part.services_provided,
                        part.response,
                    )
                )


def _school_days(days: object) -> str:
    """Decimal string without trailing zeros; empty when there is no length."""
    return "" if days is None else format(days, "f").removesuffix(".0")


def _text(rows: Iterable[Row]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _district(plan: YearPlan) -> str:
    return f"dist-{plan.district_id}"


def _school(plan: YearPlan, code: str) -> str:
    return f"sch-{plan.district_id}-{code}"


def _session(plan: YearPlan) -> str:
    return f"ses-{plan.year}"


def _manifest(plan: YearPlan, present: Iterable[str]) -> Iterator[Row]:
    yield ("propertyName", "value")
    yield ("manifest.version", "1.0")
    yield ("oneroster.version", "1.1")
    for name in _ONEROSTER_FILES:
        yield (f"file.{name}", "bulk" if name in present else "absent")
    kind = "modelled year, not federal counts" if plan.modelled else "federal counts (CRDC 2020-21)"
    yield ("source.systemName", f"synthetic students, {kind}")
    yield ("source.systemCode", "demo")


def _sessions(plan: YearPlan) -> Iterator[Row]:
    yield (*_RECORD, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear")
    title = f"{plan.year - 1}-{plan.year}" + (" (modelled)" if plan.modelled else "")
    span = (first_day(plan.year).isoformat(), last_day(plan.year).isoformat())
    yield (_session(plan), *_BULK, title, "schoolYear", *span, "", str(plan.year))


def _orgs(plan: YearPlan) -> Iterator[Row]:
    yield (*_RECORD, "name", "type", "identifier", "parentSourcedId")
    yield (_district(plan), *_BULK, plan.district_name, "district", plan.district_id, "")
    for school in plan.schools:
        yield (_school(plan, school.code), *_BULK, school.name, "school", school.code, _district(plan))


def _users(plan: YearPlan) -> Iterator[Row]:
    yield (
        *_RECORD, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName",
        "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
    )  # fmt: skip
    for adult in plan.staff:
        username = adult.local_id.lower()
        yield _user(plan, adult, f"sta-{adult.local_id}", adult.role, username, f"{username}@staff.example", "")
    for student in plan.students:
        yield _user(plan, student, f"stu-{student.local_id}", "student", f"s{student.local_id}", "", student.grade)


def _user(
    plan: YearPlan, person: StaffMember | Student, sourced_id: str, role: str, username: str, email: str, grade: str
) -> Row:
    names = (person.given_name, person.family_name, MIDDLE_NAME)
    school = _school(plan, person.school)
    ids = (sourced_id, *_BULK, "true", school, role, username, "")
    return (*ids, *names, person.local_id, email, "", "", "", grade, "")


def _demographics(plan: YearPlan) -> Iterator[Row]:
    tail = ("countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus")
    yield (*_RECORD, "birthDate", "sex", *RACE_FLAGS, *tail)
    for student in plan.students:
        flags = (_flag(name in student.race_flags) for name in RACE_FLAGS)
        sex = "male" if student.sex == "M" else "female"
        yield (f"stu-{student.local_id}", *_BULK, student.birth_date.isoformat(), sex, *flags, "", "", "", "")


def _programs(plan: YearPlan) -> Iterator[Row]:
    marks = ("idea", "section504", "englishLearner", "economicallyDisadvantaged", "homeless", "fosterCare")
    yield ("userSourcedId", "schoolYear", *marks, "beginDate", "endDate")
    for student in plan.students:
        values = (
            student.idea,
            student.section504,
            student.english_learner,
            student.economically_disadvantaged,
            student.homeless,
            student.foster_care,
        )
        yield (f"stu-{student.local_id}", str(plan.year), *map(_flag, values), "", "")


def _late_entries(plan: YearPlan) -> dict[str, list[Row]]:
    """courses, classes and enrollments that give begin dates; nothing if everybody was there from the first day."""
    late = [(student, student.begins_on.isoformat()) for student in plan.students if student.begins_on]
    if not late:
        return {}
    session = _session(plan)
    course = f"crs-{plan.district_id}-{plan.year}"
    courses: list[Row] = [
        (*_RECORD, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"),
        (course, *_BULK, session, "Homeroom", "HOME", "", _district(plan), "", ""),
    ]
    classes: list[Row] = [
        (
            *_RECORD, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
            "termSourcedIds", "subjects", "subjectCodes", "periods",
        )
    ]  # fmt: skip
    for code in sorted({student.school for student, _ in late}):
        head = (_class(plan, code), *_BULK, "Homeroom", "", course, f"HOME-{code}", "homeroom", "")
        classes.append((*head, _school(plan, code), session, "", "", ""))
    enrollments: list[Row] = [
        (*_RECORD, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate")
    ]
    for student, begins_on in late:
        ids = (f"enr-{plan.year}-{student.local_id}", *_BULK, _class(plan, student.school))
        person = (_school(plan, student.school), f"stu-{student.local_id}", "student", "false")
        enrollments.append((*ids, *person, begins_on, last_day(plan.year).isoformat()))
    return {"courses": courses, "classes": classes, "enrollments": enrollments}


def _class(plan: YearPlan, code: str) -> str:
    return f"cls-{plan.district_id}-{code}-{plan.year}"
