"""Routes of the ground floor."""

from district.access import Role
from district.models import (
    AuditEvent,
    District,
    Enrollment,
    Guardian,
    ImportBatch,
    Memorandum,
    Organization,
    SavedView,
    School,
    SchoolYear,
    SeatAllotment,
    Staff,
    Student,
    StudentNote,
)
from tests.doors.kinds import (
    AUDIT,
    CUSTODIAN,
    EVERYBODY,
    GRANTS,
    IMPORTS,
    MEMORANDA,
    NOTE_WRITERS,
    NOTES,
    ORGANIZATIONS,
    RECORDS,
    REFERRERS,
    STAFF,
    Door,
    collection,
    listing,
    own_organization,
)

PARTNER_WRITERS = frozenset({Role.PARTNER, Role.LEADER})
LEADER = frozenset({Role.LEADER})


def ones_own(role: Role, place: str) -> bool:
    """The rule of saved views: in the small world the officer and leadership have one each, and see no other."""
    return (role, place) in {(Role.OFFICER, "north"), (Role.LEADER, "district")}


DOORS: dict[str, Door] = {
    **collection("districts", District, EVERYBODY),
    **collection("schools", School, EVERYBODY),
    **collection("school-years", SchoolYear, EVERYBODY),
    **collection("students", Student, RECORDS),
    **collection("enrollments", Enrollment, RECORDS),
    **collection("staff", Staff, STAFF),
    **collection(
        "organizations", Organization, ORGANIZATIONS, writers=LEADER, patchers=LEADER, visible=own_organization
    ),
    **collection(
        "memoranda",
        Memorandum,
        MEMORANDA,
        writers=PARTNER_WRITERS,
        patchers=PARTNER_WRITERS,
        visible=own_organization,
    ),
    **collection("imports", ImportBatch, IMPORTS),
    **collection("audit-events", AuditEvent, AUDIT),
    "api_student_lookup": Door(REFERRERS, writers=REFERRERS, is_action=True),
    **collection("guardians", Guardian, RECORDS, writers=CUSTODIAN, patchers=CUSTODIAN),
    "api-guardians-void": Door(RECORDS, writers=CUSTODIAN, model=Guardian, is_action=True),
    **collection("student-notes", StudentNote, NOTES, writers=NOTE_WRITERS),
    "api-student-notes-void": Door(NOTES, writers=NOTE_WRITERS, model=StudentNote, is_action=True),
    "student_list": listing(RECORDS),
    "student_languages": Door(CUSTODIAN, writers=CUSTODIAN, model=Student, posted=frozenset({302})),
    "guardian_list": listing(RECORDS),
    "guardian_add": Door(CUSTODIAN, writers=CUSTODIAN, model=Student),
    "guardian_change": Door(CUSTODIAN, writers=CUSTODIAN, model=Guardian),
    "guardian_void": Door(CUSTODIAN, writers=CUSTODIAN, model=Guardian),
    "note_list": listing(NOTES, RECORDS),
    "note_add": Door(NOTE_WRITERS, writers=NOTE_WRITERS),
    "note_detail": Door(NOTES, model=StudentNote),
    "note_void": Door(NOTE_WRITERS, writers=NOTE_WRITERS, model=StudentNote),
    "staff_list": listing(STAFF),
    "school_list": listing(EVERYBODY),
    "school_detail": Door(EVERYBODY, model=School),
    "organization_list": listing(ORGANIZATIONS),
    "organization_detail": Door(ORGANIZATIONS, model=Organization, visible=own_organization),
    "memorandum_list": listing(MEMORANDA),
    "import_list": listing(IMPORTS),
    "memorandum_seats": Door(PARTNER_WRITERS, writers=PARTNER_WRITERS, model=Memorandum, visible=own_organization),
    "seats_withdraw": Door(PARTNER_WRITERS, writers=PARTNER_WRITERS, model=SeatAllotment, visible=own_organization),
    "import_detail": Door(IMPORTS, model=ImportBatch),
    "audit_event_list": listing(AUDIT),
    "organization_new": Door(LEADER, writers=LEADER),
    "organization_change": Door(LEADER, writers=LEADER, model=Organization),
    "memorandum_new": Door(PARTNER_WRITERS, writers=PARTNER_WRITERS),
    "grant_list": listing(GRANTS),
    "saved_view_list": listing(EVERYBODY),
    "saved_view_new": Door(EVERYBODY, writers=EVERYBODY),
    "saved_view_change": Door(EVERYBODY, writers=EVERYBODY, model=SavedView, visible=ones_own),
    "help_lists": Door(EVERYBODY),
    "help_roles": Door(EVERYBODY),
}
