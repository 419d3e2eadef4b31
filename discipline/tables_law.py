"""What the lists of the legal record beside removals show: due process, appeals, bullying cases, IDEA, thresholds.

What somebody typed stands on the single record only, so that no list and no file of one carries it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from discipline import gathering_law as gather
from discipline.models import (
    Appeal,
    DueProcessStep,
    HibCase,
    ManifestationDetermination,
    PatternReview,
    Threshold,
    ThresholdTask,
)
from district.access import Permission
from district.columns import Column, Kind, RecordTable
from district.tables import DISTRICT, ID, SCHOOL, SCHOOL_YEAR, STUDENT

_BESIDE_REMOVAL = (
    Column("removal", _("Removal"), "removal__uid", Kind.ID),
    Column("student", _("Student"), "removal__student__uid", Kind.ID),
    Column("school", _("School"), "removal__school__code"),
    Column("school_year", _("School year"), "removal__school_year__year", Kind.INTEGER),
)
_PLACES_OF_REMOVAL = {
    "district": "removal__school__district_id",
    "school": "removal__school_id",
    "student": "removal__student_id",
}
_VOIDED = Column("voided", _("Voided"), "voided_at", Kind.IS_SET)
_VOID_REASON = Column("void_reason", _("Reason for voiding"), "void_reason")

DUE_STEPS = RecordTable(
    DueProcessStep,
    "due-steps",
    (
        ID,
        Column("removal", _("Removal"), "removal__uid", Kind.ID, is_nullable=True),
        Column("hib_case", _("Bullying case"), "case__uid", Kind.ID, is_nullable=True),
        Column("student", _("Student"), "removal__student__uid", Kind.ID, is_nullable=True),
        SCHOOL,
        Column("step", _("Step"), "step"),
        Column("text", _("What to do"), "text"),
        Column("citation", _("Citation"), "version__citation"),
        Column("rule", _("Rule"), "version__rule__key"),
        Column("from_event", _("Counted from"), "from_event"),
        Column("counted_from", _("Counted from the day"), "counted_from", Kind.DATE, is_nullable=True),
        Column("due_on", _("Due on"), "due_on", Kind.DATE, is_nullable=True),
        Column("planned_on", _("Planned for"), "planned_on", Kind.DATE, is_nullable=True),
        Column("state", _("State"), "state", choices=DueProcessStep.State),
        Column("done_on", _("Done on"), "done_on", Kind.DATE, is_nullable=True),
        Column("way", _("How"), "way", choices=DueProcessStep.Way, is_blank=True),
        Column("removal_voided", _("Removal voided"), "removal__voided_at", Kind.IS_SET),
    ),
    details=(
        Column("done_by", _("Done by"), "done_by"),
        Column("document", _("Document"), "document"),
        Column("changes", _("Changes"), kind=Kind.OBJECTS, gather=gather.changes_of_steps, parts=gather.MOVE_PARTS),
    ),
    places={"district": "school__district_id", "school": "school_id", "student": "removal__student_id"},
    about_students=True,
)
APPEALS = RecordTable(
    Appeal,
    "appeals",
    (
        ID,
        *_BESIDE_REMOVAL,
        Column("to", _("Appeal to"), "to", choices=Appeal.To),
        Column("state", _("State"), "state", choices=Appeal.State),
        Column("filed_on", _("Filed on"), "filed_on", Kind.DATE),
        Column("hearing_on", _("Hearing on"), "hearing_on", Kind.DATE, is_nullable=True),
        Column("outcome", _("Outcome"), "outcome", choices=Appeal.Outcome, is_blank=True),
        Column("decided_on", _("Decided on"), "decided_on", Kind.DATE, is_nullable=True),
    ),
    details=(
        Column("filed_by", _("Filed by"), "filed_by"),
        Column(
            "statuses", _("States"), kind=Kind.OBJECTS, gather=gather.statuses_of_appeals, parts=gather.STATUS_PARTS
        ),
    ),
    places=_PLACES_OF_REMOVAL,
    about_students=True,
)
HIB_CASES = RecordTable(
    HibCase,
    "hib-cases",
    (
        ID,
        Column("incident", _("Incident"), "incident__uid", Kind.ID),
        Column("incident_id", _("Incident number"), "incident__identifier"),
        SCHOOL,
        SCHOOL_YEAR,
        Column("learned_on", _("Learned of on"), "learned_on", Kind.DATE),
        Column("finding", _("Finding"), "finding", choices=HibCase.Finding, is_blank=True),
        Column("found_on", _("Found on"), "found_on", Kind.DATE, is_nullable=True),
    ),
    details=(Column("reasons", _("Reasons"), "reasons", needs=Permission.NARRATIVE_VIEW),),
    places={"district": "school__district_id", "school": "school_id"},
    about_students=True,
)
PATTERN_REVIEWS = RecordTable(
    PatternReview,
    "pattern-reviews",
    (
        ID,
        *_BESIDE_REMOVAL,
        Column("total_days", _("School days in the clock"), "total_days", Kind.DAYS),
        Column("is_similar", _("Behavior substantially similar"), "is_similar", Kind.YES_NO),
        Column("is_change_of_placement", _("Changes the placement"), "is_change_of_placement", Kind.YES_NO),
        Column("decided_on", _("Decided on"), "decided_on", Kind.DATE),
        _VOIDED,
    ),
    details=(
        Column("similarity", _("How alike the behavior was"), "similarity"),
        Column("length", _("The length of each removal"), "length"),
        Column("time_in_all", _("The total time"), "time_in_all"),
        Column("proximity", _("How close together"), "proximity"),
        Column("reasons", _("Reasons"), "reasons"),
        Column("decided_by", _("Who decided"), "decided_by"),
        _VOID_REASON,
    ),
    places=_PLACES_OF_REMOVAL,
    about_students=True,
)
DETERMINATIONS = RecordTable(
    ManifestationDetermination,
    "determinations",
    (
        ID,
        *_BESIDE_REMOVAL,
        Column("pattern_review", _("Pattern review"), "review__uid", Kind.ID, is_nullable=True),
        Column("decided_on", _("Placement changed on"), "decided_on", Kind.DATE),
        Column("due_on", _("Due on"), "due_on", Kind.DATE, is_nullable=True),
        Column("notice_on", _("Parents told on"), "notice_on", Kind.DATE, is_nullable=True),
        Column("held_on", _("Held on"), "held_on", Kind.DATE, is_nullable=True),
        Column(
            "caused_by_disability", _("Caused by disability"), "caused_by_disability", Kind.YES_NO, is_nullable=True
        ),
        Column("iep_not_implemented", _("IEP not carried out"), "iep_not_implemented", Kind.YES_NO, is_nullable=True),
        Column(
            "is_manifestation",
            _("A manifestation"),
            kind=Kind.YES_NO,
            is_nullable=True,
            gather=gather.answers_of_determinations,
        ),
        _VOIDED,
    ),
    details=(
        Column("disability_reasons", _("Reasons about the disability"), "disability_reasons"),
        Column("iep_reasons", _("Reasons about the IEP"), "iep_reasons"),
        Column("took_part", _("Who took part"), "took_part"),
        _VOID_REASON,
    ),
    places=_PLACES_OF_REMOVAL,
    about_students=True,
)
THRESHOLDS = RecordTable(
    Threshold,
    "thresholds",
    (
        ID,
        DISTRICT,
        Column("title", _("Title"), "title"),
        Column("count", _("Referrals"), "count", Kind.INTEGER),
        Column("days", _("In how many days"), "days", Kind.INTEGER),
        Column("level", _("Level"), "level"),
        Column("category", _("Category"), "category"),
        Column("action", _("What is to be done"), "action"),
        Column("within_days", _("Within how many school days"), "within_days", Kind.INTEGER),
        Column("ended", _("Ended"), "ended_at", Kind.IS_SET),
        Column("end_reason", _("Why it ended"), "end_reason"),
    ),
    places={"district": "district_id"},
)
THRESHOLD_TASKS = RecordTable(
    ThresholdTask,
    "threshold-tasks",
    (
        ID,
        Column("threshold", _("Threshold"), "threshold__uid", Kind.ID),
        Column("title", _("Title"), "threshold__title"),
        Column("action", _("What is to be done"), "threshold__action"),
        STUDENT,
        SCHOOL,
        Column("referral", _("Referral"), "referral__uid", Kind.ID),
        Column("counted", _("Referrals counted"), "counted", Kind.INTEGER),
        Column("due_on", _("Due on"), "due_on", Kind.DATE, is_nullable=True),
        Column("owner", _("Looked after by"), "owner__email", is_nullable=True),
        Column("state", _("State"), "state", choices=ThresholdTask.State),
        Column("closed_on", _("Closed on"), "closed_on", Kind.DATE, is_nullable=True),
    ),
    details=(Column("note", _("What was done, or why not"), "note"),),
    places={"district": "school__district_id", "school": "school_id", "student": "student_id"},
    about_students=True,
)
