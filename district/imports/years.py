"""Which school years a package speaks of, and which of them its people are enrolled in when it gives no dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from district.imports.package import RosterPackage
from district.imports.staging import Staging
from district.models import District, SchoolYear
from district.spreadsheets import TableError

SCHOOL_YEAR = "schoolYear"

_ROWS_OF_A_YEAR = """
SELECT (SELECT COUNT(*) FROM {user}) + (SELECT COUNT(*) FROM {role}) + (SELECT COUNT(*) FROM {enrollment})
     + (SELECT COUNT(*) FROM {program})
"""


@dataclass(frozen=True)
class PlannedYear:
    """A school year of the file (`in_file`) or, for a file without sessions, of the district's records.

    `key` is None for a year that the import will make. `is_primary`: the year of people for whom the file gives none.
    """

    year: int
    starts_on: date
    ends_on: date
    sourced_id: str = ""
    in_file: bool = False
    is_primary: bool = False
    key: int | None = None


@dataclass(frozen=True)
class Session:
    """A row of academicSessions.csv."""

    line: int
    sourced_id: str
    type: str
    starts_on: date
    ends_on: date
    parent: str
    named_year: int | None


def plan_years(staging: Staging, package: RosterPackage, district: District, today: date) -> list[PlannedYear]:
    """Work out the school years, stage them, and stage the year of each session. Raises TableError without any year.

    A school year is named by the year in which it ends. Sessions of the same year (some systems write one a school)
    are one year from the earliest begin to the latest end.
    """
    sessions = _sessions(staging)
    existing = {year.year: year for year in SchoolYear.objects.filter(district=district)}
    spans: dict[int, list[Session]] = {}
    for session in sessions:
        if session.type == SCHOOL_YEAR:
            spans.setdefault(session.ends_on.year, []).append(session)
            if session.named_year not in (None, session.ends_on.year):
                message = _("academicSessions.csv:%(line)d: schoolYear is %(named)d, but the session ends in %(year)d.")
                values = {"line": session.line, "named": session.named_year, "year": session.ends_on.year}
                package.warnings.append(message % values)
    found = {
        year: PlannedYear(
            year,
            min(session.starts_on for session in group),
            max(session.ends_on for session in group),
            min(session.sourced_id for session in group),
            in_file=True,
            key=existing[year].pk if year in existing else None,
        )
        for year, group in spans.items()
    }
    known = {
        year.year: PlannedYear(year.year, year.starts_on, year.ends_on, year.sourced_id, key=year.pk)
        for year in existing.values()
        if year.year not in found
    }
    if not found and not known:
        if staging.number(_ROWS_OF_A_YEAR):
            message = _(
                "There is no school year: the file has no session of type schoolYear, nor has the district one."
            )
            raise TableError("no_school_year", message, "academicSessions.csv")
        return []
    primary = primary_year(list((found or known).values()), today)
    years = [_marked(year, year.year == primary.year) for year in [*found.values(), *known.values()]]
    _stage(staging, years, sessions, today)
    return years


def primary_year(years: Sequence[PlannedYear], today: date) -> PlannedYear:
    """Return the year whose dates contain `today`, else the latest."""
    current = [year for year in years if year.starts_on <= today <= year.ends_on]
    return max(current or years, key=lambda year: year.year)


def last_day(year: PlannedYear, today: date) -> date:
    """Return the day on which people who are gone from the file end: the earlier of today and the year's end."""
    return min(today, year.ends_on)


def _marked(year: PlannedYear, is_primary: bool) -> PlannedYear:
    return PlannedYear(
        year.year, year.starts_on, year.ends_on, year.sourced_id, year.in_file, is_primary=is_primary, key=year.key
    )


def _sessions(staging: Staging) -> list[Session]:
    rows = staging.rows(
        "SELECT line, sourced_id, type, starts_on, ends_on, parent, named_year FROM {session} "
        "WHERE deleted IS NOT TRUE ORDER BY line"
    )
    return [
        Session(line, sourced_id, kind, _day(begins_on), _day(ends_on), parent, named)
        for line, sourced_id, kind, begins_on, ends_on, parent, named in rows
    ]


def _day(value: str | date) -> date:
    """SQLite gives a staged date as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _stage(staging: Staging, years: list[PlannedYear], sessions: list[Session], today: date) -> None:
    staging.load(
        "year",
        [
            (
                year.year,
                year.starts_on.isoformat(),
                year.ends_on.isoformat(),
                last_day(year, today).isoformat(),
                year.in_file,
                year.is_primary,
                year.key,
            )
            for year in years
        ],
    )
    by_id = {session.sourced_id: session for session in sessions}
    owners = {year.sourced_id: year.year for year in years if year.sourced_id and not year.in_file}
    owners |= {session.sourced_id: found for session in sessions if (found := _year_of(session, by_id, years))}
    staging.load("session_year", owners.items())


def _year_of(session: Session, sessions: dict[str, Session], years: list[PlannedYear]) -> int | None:
    """The school year of a session: that of its parents, else the one that holds its middle."""
    seen: set[str] = set()
    place: Session | None = session
    while place and place.sourced_id not in seen:
        if place.type == SCHOOL_YEAR:
            return place.ends_on.year
        seen.add(place.sourced_id)
        place = sessions.get(place.parent)
    middle = session.starts_on + timedelta(days=(session.ends_on - session.starts_on).days // 2)
    return next((year.year for year in years if year.starts_on <= middle <= year.ends_on), None)
