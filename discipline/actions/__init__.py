"""What may be done with the legal record, one module a noun. Every verb leaves an audit event in its transaction."""

from district.steps import StepNotAllowed

from .appeals import (
    APPEAL_STEPS,
    decide_appeal,
    file_appeal,
    schedule_hearing,
    withdraw_appeal,
)
from .drafts import discard_draft, forget_drafts, purge_drafts, save_draft
from .due_process import (
    STEP_STEPS,
    allowed_steps,
    plan_step,
    recount_steps,
    set_not_needed,
    take_back_step,
    tick_step,
)
from .linking import (
    MergePlan,
    link_incidents,
    linked_to,
    merge_incidents,
    plan_merge,
    unlink_incidents,
)
from .mending import (
    amend_incident,
    amend_refusal,
    families_known_to,
    log_family_contact,
    may_amend,
    void_part,
)
from .offering import Offer
from .outcomes import outcome_of
from .recording import Logged, OtherPart, Part, add_other_person, add_part, log_referral
from .removing import change_removal, mark_served, order_removal, overturn_removal, served_of, state_of
from .reviewing import (
    RemovalOrder,
    answer_referral,
    decide_referral,
    refusal_words,
    reopen_referral,
    return_referral,
    take_referral,
    void_response,
)
from .voiding import (
    CHANGED_BY_IMPORT,
    RESTORED_BY_IMPORT,
    VOIDED_BY_IMPORT,
    removal_steps,
    void_referral,
    void_removal,
)

__all__ = [
    "APPEAL_STEPS",
    "CHANGED_BY_IMPORT",
    "RESTORED_BY_IMPORT",
    "STEP_STEPS",
    "VOIDED_BY_IMPORT",
    "Logged",
    "MergePlan",
    "Offer",
    "OtherPart",
    "Part",
    "RemovalOrder",
    "StepNotAllowed",
    "add_other_person",
    "add_part",
    "allowed_steps",
    "amend_incident",
    "amend_refusal",
    "answer_referral",
    "change_removal",
    "decide_appeal",
    "decide_referral",
    "discard_draft",
    "families_known_to",
    "file_appeal",
    "forget_drafts",
    "link_incidents",
    "linked_to",
    "log_family_contact",
    "log_referral",
    "mark_served",
    "may_amend",
    "merge_incidents",
    "order_removal",
    "outcome_of",
    "overturn_removal",
    "plan_merge",
    "plan_step",
    "purge_drafts",
    "recount_steps",
    "refusal_words",
    "removal_steps",
    "reopen_referral",
    "return_referral",
    "save_draft",
    "schedule_hearing",
    "served_of",
    "set_not_needed",
    "state_of",
    "take_back_step",
    "take_referral",
    "tick_step",
    "unlink_incidents",
    "void_part",
    "void_referral",
    "void_removal",
    "void_response",
    "withdraw_appeal",
]
