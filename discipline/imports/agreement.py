"""Rows of one file against each other: row by row in the order of the file, the later of two that differ is refused.

A refused row stages nothing, so the next good row decides what the following ones must agree with.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from district.cells import CellFault

from . import statements as sql
from .columns import COLUMNS
from .parsing import DisciplineRow
from .references import References
from .staging import Staged, Staging, new_uid


class Keys(NamedTuple):
    """The texts under which a row's records are staged: equal text, same record."""

    incident: str
    involvement: str
    referral: str
    removal: str
    link: str

    @classmethod
    def of(cls, row: DisciplineRow) -> Keys:
        """Return the keys of `row`; without a removal its two last are empty."""
        incident = _key(row.year_pk, row.incident_id)
        referral = _key(incident, row.student_pk)
        involvement = _key(referral, row.role, row.behavior_code)
        if not row.removal:
            return cls(incident, involvement, referral, "", "")
        if row.removal_id:
            removal = _key(row.year_pk, row.removal_id)
        else:
            removal = _key(referral, row.removal, str(row.begins_on))
        return cls(incident, involvement, referral, removal, _key(removal, involvement))


INVOLVEMENT_COLUMNS = ("description", "reported_by", "law_enforcement", "response")
RESPONSIBLE = "responsible"


@dataclass
class Agreement:
    """Takes rows without faults of their own and stages the records they state, or notes how they contradict.

    `present`: the columns of the file. What a column says that the file lacks is left alone in existing records.
    `overlong` collects rows that give more days than their dates hold.
    """

    staging: Staging
    references: References
    present: Collection[str] = COLUMNS
    overlong: list[tuple[DisciplineRow, Decimal]] = field(default_factory=list)
    _existing: dict[tuple[int, str], tuple[int, str, int, str]] = field(default_factory=dict)

    def take(self, rows: Sequence[DisciplineRow]) -> list[DisciplineRow]:
        """Stage the rows that agree with what stands, in order; return them. The others have faults now."""
        good = [(row, Keys.of(row)) for row in rows if not row.faults]
        self._recall([keys for row, keys in good])
        numbers = {(row.year_pk, row.removal_id) for row, keys in good if row.removal_id}
        self._existing = _removals_on_record(numbers)
        accepted = [row for row, keys in good if self._accept(row, keys)]
        self.staging.store()
        return accepted

    def _recall(self, keys: Sequence[Keys]) -> None:
        staging = self.staging
        staging.incidents.recall(key.incident for key in keys)
        staging.involvements.recall(key.involvement for key in keys)
        staging.referrals.recall(key.referral for key in keys)
        staging.removals.recall(key.removal for key in keys if key.removal)
        staging.links.recall(key.link for key in keys if key.link)

    def _accept(self, row: DisciplineRow, keys: Keys) -> bool:
        staging = self.staging
        incident = staging.incidents.get(keys.incident)
        involvement = staging.involvements.get(keys.involvement)
        removal = staging.removals.get(keys.removal)
        incident_terms, involvement_terms = _incident_terms(row), self._involvement_terms(row)
        if incident:
            _compare(row, incident, incident_terms)
        if involvement and not row.void:
            _compare(row, involvement, involvement_terms)
        days, removal_terms = None, {}
        if row.removal:
            self._check_identity(row, removal)
            days = self._days(row, removal)
            removal_terms = self._removal_terms(row, days)
            if removal and not row.void:
                _compare(row, removal, removal_terms)
        if row.faults:
            return False
        incident = incident or self._stage_incident(row, keys, incident_terms)
        involvement = self._stage_involvement(row, keys, incident, involvement, involvement_terms)
        if row.removal:
            removal = self._stage_removal(row, keys, incident, removal, removal_terms, days)
            if not staging.links.get(keys.link):
                staging.links.add(keys.link, row.line, removal=removal.id, involvement=involvement.id)
        if row.role == RESPONSIBLE and not staging.referrals.get(keys.referral):
            uids = {"uid": new_uid(), "status_uid": new_uid()}
            staging.referrals.add(keys.referral, row.line, **uids, incident=incident.id, student_id=row.student_pk)
        return True

    def _check_identity(self, row: DisciplineRow, removal: Staged | None) -> None:
        """A removal number stands for one removal: one student and one kind, in the file and on record."""
        if removal:
            student, kind = removal.student_id, removal.kind
        elif row.removal_id and (found := self._existing.get((row.year_pk, row.removal_id))):
            student, kind = found[0], found[1]
        else:
            return
        if student != row.student_pk:
            row.add_fault("removal_id", "contradicts", _("This number is that of another student's removal."))
        elif kind != row.removal:
            reason = _("This number is that of a removal of the kind %(kind)s.") % {"kind": kind}
            row.add_fault("removal_id", "contradicts", reason)

    def _days(self, row: DisciplineRow, removal: Staged | None) -> Decimal | None:
        """School days of the removal: as given, else by the calendar of the removal's school, else unknown."""
        if not (row.begins_on and row.ends_on):
            return row.days
        school = removal.school_id if removal else row.school_pk
        found = None if removal else self._existing.get((row.year_pk, row.removal_id))
        if found and found[3] != row.incident_id:
            school = found[2]
        counted = self.references.school_days(school, row.begins_on, row.ends_on)
        if row.days is None:
            return counted
        if row.days > counted and not removal:
            self.overlong.append((row, counted))
        return row.days

    def _involvement_terms(self, row: DisciplineRow) -> dict[str, Any]:
        terms = {name: getattr(row, name) for name in INVOLVEMENT_COLUMNS if name in self.present}
        return {"behavior": row.behavior_uid or None, **terms}

    def _removal_terms(self, row: DisciplineRow, days: Decimal | None) -> dict[str, Any]:
        terms: dict[str, Any] = {"begins_on": _iso(row.begins_on)}
        if "ends_on" in self.present:
            terms["ends_on"] = _iso(row.ends_on)
        if "days" in self.present or "ends_on" in self.present:
            terms["days"] = None if days is None else f"{days:.2f}"
        if "services_provided" in self.present:
            terms["services_provided"] = row.services_provided
        return terms

    def _stage_incident(self, row: DisciplineRow, keys: Keys, terms: dict[str, Any]) -> Staged:
        return self.staging.incidents.add(
            keys.incident,
            row.line,
            uid=new_uid(),
            terms=_json(terms),
            school_id=row.school_pk,
            school_year_id=row.year_pk,
            identifier=row.incident_id,
            occurred_on=terms["occurred_on"],
            occurred_time=terms["occurred_time"],
            location=row.location,
        )

    def _stage_involvement(
        self, row: DisciplineRow, keys: Keys, incident: Staged, involvement: Staged | None, terms: dict[str, Any]
    ) -> Staged:
        values = {name: getattr(row, name) for name in INVOLVEMENT_COLUMNS}
        values |= {"behavior_id": row.behavior_pk, "reported_by_staff_id": row.staff_pk}
        if involvement is None:
            involvement = self.staging.involvements.add(
                keys.involvement,
                row.line,
                uid=new_uid(),
                terms="",
                incident=incident.id,
                student_id=row.student_pk,
                role=row.role,
                code=row.behavior_code,
                **values,
            )
        _state(row, involvement, values, terms, voids=row.void and not row.removal)
        return involvement

    def _stage_removal(
        self,
        row: DisciplineRow,
        keys: Keys,
        incident: Staged,
        removal: Staged | None,
        terms: dict[str, Any],
        days: Decimal | None,
    ) -> Staged:
        values = {
            "begins_on": _iso(row.begins_on),
            "ends_on": _iso(row.ends_on),
            "days": None if days is None else str(days),
            "services_provided": row.services_provided,
        }
        if removal is None:
            removal = self.staging.removals.add(
                keys.removal,
                row.line,
                uid=new_uid(),
                terms="",
                incident=incident.id,
                student_id=row.student_pk,
                school_id=row.school_pk,
                school_year_id=row.year_pk,
                identifier=row.removal_id,
                kind=row.removal,
                **values,
            )
        _state(row, removal, values, terms, voids=row.void)
        return removal


def _state(row: DisciplineRow, staged: Staged, values: dict[str, Any], terms: dict[str, Any], *, voids: bool) -> None:
    """Note what the row states of a staged record: a voiding row only its end, the first other one its terms."""
    if voids and staged.void_line is None:
        staged.void_line = staged.values["void_line"] = row.line
    if not row.void and not staged.terms:
        staged.terms = _json(terms)
        staged.values |= {**values, "terms": staged.terms}


def _compare(row: DisciplineRow, staged: Staged, terms: dict[str, Any]) -> None:
    """Note a contradiction for every column in which the row differs from what an earlier row has stated."""
    if not staged.terms or staged.terms == _json(terms):
        return
    stated = json.loads(staged.terms)
    for name, value in terms.items():
        if stated.get(name) != value:
            column = {"school": "school_id", "behavior": "behavior_code"}.get(name, name)
            reason = _("An earlier row of the same record says %(value)s.") % {"value": _words(stated.get(name))}
            row.faults.append(CellFault(column, "contradicts", reason))


def _words(value: Any) -> str:
    """Return a stated value as a person reads it, at most 100 characters."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{value[:100]}”"


def _incident_terms(row: DisciplineRow) -> dict[str, Any]:
    return {
        "school": row.school_id,
        "occurred_on": _iso(row.occurred_on),
        "occurred_time": _iso(row.occurred_time),
        "location": row.location,
    }


def _iso(value: date | time | None) -> str | None:
    return value.isoformat() if value is not None else None


def _key(*parts: str | int) -> str:
    """Join parts by a character that no identifier may hold."""
    return "\x1f".join(map(str, parts))


_json = json.JSONEncoder(ensure_ascii=False).encode


def _removals_on_record(wanted: set[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, str, int, str]]:
    """Return (school year, removal number) → (student, kind, school, incident number) of removals that exist."""
    if not wanted:
        return {}
    years, numbers = zip(*wanted, strict=True)
    in_years, year_values = sql.within(set(years))
    in_numbers, number_values = sql.within(numbers)
    # The literal '' lets SQLite use the partial index of numbers.
    query = f"""
        SELECT r.school_year_id, r.identifier, COALESCE(s.merged_into_id, s.id), r.kind, r.school_id, i.identifier
        FROM {sql.REMOVAL} r JOIN {sql.INCIDENT} i ON i.id = r.incident_id JOIN {sql.STUDENT} s ON s.id = r.student_id
        WHERE NOT (r.identifier = '') AND r.school_year_id {in_years} AND r.identifier {in_numbers}
    """  # noqa: S608
    found = sql.fetch(query, [*year_values, *number_values])
    return {(year, number): tuple(rest) for year, number, *rest in found}
