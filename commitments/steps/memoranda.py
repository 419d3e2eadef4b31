"""Steps of memoranda, of a partner's own log, and of documents."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from commitments.actions import activities, documents, memoranda
from commitments.forms import memoranda as forms
from commitments.models import EndChange
from district.access import Permission
from district.step_forms import ReasonForm
from district.step_pages import Step, steps_of

EDIT, APPROVE = Permission.MEMORANDUM_EDIT, Permission.MEMORANDUM_APPROVE


def waits(memorandum: Any) -> bool:
    """Whether a change of the end that the organization proposed waits for the district."""
    return memorandum.end_changes.filter(status=EndChange.Status.PROPOSED).exists()


def add_document(*, memorandum: Any, **values: Any) -> Any:
    """Keep a file with a memorandum."""
    return documents.add_document(memorandum=memorandum, **values)


MEMORANDUM_STEPS = steps_of(
    Step(
        "terms",
        "memorandum",
        words=_("Write down its terms"),
        title=_("What does it say?"),
        permission=EDIT,
        form_class=forms.TermsForm,
        verb=memoranda.set_terms,
        done=_("The terms are saved."),
    ),
    Step(
        "add-person",
        "memorandum",
        words=_("Add a signatory or contact"),
        title=_("Who signed it, or can be asked about it?"),
        permission=EDIT,
        form_class=forms.PersonForm,
        verb=memoranda.add_person,
        done=_("The person is added."),
    ),
    Step(
        "end-person",
        "memorandum",
        words=_("A contact leaves"),
        title=_("Which contact leaves?"),
        permission=EDIT,
        form_class=forms.EndPersonForm,
        verb=memoranda.end_person,
        done=_("The contact is ended and stays on record."),
        is_open=lambda memorandum: memorandum.people.filter(part="contact", ended_on=None).exists(),
    ),
    Step(
        "add-document",
        "memorandum",
        words=_("Add a document"),
        title=_("Which document belongs to it?"),
        permission=EDIT,
        form_class=forms.DocumentForm,
        verb=add_document,
        done=_("The document is kept."),
    ),
    Step(
        "extend",
        "memorandum",
        words=_("Extend it"),
        title=_("Until when is it extended?"),
        about=_("An end is never edited: the former one stays on record. A partner proposes, the district agrees."),
        permission=EDIT,
        form_class=forms.ExtendForm,
        verb=memoranda.extend,
        done=_("The extension is on record."),
        is_open=lambda memorandum: memorandum.ends_on is not None and not waits(memorandum),
    ),
    Step(
        "end-early",
        "memorandum",
        words=_("End it early"),
        title=_("When does it end?"),
        permission=EDIT,
        form_class=forms.EndEarlyForm,
        verb=memoranda.end_early,
        done=_("The early end is on record."),
        is_open=lambda memorandum: not waits(memorandum),
    ),
    Step(
        "decide-end",
        "memorandum",
        words=_("Agree to the new end, or decline"),
        title=_("Does the district agree to the new end?"),
        permission=APPROVE,
        form_class=forms.DecideEndForm,
        verb=memoranda.decide_end,
        done=_("The district’s word is on record."),
        is_open=waits,
        is_main=True,
    ),
    Step(
        "renew",
        "memorandum",
        words=_("Renew it"),
        title=_("Which memorandum follows it?"),
        about=_("Parties, schools, terms and contacts are taken over."),
        permission=APPROVE,
        form_class=forms.RenewForm,
        verb=memoranda.renew,
        done=_("The renewal is made."),
        is_open=lambda memorandum: getattr(memorandum, "renewal", None) is None,
    ),
    Step(
        "designate",
        "memorandum",
        words=_("Designate school officials"),
        title=_("For which function do the partner’s people count as school officials?"),
        about=_(
            "34 CFR 99.31(a)(1)(i)(B): they do what employees would otherwise do, under the direct control of the "
            "district, and may use records for that only. It gives nobody a sign-in."
        ),
        permission=APPROVE,
        form_class=forms.DesignationForm,
        verb=memoranda.designate,
        done=_("The designation is on record."),
    ),
    Step(
        "end-designation",
        "memorandum",
        words=_("End a designation early"),
        title=_("Which designation ends early?"),
        permission=APPROVE,
        form_class=forms.EndDesignationForm,
        verb=memoranda.end_designation,
        done=_("The designation is ended."),
        is_open=lambda memorandum: memorandum.designations.filter(ended_on=None).exists(),
    ),
    Step(
        "plan-review",
        "memorandum",
        words=_("Plan a review"),
        title=_("When do both sides look at it together?"),
        permission=EDIT,
        form_class=forms.PlanReviewForm,
        verb=memoranda.plan_review,
        done=_("The review is planned."),
    ),
    Step(
        "hold-review",
        "memorandum",
        words=_("Record a review"),
        title=_("What came of the review?"),
        permission=EDIT,
        form_class=forms.HoldReviewForm,
        verb=memoranda.hold_review,
        done=_("The review is on record."),
        is_open=lambda memorandum: memorandum.reviews.filter(held_on=None, voided_at=None).exists(),
    ),
    Step(
        "cancel-review",
        "memorandum",
        words=_("Cancel a review"),
        title=_("Which review will not be held?"),
        permission=EDIT,
        form_class=forms.CancelReviewForm,
        verb=memoranda.cancel_review,
        done=_("The review is canceled."),
        is_open=lambda memorandum: memorandum.reviews.filter(held_on=None, voided_at=None).exists(),
    ),
    Step(
        "log-activity",
        "memorandum",
        words=_("Log what you did"),
        title=_("What did your organization do?"),
        permission=Permission.ACTIVITY_LOG,
        form_class=forms.ActivityForm,
        verb=activities.log_activity,
        done=_("It is in your log."),
        is_main=True,
    ),
)
ACTIVITY_STEPS = steps_of(
    Step(
        "void",
        "activity",
        words=_("Void it"),
        title=_("Why is it voided?"),
        permission=Permission.ACTIVITY_LOG,
        form_class=ReasonForm,
        verb=activities.void_activity,
        done=_("It is voided and stays on record."),
        is_open=lambda activity: activity.voided_at is None,
    ),
)
DOCUMENT_STEPS = steps_of(
    Step(
        "void",
        "document",
        words=_("Take it out of use"),
        title=_("Why is it taken out of use?"),
        permission=EDIT,
        form_class=ReasonForm,
        verb=documents.void_document,
        done=_("Nobody can download it any more. Its entry stays."),
        is_open=lambda document: document.voided_at is None,
    ),
)
