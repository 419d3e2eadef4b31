"""The patterns as frozen rows: what the page, the endpoint, the CSV file and the workbook all show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from commitments.concerns import totals
from commitments.concerns.recipients import reach_of
from commitments.models import Commitment, Concern
from dashboards.concern_patterns import counting
from dashboards.concern_patterns.counting import ANSWER, COMMITMENT, KIND, SCHOOL, SENT_HOME, TABLES
from dashboards.concern_patterns.release import TOTAL
from dashboards.models import ConcernRelease
from dashboards.parameters import FORMATS, Reading
from district.access import Permission
from district.models import District, School, User

PARAMETERS = ("district", "school_year", "format")
"""There is no other: no filter, no date, no crossing of two tables."""
ALL = "all"
COLUMNS = ("school_year", "table", "key", "label", "count")
TERMS = {
    "counted": _("Concerns filed from July 1 to June 30, by what the ombuds sorted them as."),
    "withheld": _(
        "Counts below the minimum are not told, nor any from which one would follow; what is not in a table is "
        "withheld or zero. An organization knows its own concerns: they do not lift a count over the minimum."
    ),
    "released": _("A school year is released once, 45 days after it is over, and does not change afterwards."),
    "kinds": _("Kinds are sums of the quarters in which they were told; others may have come in the others."),
    "answered": _("In time: by the day that was set when the ombuds began to look into it."),
    "sent_home": _("Reports of families that a child was sent home: found in the school's records, or not."),
}
LABELS = {
    counting.IN_TIME: _("Answered in time"),
    counting.LATE: _("Answered late"),
    counting.NOT_ANSWERED: _("Not answered"),
    counting.ON_RECORD: _("Found in the school’s records"),
    counting.NOT_MATCHED: _("Reported by families, not matched"),
}


@dataclass(frozen=True)
class PatternsQuestion:
    """Of which district and school year. `is_exact`: the reader is the recipient and counts what they received."""

    district: District
    year: int | None
    years: tuple[int, ...]
    format: str
    is_exact: bool
    is_only_district: bool

    def address(self, **changes: str | None) -> str:
        """Return the query of this question with parameters changed; None takes one away."""
        values: dict[str, str | None] = {
            "district": None if self.is_only_district else self.district.code,
            "school_year": str(self.year) if self.year else None,
            "format": None,
            **changes,
        }
        return "?" + urlencode([(name, values[name]) for name in PARAMETERS if values[name]])


@dataclass(frozen=True)
class PatternRow:
    """One count of one table."""

    table: str
    key: str
    label: str
    count: int | None

    def as_json(self, year: int | None) -> dict[str, Any]:
        """Return the row as the API shows it."""
        return {"school_year": year, "table": self.table, "key": self.key, "label": self.label, "count": self.count}


@dataclass(frozen=True)
class PatternsReport:
    """A question and its answer. `total` is None where it is withheld or nothing was released."""

    question: PatternsQuestion
    released_on: date | None
    rows: tuple[PatternRow, ...] = ()
    owed: tuple[Concern, ...] = field(default=())

    @property
    def total(self) -> int | None:
        """How many concerns in all."""
        return next((row.count for row in self.rows if row.table == ALL), None)

    def of(self, table: str) -> list[PatternRow]:
        """The rows of one table."""
        return [row for row in self.rows if row.table == table]

    def definition(self) -> dict[str, Any]:
        """What the rows count."""
        asked = self.question
        return {
            **{name: str(words) for name, words in TERMS.items()},
            "minimum": None if asked.is_exact else totals.MINIMUM,
            "district": asked.district.code,
            "school_year": asked.year,
            "released_on": self.released_on.isoformat() if self.released_on else None,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the report as the API shows it."""
        return {
            "definition": self.definition(),
            "rows": [row.as_json(self.question.year) for row in self.rows],
            "owed": [
                {
                    "concern": str(one.uid),
                    "state": one.state,
                    "next_due_on": one.next_due_on.isoformat() if one.next_due_on else None,
                }
                for one in self.owed
            ],
        }


def read_patterns_question(parameters: QueryDict, user: User) -> PatternsQuestion:
    """Return what `parameters` ask. The reader may count concerns somewhere. Raises InvalidParametersError."""
    reading = Reading(parameters, PARAMETERS)
    districts = totals.districts_for(user)
    code = parameters.get("district", "")
    district = next((one for one in districts if one.code == code or (not code and len(districts) == 1)), None)
    if district is None:
        reading.refuse("district", str(_("Unknown value.")) if code else str(_("Name the district.")))
    file_format = reading.one("format", FORMATS, FORMATS[0])
    is_exact = district is not None and district.pk in reach_of(user, Permission.CONCERN_WORK).districts
    years: tuple[int, ...] = ()
    if district is not None and is_exact:
        rows = counting.rows_of(Concern.objects.received_by(user).filter(district=district))
        years = tuple(sorted(counting.years_of(rows)))
    elif district is not None:
        released = ConcernRelease.objects.filter(district=district).order_by("school_year")
        years = tuple(released.values_list("school_year", flat=True))
    wanted = reading.one("school_year", ("", *map(str, years)), "")
    reading.stop_at_errors()
    assert district is not None  # noqa: S101 - without one the reading has an error
    year = int(wanted) if wanted else (years[-1] if years else None)
    return PatternsQuestion(district, year, years, file_format, is_exact, len(districts) == 1)


def concern_patterns(question: PatternsQuestion, user: User) -> PatternsReport:
    """Answer the question. A fixed number of queries."""
    district, year = question.district, question.year
    own = Concern.objects.of_own_organization(user).open().filter(district=district).select_related("school")
    owed = tuple(own.order_by("next_due_on", "pk"))
    if year is None:
        return PatternsReport(question, None, (), owed)
    if question.is_exact:
        rows = counting.rows_of(Concern.objects.received_by(user).filter(district=district))
        tables = _exact(counting.years_of(rows).get(year, []), counting.matched_in(district.pk, [year]).get(year, 0))
        return PatternsReport(question, None, _rows(district, tables), owed)
    release = ConcernRelease.objects.get(district=district, school_year=year)
    return PatternsReport(question, release.released_on, _rows(district, release.tables), owed)


def _exact(rows: list[counting.Row], matched: int) -> dict[str, Any]:
    """Every count, for the recipient."""
    found: dict[str, Any] = {TOTAL: len(rows)}
    for name in (SCHOOL, COMMITMENT, KIND, ANSWER):
        found[name] = {key: cell.total() for key, cell in counting.cells_of(rows, name).items()}
    found[SENT_HOME] = {key: cell.total() for key, cell in counting.sent_home_cells(rows, matched).items()}
    return found


def _rows(district: District, tables: Mapping[str, Any]) -> tuple[PatternRow, ...]:
    """The counts with their labels, the largest first."""
    labels = {
        SCHOOL: dict(School.objects.filter(district=district).values_list("code", "name"))
        | {"": str(_("The district as a whole"))},
        COMMITMENT: _titles(tables[COMMITMENT]) | {"": str(_("No commitment was named"))},
        KIND: {value: str(label) for value, label in Concern.Kind.choices},
        ANSWER: {value: str(label) for value, label in LABELS.items()},
        SENT_HOME: {value: str(label) for value, label in LABELS.items()},
    }
    found = [PatternRow(ALL, "", str(_("All concerns")), tables[TOTAL])]
    for name in TABLES:
        cells = sorted(tables[name].items(), key=lambda cell: (-cell[1], labels[name].get(cell[0], cell[0])))
        found += [PatternRow(name, key, labels[name].get(key, key), count) for key, count in cells]
    return tuple(found)


def _titles(keys: Mapping[str, int]) -> dict[str, str]:
    rows: Sequence[tuple[Any, str]] = list(
        Commitment.objects.filter(uid__in=[key for key in keys if key]).values_list("uid", "title")
    )
    return {str(uid): title for uid, title in rows}
