"""Routes of the ground floor."""

from district.access import Role
from district.models import (
    AuditEvent,
    District,
    Enrollment,
    ImportBatch,
    Memorandum,
    Organization,
    School,
    SchoolYear,
    Staff,
    Student,
)
from tests.doors.kinds import (
    AUDIT,
    EVERYBODY,
    IMPORTS,
    MEMORANDA,
    ORGANIZATIONS,
    RECORDS,
    REFERRERS,
    STAFF,
    Door,
    collection,
    own_organization,
)

PARTNER_WRITERS = frozenset({Role.PARTNER, Role.LEADER})
LEADER = frozenset({Role.LEADER})
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
    "student_list": Door(RECORDS),
    "staff_list": Door(STAFF),
    "school_list": Door(EVERYBODY),
    "school_detail": Door(EVERYBODY, model=School),
    "organization_list": Door(ORGANIZATIONS),
    "organization_detail": Door(ORGANIZATIONS, model=Organization, visible=own_organization),
    "memorandum_list": Door(MEMORANDA),
    "memorandum_detail": Door(MEMORANDA, model=Memorandum, visible=own_organization),
    "import_list": Door(IMPORTS),
    "import_detail": Door(IMPORTS, model=ImportBatch),
    "audit_event_list": Door(AUDIT),
    "help_roles": Door(EVERYBODY),
}
