"""The columns of a discipline file: one row is one person's part in one incident, one behavior, at most one removal."""

from __future__ import annotations

COLUMNS = (
    "incident_id",
    "school_id",
    "occurred_on",
    "occurred_time",
    "location",
    "student_id",
    "role",
    "behavior_code",
    "description",
    "reported_by",
    "law_enforcement",
    "removal",
    "removal_id",
    "begins_on",
    "ends_on",
    "days",
    "services_provided",
    "response",
    "void",
)
REQUIRED = ("incident_id", "school_id", "occurred_on", "student_id")
RESPONSIBLE_ONLY = ("behavior_code", "removal", "law_enforcement", "response")
REMOVAL_ONLY = ("removal_id", "begins_on", "ends_on", "days", "services_provided")
