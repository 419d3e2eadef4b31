"""What may be done with the legal record, one module a noun. Every verb leaves an audit event in its transaction."""

from district.steps import StepNotAllowed

from .drafts import discard_draft, purge_drafts, save_draft
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
from .outcomes import outcome_of
from .recording import Logged, OtherPart, Part, add_other_person, add_part, log_referral
from .removing import change_removal, mark_served, order_removal, served_of
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
    "CHANGED_BY_IMPORT",
    "RESTORED_BY_IMPORT",
    "VOIDED_BY_IMPORT",
    "Logged",
    "MergePlan",
    "OtherPart",
    "Part",
    "RemovalOrder",
    "StepNotAllowed",
    "add_other_person",
    "add_part",
    "amend_incident",
    "amend_refusal",
    "answer_referral",
    "change_removal",
    "decide_referral",
    "discard_draft",
    "families_known_to",
    "link_incidents",
    "linked_to",
    "log_family_contact",
    "log_referral",
    "mark_served",
    "may_amend",
    "merge_incidents",
    "order_removal",
    "outcome_of",
    "plan_merge",
    "purge_drafts",
    "refusal_words",
    "removal_steps",
    "reopen_referral",
    "return_referral",
    "save_draft",
    "served_of",
    "take_referral",
    "unlink_incidents",
    "void_part",
    "void_referral",
    "void_removal",
    "void_response",
]
