"""Routes of the floor that reads all others."""

from commitments.models import Concern
from dashboards.models import PassedOn
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
    VOIDERS,
    Door,
    collection,
    listing,
    nobody,
    own_organization,
)

DUTIES = MEMORANDA | {Role.COORDINATOR, Role.OFFICER, Role.FACILITATOR, Role.OMBUDS}
COUNTING = frozenset({Role.OMBUDS, Role.PARTNER, Role.TRAINER, Role.LEADER})
OMBUDS = frozenset({Role.OMBUDS})
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
    "concern_patterns": Door(COUNTING),
    "api_concern_patterns": Door(COUNTING),
    # What came after concerns: the ombuds alone
    "api_concern_after": Door(OMBUDS, writers=OMBUDS),
    # The small world's concerns are about no child that was sent home.
    "concern_pass_on": Door(OMBUDS, writers=OMBUDS, model=Concern, visible=own_organization, posted=frozenset({409})),
    "api_concern_pass_on": Door(OMBUDS, writers=OMBUDS, is_action=True),
    "passed_on_list": Door(VOIDERS),
    "passed_on_step": Door(VOIDERS, writers=VOIDERS, model=PassedOn),
    "api_passed_on": Door(VOIDERS, writers=VOIDERS),
    "concern_after_list": Door(OMBUDS),
    "concern_after": Door(OMBUDS, model=Concern, visible=own_organization),
    "concern_look_into": Door(OMBUDS, writers=OMBUDS, model=Concern, visible=nobody, keys=(("mark", "0" * 64),)),
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
