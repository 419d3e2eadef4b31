"""Routes of the legal record of discipline."""

from discipline.models import Behavior, Incident, Referral, ReferralDraft, Removal
from district.models import Student
from tests.doors.kinds import (
    CONDUCT,
    EVERYBODY,
    RECORDS,
    REFERRALS,
    REFERRERS,
    VOIDERS,
    Door,
    collection,
    listing,
    made_by_staff,
    nothing_made,
)

DOORS: dict[str, Door] = {
    **collection("incidents", Incident, RECORDS),
    **collection("referrals", Referral, REFERRALS, visible=nothing_made),
    **collection("removals", Removal, RECORDS),
    **collection("suspensions", Removal, RECORDS),
    **collection("behaviors", Behavior, EVERYBODY, writers=CONDUCT, patchers=CONDUCT),
    # The behaviors of the small world have no last day, so none can be copied to the next year.
    "api-behaviors-copy": Door(EVERYBODY, writers=CONDUCT, model=Behavior, is_action=True, posted=frozenset({409})),
    "api-behaviors-coverage": Door(EVERYBODY),
    "api-removals-void": Door(RECORDS, writers=VOIDERS, model=Removal, is_action=True),
    "api-suspensions-void": Door(RECORDS, writers=VOIDERS, model=Removal, is_action=True),
    "api-referrals-void": Door(REFERRALS, writers=VOIDERS, model=Referral, is_action=True, visible=nothing_made),
    "referral_new": Door(REFERRERS, writers=REFERRERS, posted=frozenset({400})),
    "referral_draft_list": Door(REFERRERS),
    "referral_draft_discard": Door(
        REFERRERS,
        writers=REFERRERS,
        model=ReferralDraft,
        is_action=True,
        posted=frozenset({302}),
        visible=made_by_staff,
    ),
    "referral_sent": Door(REFERRERS, model=Incident, visible=made_by_staff),
    "student_detail": Door(RECORDS, model=Student),
    "referral_list": listing(REFERRALS, RECORDS),
    "referral_detail": Door(REFERRALS, model=Referral, visible=nothing_made),
    "incident_list": listing(RECORDS),
    "incident_detail": Door(RECORDS, model=Incident),
    "removal_list": listing(RECORDS),
    "removal_detail": Door(RECORDS, model=Removal),
    "suspension_list": listing(RECORDS),
    "behavior_list": listing(EVERYBODY),
    "behavior_detail": Door(EVERYBODY, model=Behavior),
    "behavior_mapping": Door(EVERYBODY),
    "behavior_new": Door(CONDUCT, writers=CONDUCT),
    "behavior_change": Door(CONDUCT, writers=CONDUCT, model=Behavior),
    "behavior_end": Door(CONDUCT, writers=CONDUCT, model=Behavior),
    "behavior_copy": Door(CONDUCT, writers=CONDUCT, model=Behavior),
}
