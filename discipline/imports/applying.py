"""Takes staged records over in one transaction: makes what is new, changes what differs, leaves the rest alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from discipline.actions import VOIDED_BY_IMPORT
from discipline.models import Referral
from district.models import District, ImportBatch, User

from . import merged_incidents
from . import statements as sql
from .staging import Staging
from .trail import Trail

INVOLVEMENT_COLUMNS = ("behavior_id", "description", "reported_by", "law_enforcement", "response")


class ChangedMeanwhile(Exception):
    """Another person's write contradicts what the rows were checked against. Running the import again decides."""


@dataclass
class Applying:
    """One application of staged rows. Everything happens in the transaction of the caller.

    `present`: the columns of the file; what a lacking column would say stays as it is in existing records.
    """

    staging: Staging
    district: District
    batch: ImportBatch
    by: User | None
    present: Collection[str]
    now: datetime
    is_any_merged: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.trail = Trail(self.district, self.batch, self.by, self.now)

    def apply(self) -> None:
        """Write all staged records and their audit events."""
        if connection.vendor == "postgresql":
            for table in self.staging.tables:
                sql.run(f"ANALYZE {table.name}")
        if sql.names_merged_students(self.staging.involvements.name):
            raise ChangedMeanwhile
        self._write_incidents()
        self._write_involvements()
        self._write_referrals()
        self._write_removals()
        self._void()

    def _write_incidents(self) -> None:
        staged, constants = self.staging.incidents.name, {"batch_id": self.batch.pk}
        optional = [column for column in ("occurred_time", "location") if column in self.present]
        columns = ("school_id", "occurred_on", *optional)
        sql.find_incidents()
        sql.mark_changed_incidents(columns)
        self.trail.incidents_change(columns)
        sql.update_changed(staged, sql.INCIDENT, columns, self.now)
        self.trail.records_follow_their_incident()
        every = ("uid", "school_id", "school_year_id", "identifier", "occurred_on", "occurred_time", "location")
        sql.insert_new(staged, sql.INCIDENT, every, constants, self.now)
        sql.find_incidents(created=True)
        self.is_any_merged = merged_incidents.are_named()

    def _write_involvements(self) -> None:
        staged, constants = self.staging.involvements.name, {"batch_id": self.batch.pk, "void_reason": ""}
        columns = [column for column in INVOLVEMENT_COLUMNS if column == "behavior_id" or column in self.present]
        self._find(staged)
        sql.mark_changed(staged, sql.INVOLVEMENT, columns, self._own_words(staged))
        self.trail.involvements_change()
        # Who reported is named by the text; a link to the member of staff goes with it.
        written = [*columns, "reported_by_staff_id"] if "reported_by" in columns else columns
        sql.update_changed(staged, sql.INVOLVEMENT, written, self.now)
        every = ("uid", "incident_id=i.pk", "student_id", "role", *INVOLVEMENT_COLUMNS, "reported_by_staff_id")
        self._insert_new(staged, sql.INVOLVEMENT, every, constants)

    def _write_referrals(self) -> None:
        """Each responsible student of an imported incident has one decided referral; one that exists stays as it is."""
        staged = self.staging.referrals.name
        self._find(staged)
        followed = (f"{name}=i.{name}" for name in ("school_id", "school_year_id", "occurred_on"))
        columns = ("uid", "student_id", "incident_id=i.pk", *followed)
        decided = {"status": Referral.Status.DECIDED.value}
        self._insert_new(staged, sql.REFERRAL, columns, {**decided, "batch_id": self.batch.pk})
        at = sql.moment(self.now)
        actor = self.by.pk if self.by else None
        sql.run(
            f"""
            INSERT INTO {sql.REFERRAL_STATUS} (uid, referral_id, status, at, by_id, note, created_at, updated_at)
            SELECT s.status_uid, s.pk, %s, %s, CAST(%s AS BIGINT), '', %s, %s
            FROM {staged} s WHERE s.created ORDER BY s.id
            """,  # noqa: S608
            [decided["status"], at, actor, at, at],
        )

    def _write_removals(self) -> None:
        staged, constants = self.staging.removals.name, {"batch_id": self.batch.pk, "void_reason": ""}
        dated = [column for column in ("ends_on", "services_provided") if column in self.present]
        counted = ["days"] if "days" in self.present or "ends_on" in self.present else []
        columns = ["begins_on", *dated, *counted]
        self._find(staged)
        if sql.has_stolen_numbers(staged):
            raise ChangedMeanwhile
        sql.mark_changed(staged, sql.REMOVAL, columns, self._own_words(staged))
        every = ("uid", "incident_id=i.pk", "student_id", "school_id", "school_year_id", "identifier", "kind")
        terms = ("begins_on", "ends_on", "days", "services_provided")
        self._insert_new(staged, sql.REMOVAL, (*every, *terms), constants)
        sql.find_links(self.staging.links.name)
        self.trail.removals_change()
        sql.update_changed(staged, sql.REMOVAL, columns, self.now)
        sql.insert_links(self.staging.links.name)

    def _find(self, staged: str) -> None:
        sql.find(staged)
        if self.is_any_merged:
            merged_incidents.find_in_kept(staged)

    def _own_words(self, staged: str) -> str:
        return merged_incidents.own_words(staged) if self.is_any_merged else ""

    def _insert_new(self, staged: str, table: str, columns: Sequence[str], constants: dict[str, Any]) -> None:
        if self.is_any_merged:
            merged_incidents.insert_new(staged, table, columns, constants, self.now)
        else:
            sql.insert_new(staged, table, columns, constants, self.now)
            sql.adopt_new(staged)

    def _void(self) -> None:
        values = {
            "voided_at": sql.moment(self.now),
            "void_reason": VOIDED_BY_IMPORT,
            "updated_at": sql.moment(self.now),
        }
        actor = {"voided_by_id": self.by.pk if self.by else None}
        for staged, table, more in (
            (self.staging.involvements.name, sql.INVOLVEMENT, {}),
            (self.staging.removals.name, sql.REMOVAL, actor),
        ):
            sql.mark_voiding(staged, table)
            self.trail.records_are_voided(staged)
            sql.write_voiding(staged, table, {**values, **more})
        self.trail.referrals_follow_their_involvements()
