"""What an import leaves behind about each record that it changes: audit events, former terms, dated states."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from discipline.actions import CHANGED_BY_IMPORT, RESTORED_BY_IMPORT, VOIDED_BY_IMPORT
from discipline.models import Incident, Involvement, Referral, ReferralStatus, Removal, RemovalChange
from district import audit
from district.models import District, ImportBatch, User

from . import statements as sql

MODELS: dict[str, type[Involvement | Removal]] = {"staged_involvement": Involvement, "staged_removal": Removal}
FOLLOWERS: tuple[type[Referral | Removal], ...] = (Referral, Removal)
"""Records that belong to the school of their incident."""


@dataclass(frozen=True)
class Trail:
    """Reads the staging tables and the records as they still are, so each step goes before or after a fixed write."""

    district: District
    batch: ImportBatch
    by: User | None
    now: datetime

    def incidents_change(self, columns: Sequence[str]) -> None:
        """Before incidents are updated in `columns`: one event each."""
        fields = ["school" if column == "school_id" else column for column in columns]
        for rows in sql.in_chunks("SELECT s.id, s.pk, s.terms FROM staged_incident s WHERE s.changed"):
            terms = {pk: _only(json.loads(text), fields) for _, pk, text in rows}
            incidents = Incident.objects.filter(pk__in=terms).select_related("school")
            self._record(
                audit.Change(
                    "incident",
                    incident.uid,
                    audit.differences({**audit.values_of(incident, fields), **_times(incident)}, terms[incident.pk]),
                    school_id=incident.school_id,
                )
                for incident in incidents
            )

    def records_follow_their_incident(self) -> None:
        """After incidents were updated: referrals and removals belong to the school of their incident, and its day."""
        for rows in sql.in_chunks("SELECT s.id, s.pk FROM staged_incident s WHERE s.changed"):
            keys = [pk for _, pk in rows]
            day = Incident.objects.filter(pk=models.OuterRef("incident")).values("occurred_on")
            on_other_days = Referral.objects.filter(incident__in=keys).exclude(occurred_on=models.Subquery(day))
            on_other_days.update(occurred_on=models.Subquery(day), updated_at=self.now)
            for model in FOLLOWERS:
                moved = model.objects.filter(incident__in=keys).exclude(school=models.F("incident__school"))
                records: list[Referral | Removal] = list(moved.select_related("school", "incident__school"))
                self._record(
                    audit.Change(
                        model._meta.model_name or "",
                        record.uid,
                        {"school": [record.school.code, record.incident.school.code]},
                        school_id=record.incident.school_id,
                        student_id=record.student_id,
                    )
                    for record in records
                )
                home = Incident.objects.filter(pk=models.OuterRef("incident")).values("school")
                ids = [record.pk for record in records]
                model.objects.filter(pk__in=ids).update(school=models.Subquery(home), updated_at=self.now)

    def involvements_change(self) -> None:
        """Before involvements are updated: one event each."""
        for rows in sql.in_chunks("SELECT s.id, s.pk, s.terms FROM staged_involvement s WHERE s.changed"):
            terms = {pk: json.loads(text) for _, pk, text in rows}
            involvements = Involvement.objects.filter(pk__in=terms).select_related("behavior", "incident")
            self._record(
                audit.Change(
                    "involvement",
                    involvement.uid,
                    audit.differences(audit.values_of(involvement, terms[involvement.pk]), terms[involvement.pk]),
                    school_id=involvement.incident.school_id,
                    student_id=involvement.student_id,
                )
                for involvement in involvements
            )

    def removals_change(self) -> None:
        """Before removals are updated and linked: one event each, and the former terms stay on record."""
        query = """
            SELECT s.id, s.pk, s.changed, s.terms FROM staged_removal s WHERE NOT s.created
            AND (s.changed OR s.id IN (SELECT l.removal FROM staged_link l WHERE l.created))
        """
        for rows in sql.in_chunks(query):
            terms = {pk: json.loads(text) if changed else {} for _, pk, changed, text in rows}
            added = self._added_involvements([number for number, *_ in rows])
            changes, former = [], []
            for removal in Removal.objects.filter(pk__in=terms):
                difference = audit.differences(_terms(removal), terms[removal.pk])
                if difference:
                    former.append(self._former_terms(removal))
                if removal.pk in added:
                    difference["involvements"] = [None, added[removal.pk]]
                change = audit.Change(
                    "removal", removal.uid, difference, school_id=removal.school_id, student_id=removal.student_id
                )
                changes.append(change)
            RemovalChange.objects.bulk_create(former)
            self._record(changes)

    def records_are_voided(self, staged: str) -> None:
        """Before marked records are voided: one event for each that existed before this import."""
        model = MODELS[staged]
        school = "school_id" if model is Removal else "incident__school_id"
        for rows in sql.in_chunks(f"SELECT s.id, s.pk FROM {staged} s WHERE s.voiding AND NOT s.created"):  # noqa: S608
            records = model.objects.filter(pk__in=[pk for _, pk in rows]).values_list("uid", "student_id", school)
            changes: dict[str, list[Any]] = {
                "voided_at": [None, self.now.isoformat()],
                "void_reason": ["", VOIDED_BY_IMPORT],
            }
            self._record(
                audit.Change(model._meta.model_name or "", uid, changes, audit.Action.VOID, school_id, student_id)
                for uid, student_id, school_id in records
            )

    def referrals_follow_their_involvements(self) -> None:
        """After involvements were voided and made: a referral without any is void, a new behavior decides it again."""
        same = "m.incident_id = s.incident_id AND m.student_id = s.student_id"
        join = f"FROM staged_involvement s JOIN {sql.REFERRAL} m ON {same} WHERE s.role = 'responsible'"
        standing = f"""
            SELECT 1 FROM {sql.INVOLVEMENT} n WHERE n.incident_id = s.incident_id AND n.student_id = s.student_id
            AND n.role = 'responsible' AND n.voided_at IS NULL
        """  # noqa: S608
        emptied = f"SELECT s.id, m.id {join} AND s.voiding AND m.status <> 'voided' AND NOT EXISTS ({standing})"
        revived = f"SELECT s.id, m.id {join} AND s.created AND s.void_line IS NULL AND m.status = 'voided'"
        self._move_referrals(emptied, Referral.Status.VOIDED, VOIDED_BY_IMPORT, audit.Action.VOID)
        self._move_referrals(revived, Referral.Status.DECIDED, RESTORED_BY_IMPORT, audit.Action.UPDATE)

    def _move_referrals(self, query: str, status: str, note: str, action: audit.Action) -> None:
        for rows in sql.in_chunks(query):
            # The status is asked again: a chunk before may have moved it for another behavior of the same student.
            referrals = list(Referral.objects.filter(pk__in={pk for _, pk in rows}).exclude(status=status))
            self._record(
                audit.Change(
                    "referral",
                    referral.uid,
                    {"status": [referral.status, status]},
                    action,
                    referral.school_id,
                    referral.student_id,
                    {"reason": note},
                )
                for referral in referrals
                if referral.batch_id != self.batch.pk
            )
            ReferralStatus.objects.bulk_create(
                ReferralStatus(referral=referral, status=status, at=self.now, by=self.by, note=note)
                for referral in referrals
            )
            keys = [referral.pk for referral in referrals]
            Referral.objects.filter(pk__in=keys).update(status=status, updated_at=self.now)

    def _record(self, changes: Iterable[audit.Change]) -> None:
        audit.record_changes(changes, by=self.by, district=self.district, batch=self.batch)

    def _former_terms(self, removal: Removal) -> RemovalChange:
        return RemovalChange(
            removal=removal,
            at=self.now,
            by=self.by,
            reason=CHANGED_BY_IMPORT,
            begins_on=removal.begins_on,
            ends_on=removal.ends_on,
            days=removal.days,
            services_provided=removal.services_provided,
            batch=self.batch,
        )

    def _added_involvements(self, staged_removals: Sequence[int]) -> dict[int, list[str]]:
        """Return key of a removal → public ids of the involvements that it will newly answer."""
        places = ", ".join(["%s"] * len(staged_removals))
        added: dict[int, list[str]] = {}
        links = sql.fetch(
            f"SELECT l.removal_id, l.involvement_id FROM staged_link l WHERE l.created AND l.removal IN ({places})",  # noqa: S608
            staged_removals,
        )
        uids = dict(Involvement.objects.filter(pk__in={key for _, key in links}).values_list("pk", "uid"))
        for removal, involvement in links:
            added.setdefault(removal, []).append(str(uids[involvement]))
        return added


def _only(terms: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in terms.items() if name in fields}


def _times(incident: Incident) -> dict[str, Any]:
    """The values of an incident that a file writes in another way than the audit trail: school by code, the time."""
    time = incident.occurred_time
    return {"school": incident.school.code, "occurred_time": time.isoformat() if time else None}


def _terms(removal: Removal) -> dict[str, Any]:
    """The terms of a removal as a file states them."""
    return {
        "begins_on": removal.begins_on.isoformat(),
        "ends_on": removal.ends_on.isoformat() if removal.ends_on else None,
        "days": None if removal.days is None else f"{removal.days:.2f}",
        "services_provided": removal.services_provided,
    }
