"""What may be done with the legal record, one module a noun. Every verb leaves an audit event in its transaction."""

from district.steps import StepNotAllowed

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
    "StepNotAllowed",
    "removal_steps",
    "void_referral",
    "void_removal",
]
