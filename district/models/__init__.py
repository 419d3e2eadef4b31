"""The ground floor's records."""

from .accounts import ActiveGrant, ApiToken, RoleGrant, User
from .audit import OF_A_CIRCLE, AuditEvent
from .base import DistrictScopedQuerySet, Record
from .codes import CODE_SYSTEMS, Grade, Race, SchoolLevel, Sex, level_of
from .families import Guardian
from .imports import ImportBatch
from .merges import StudentMerge
from .notes import StudentNote
from .notices import CalendarLink, MailChoice, Notice
from .partners import Memorandum, Organization
from .people import Enrollment, Person, ProgramStatus, Staff, StaffAssignment, Student
from .places import CalendarDay, District, School, SchoolYear, calendar_of, calendars_of
from .saved_views import SavedView
from .scope import ScopedQuerySet
from .seats import SeatAllotment

__all__ = [
    "CODE_SYSTEMS",
    "OF_A_CIRCLE",
    "ActiveGrant",
    "ApiToken",
    "AuditEvent",
    "CalendarDay",
    "CalendarLink",
    "District",
    "DistrictScopedQuerySet",
    "Enrollment",
    "Grade",
    "Guardian",
    "ImportBatch",
    "MailChoice",
    "Memorandum",
    "Notice",
    "Organization",
    "Person",
    "ProgramStatus",
    "Race",
    "Record",
    "RoleGrant",
    "SavedView",
    "School",
    "SchoolLevel",
    "SchoolYear",
    "ScopedQuerySet",
    "SeatAllotment",
    "Sex",
    "Staff",
    "StaffAssignment",
    "Student",
    "StudentMerge",
    "StudentNote",
    "User",
    "calendar_of",
    "calendars_of",
    "level_of",
]
