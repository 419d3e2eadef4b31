"""Routes of the legal record of discipline."""

from discipline.models import (
    Behavior,
    Incident,
    IncidentLink,
    Involvement,
    Referral,
    ReferralDraft,
    ReferralResponse,
    Removal,
    RuleVersion,
)
from tests.doors.kinds import (
    CONDUCT,
    EVERYBODY,
    RECORDS,
    REFERRALS,
    REFERRERS,
    RULE_EDITORS,
    RULES,
    VOIDERS,
    Door,
    collection,
    listing,
    made_by_staff,
    nobody,
    nothing_made,
)

DECIDERS = VOIDERS
CONFLICT = frozenset({409})
MOVED = frozenset({302})


def step(readers, model, **more) -> Door:
    """A page with one form, or an endpoint of one step: those who may read it may also send it."""
    return Door(readers, writers=readers, model=model, **more)


def api_step(readers, model, writers=DECIDERS, **more) -> Door:
    """An endpoint of one step of a record that others read too."""
    return Door(readers, writers=writers, model=model, is_action=True, **more)


DOORS: dict[str, Door] = {
    **collection("incidents", Incident, RECORDS, patchers=REFERRERS, patched=frozenset({200, 409})),
    **collection("referrals", Referral, REFERRALS, writers=REFERRERS, visible=nothing_made),
    **collection("removals", Removal, RECORDS, writers=DECIDERS),
    **collection("suspensions", Removal, RECORDS),
    **collection("behaviors", Behavior, EVERYBODY, writers=CONDUCT, patchers=CONDUCT),
    # The behaviors of the small world have no last day, so none can be copied to the next year.
    "api-behaviors-copy": Door(EVERYBODY, writers=CONDUCT, model=Behavior, is_action=True, posted=frozenset({409})),
    "api-behaviors-coverage": Door(EVERYBODY),
    **collection("rules", RuleVersion, RULES),
    "api-removals-void": Door(RECORDS, writers=VOIDERS, model=Removal, is_action=True),
    "api-suspensions-void": Door(RECORDS, writers=VOIDERS, model=Removal, is_action=True),
    "api-referrals-void": Door(REFERRALS, writers=VOIDERS, model=Referral, is_action=True, visible=nothing_made),
    "api-removals-change": api_step(RECORDS, Removal),
    "api-removals-serve": api_step(RECORDS, Removal),
    "api-suspensions-change": api_step(RECORDS, Removal),
    "api-suspensions-serve": api_step(RECORDS, Removal),
    "api-referrals-take": api_step(REFERRALS, Referral, posted=CONFLICT, visible=nothing_made),
    "api-referrals-return": api_step(REFERRALS, Referral, visible=nothing_made),
    "api-referrals-answer": api_step(REFERRALS, Referral, writers=REFERRERS, visible=nobody),
    "api-referrals-decide": api_step(REFERRALS, Referral, posted=CONFLICT, visible=nothing_made),
    "api-referrals-reopen": api_step(REFERRALS, Referral, visible=nothing_made),
    "api-referrals-void-response": api_step(REFERRALS, Referral, visible=nothing_made),
    "api-incidents-parts": api_step(RECORDS, Incident, writers=REFERRERS),
    "api-incidents-people": api_step(RECORDS, Incident),
    "api-incidents-family-contacts": api_step(RECORDS, Incident, writers=REFERRERS, visible=nothing_made),
    "api-incidents-void-part": api_step(RECORDS, Incident),
    "api-incidents-links": api_step(RECORDS, Incident),
    "api-incidents-unlink": api_step(RECORDS, Incident),
    "api-incidents-merge": api_step(RECORDS, Incident),
    "referral_review": listing(DECIDERS),
    "referral_take": step(DECIDERS, Referral, is_action=True, posted=MOVED),
    "referral_return": step(DECIDERS, Referral, shown=MOVED),
    "referral_answer": step(REFERRERS, Referral, visible=nobody),
    "referral_decide": step(DECIDERS, Referral, shown=MOVED, posted=CONFLICT),
    "referral_reopen": step(DECIDERS, Referral),
    "referral_void": step(VOIDERS, Referral),
    "referral_response_void": step(DECIDERS, ReferralResponse),
    "incident_amend": step(REFERRERS, Incident, shown=frozenset({200, 302}), posted=frozenset({302, 409})),
    "incident_person": step(DECIDERS, Incident),
    "incident_family": step(REFERRERS, Incident, visible=nothing_made),
    "incident_link": step(DECIDERS, Incident),
    "incident_merge": step(DECIDERS, Incident),
    "incident_part_void": step(DECIDERS, Involvement),
    "incident_unlink": step(DECIDERS, IncidentLink, visible=nobody),
    "removal_order": step(DECIDERS, Referral),
    "removal_calendar": Door(RECORDS),
    "removal_served": step(DECIDERS, Removal, is_action=True, posted=MOVED),
    "removal_change": step(DECIDERS, Removal),
    "removal_void": step(VOIDERS, Removal),
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
    "rule_list": listing(RULES),
    "rule_detail": Door(RULES, model=RuleVersion),
    "rule_new": Door(RULE_EDITORS, writers=RULE_EDITORS),
    "rule_change": Door(RULE_EDITORS, writers=RULE_EDITORS, model=RuleVersion),
    "rule_sign_off": Door(RULE_EDITORS, writers=RULE_EDITORS, model=RuleVersion),
    "response_list": listing(RULES),
    "response_change": Door(RULE_EDITORS, writers=RULE_EDITORS),
    "clock_settings": Door(RULE_EDITORS, writers=RULE_EDITORS),
}
