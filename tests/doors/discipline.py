"""Routes of the legal record of discipline."""

from discipline.models import Behavior, Incident, Referral, ReferralDraft, Removal
from district.models import Student
from tests.doors.kinds import (
    EVERYBODY,
    RECORDS,
    REFERRALS,
    REFERRERS,
    VOIDERS,
    Door,
    collection,
    made_by_staff,
    nothing_made,
)

DOORS: dict[str, Door] = {
    **collection("incidents", Incident, RECORDS),
    **collection("referrals", Referral, REFERRALS, visible=nothing_made),
    **collection("removals", Removal, RECORDS),
    **collection("suspensions", Removal, RECORDS),
    **collection("behaviors", Behavior, EVERYBODY),
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
    "referral_list": Door(REFERRALS),
    "referral_detail": Door(REFERRALS, model=Referral, visible=nothing_made),
    "incident_list": Door(RECORDS),
    "incident_detail": Door(RECORDS, model=Incident),
    "removal_list": Door(RECORDS),
    "removal_detail": Door(RECORDS, model=Removal),
    "suspension_list": Door(RECORDS),
    "behavior_list": Door(EVERYBODY),
    "behavior_detail": Door(EVERYBODY, model=Behavior),
}
