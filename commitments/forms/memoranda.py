"""Forms of memoranda, of their documents and of a partner's own log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.actions.memoranda import AGREE, DECLINE
from commitments.models import Designation, MemorandumPerson, PartnerActivity, Review, Signer
from commitments.uploads import ACCEPTED
from district.step_forms import RecordField, StepForm

from .fields import choice, day, decimal_number, line, paragraph, whole_number


class TermsForm(StepForm):
    """What a memorandum says."""

    scope = paragraph(_("What it is about"), required=False, length=2000)
    data_sharing = paragraph(
        _("Data-sharing terms"), required=False, rows=6, help_text=_("What may be shared, for what, and for how long.")
    )
    notice_days = whole_number(
        _("Notice before an early end, in days"), highest=1000, help_text=_("Empty: the memorandum asks for none.")
    )

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        terms = getattr(record, "terms", None)
        return {name: getattr(terms, name) for name in cls.base_fields} if terms else {}


class DesignationForm(StepForm):
    """A function for which the organization's people count as school officials."""

    function = line(
        _("Function"), length=500, help_text=_("What they do that employees would otherwise do, such as keep circles.")
    )
    begins_on = day(_("Begins on"))
    expires_on = day(_("Expires on"), help_text=_("At the latest when the memorandum ends."))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"begins_on": record.begins_on, "expires_on": record.ends_on}


class EndDesignationForm(StepForm):
    """A designation to end early."""

    designation = RecordField(
        lambda user, record: Designation.objects.filter(memorandum=record, ended_on=None), label=_("Designation")
    )
    ended_on = day(_("Last day"))
    reason = line(_("Reason"), length=500)


class PersonForm(StepForm):
    """Somebody who signed a memorandum or is to be asked about it."""

    part = choice(_("What is their part?"), MemorandumPerson.Part.choices)
    side = choice(_("For whom do they stand?"), Signer.choices)
    name = line(_("Name"))
    title = line(_("Title or office"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    phone = line(_("Phone"), required=False, length=40)
    signed_on = day(_("Signed on"), required=False)


class EndPersonForm(StepForm):
    """A contact who leaves."""

    person = RecordField(
        lambda user, record: MemorandumPerson.objects.filter(memorandum=record, ended_on=None, part="contact"),
        label=_("Contact"),
    )
    ended_on = day(_("Until"))


class ExtendForm(StepForm):
    """A later end."""

    ends_on = day(_("New end"), help_text=_("The former end stays on record."))
    reason = line(_("Reason"), length=500)


class EndEarlyForm(StepForm):
    """An earlier end."""

    ends_on = day(_("New end"), help_text=_("At the earliest after the notice that the memorandum asks for."))
    reason = line(_("Reason"), length=500)


class DecideEndForm(StepForm):
    """The district's word on a change of the end that the organization proposed."""

    decision = choice(_("What does the district say?"), [(AGREE, _("Agree")), (DECLINE, _("Decline"))])
    note = line(_("Note"), required=False, length=500, help_text=_("Needed when it is declined."))


class RenewForm(StepForm):
    """The memorandum that follows."""

    title = line(_("Title"))
    begins_on = day(_("Begins on"))
    ends_on = day(_("Ends on"), required=False)
    signed_on = day(_("Signed on"), required=False)

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"title": record.title}


class PlanReviewForm(StepForm):
    """A review to plan."""

    planned_on = day(_("Planned for"))


def planned_reviews(user: Any, record: Any) -> Any:
    """Reviews of a memorandum that are still planned."""
    return Review.objects.standing().filter(memorandum=record, held_on=None)


class HoldReviewForm(StepForm):
    """A review that was held."""

    review = RecordField(planned_reviews, label=_("Which review?"))
    held_on = day(_("Held on"))
    present = line(_("Who was there"), required=False, length=500)
    summary = paragraph(_("What was said"), required=False, rows=6)


class CancelReviewForm(StepForm):
    """A review that will not be held."""

    review = RecordField(planned_reviews, label=_("Which review?"))
    reason = line(_("Reason"), length=500)


class ActivityForm(StepForm):
    """One piece of a partner's work."""

    groups = (
        (_("What was done?"), ("kind", "happened_on", "title")),
        (_("How much was it?"), ("hours", "people_reached", "cases_brought", "funding")),
        (_("Anything else?"), ("note",)),
    )

    kind = choice(_("Kind"), PartnerActivity.Kind.choices)
    happened_on = day(_("Day"))
    title = line(_("In a few words"))
    hours = decimal_number(_("Hours"), digits=7)
    people_reached = whole_number(_("People reached"))
    cases_brought = whole_number(_("Cases brought"))
    funding = decimal_number(_("Funding in dollars"))
    note = paragraph(_("Note"), required=False, length=2000, help_text=_("Leave out every name of a student."))


class DocumentForm(StepForm):
    """A file to keep with a record."""

    title = line(_("What is it?"))
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=_("PDF, PNG, JPEG, Word, Excel or OpenDocument, at most 10 MB. Leave out every name of a student."),
    )
