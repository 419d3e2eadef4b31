"""Forms of agreements: what was agreed, what came of it, when somebody asks again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from circles import agreement_rules as rules
from circles.models import AgreementTerm, Assent, CircleParticipant, FollowUp
from commitments.forms.fields import choice, day, districts, line
from district.access import Permission
from district.step_forms import RecordField, StepForm

SETTLED = [(code, label) for code, label in AgreementTerm.Status.choices if code in ("met", "partly", "not_met")]


def parties(user: Any, record: Any) -> Any:
    """The people who were in the circle of an agreement."""
    if record is None:
        return CircleParticipant.objects.none()
    rows = CircleParticipant.objects.standing().filter(circle=record.circle, attended=True)
    return rows.select_related("student__person").order_by("pk")


def silent(user: Any, record: Any) -> Any:
    """Those of them who have not said yes to it."""
    return parties(user, record).filter(assent=None)


def names_checked() -> forms.BooleanField:
    """Somebody has looked that no student is named."""
    return forms.BooleanField(label=_("I have looked: no student is named here"), required=False)


class AgreeForm(StepForm):
    """That something was agreed."""

    agreed_on = day(_("Day of the agreement"))
    owner = line(
        _("Who answers for the follow-up?"),
        length=254,
        help_text=_("E-mail address of somebody who works on cases here."),
    )
    completion_on = day(_("Meeting at the end"), required=False, help_text=_("In which people look at what was kept."))
    intervals = line(
        _("When does somebody ask again?"),
        required=False,
        length=100,
        help_text=_("Days after the agreement, such as 14, 42. Empty: as the district does."),
    )

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"agreed_on": record.held_on, "owner": record.owner.email if record.owner else ""}


class AgreementTermForm(StepForm):
    """One thing that was agreed."""

    owed_by = RecordField(parties, label=_("Who does it?"), empty_label=_("Choose"))
    owed_to = RecordField(parties, required=False, label=_("For whom?"), empty_label=_("for everybody"))
    kind = choice(_("What kind?"), AgreementTerm.Kind.choices)
    text = line(_("What?"), length=500, help_text=_("In their own words, without names: both families read it."))
    due_on = day(_("By when?"))
    checks = line(_("Looked at before"), required=False, help_text=_("Days as 2026-11-10, separated by commas."))
    evidence = line(_("How does one see it?"), required=False, length=300)
    names_checked = names_checked()


class SettleForm(StepForm):
    """What came of a term."""

    status = choice(_("What came of it?"), SETTLED)
    on = day(_("Day"))
    note = line(_("In a few words"), required=False, length=300)


class WaiveForm(StepForm):
    """That a term is not asked for any more."""

    on = day(_("Day"))
    note = line(_("In a few words"), required=False, length=300)


class RenegotiateForm(WaiveForm):
    """Another term in its place."""

    text = line(_("What instead?"), length=500)
    due_on = day(_("By when?"))
    names_checked = names_checked()

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"text": record.text}


class AssentForm(StepForm):
    """That somebody said yes."""

    participant = RecordField(silent, label=_("Who said yes?"), empty_label=_("Choose"))
    on = day(_("Day"))
    way = choice(_("How?"), Assent.Way.choices)
    witness = line(_("Witnessed by"), required=False, help_text=_("An adult, where it was spoken."))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"on": record.agreed_on}


class FollowUpOwnerForm(StepForm):
    """Who answers for the follow-up."""

    owner = line(_("Who answers for the follow-up?"), length=254, help_text=_("E-mail address."))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"owner": record.owner.email}


class CompletionMeetingForm(StepForm):
    """The meeting at the end."""

    on = day(_("Day"))

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"on": record.completion_on}


class FollowUpForm(StepForm):
    """What somebody found when they asked."""

    on = day(_("Day"))
    outcome = choice(_("How does it go?"), FollowUp.Outcome.choices)


class IntervalsForm(StepForm):
    """When a district asks again."""

    district = districts(Permission.CREDENTIAL_EDIT)
    intervals = line(_("Days after an agreement"), length=100, help_text=_("Such as 14, 30, 60, 90."))
    valid_from = day(_("From"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["intervals"].initial = ", ".join(map(str, rules.DEFAULT_INTERVALS))
