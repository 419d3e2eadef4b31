"""Routes of the floor that reads all others."""

from district.access import Role
from district.models import Student, StudentMerge
from tests.doors.kinds import (
    CUSTODIAN,
    EVERYBODY,
    MEMORANDA,
    RATES,
    RECORDS,
    REPORTERS,
    TRAINING,
    Door,
    collection,
    listing,
)

DUTIES = MEMORANDA | {Role.COORDINATOR, Role.OFFICER, Role.FACILITATOR, Role.OMBUDS}
OLDER = frozenset({Role.PRINCIPAL, Role.RECORDS})
DOORS: dict[str, Door] = {
    "api_suspension_rates": Door(RATES),
    "api_patterns": Door(RATES),
    "api_patterns_staff": Door(REPORTERS),
    **collection("student-merges", StudentMerge, CUSTODIAN, writers=CUSTODIAN),
    "student_detail": Door(RECORDS, model=Student),
    "student_older": Door(OLDER, writers=OLDER, model=Student),
    "student_access": Door(RECORDS, model=Student),
    "student_merge": Door(CUSTODIAN, writers=CUSTODIAN, model=Student),
    "student_duplicates": Door(CUSTODIAN),
    "student_merge_list": listing(CUSTODIAN),
    "api_training_coverage": Door(TRAINING),
    "api_restorative_offers": Door(RATES),
    "restorative_offers": Door(RATES),
    "api_circle_outcomes": Door(RATES),
    "circle_outcomes": Door(RATES),
    "api_circle_voices": Door(RATES),
    "circle_voices": Door(RATES),
    "desk": Door(EVERYBODY),
    "suspension_rates": Door(RATES),
    "patterns": Door(RATES),
    "patterns_staff": Door(REPORTERS),
    "training_coverage": Door(TRAINING),
    "not_reported": Door(frozenset({Role.RECORDS}), writers=frozenset({Role.RECORDS})),
    "duty_list": Door(DUTIES),
    "mail_choice": Door(DUTIES, writers=DUTIES),
    "calendar_link": Door(DUTIES, writers=DUTIES, is_action=True, posted=frozenset({302})),
    "duty_calendar": Door(DUTIES, public=True, answer=404),
    "help": Door(EVERYBODY),
    "help_methods": Door(EVERYBODY),
    "help_style": Door(EVERYBODY),
}
