"""Proposing, awarding, renewing, suspending, revoking: the steps of a certification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.filtering import IsoDateField
from district.verb_pages import RecordVerbPage
from training.actions import certifications as verbs
from training.actions.proposing import propose
from training.forms import ProposalForm, ReasonForm, ScopedForm
from training.models import Certification
from training.views_people import PersonPage


class CertificationPropose(PersonPage):
    """Propose somebody for a certification."""

    needs = Permission.CERTIFICATION_PROPOSE
    form_class = ProposalForm
    title = gettext_lazy("Propose for a certification")
    about = gettext_lazy("Another person, of another organization than the holder's, awards it.")
    submit_words = gettext_lazy("Propose")
    done_words = gettext_lazy("Proposed. Another organization decides.")

    def act(self, values: dict[str, Any]) -> str:
        is_recognized = values.pop("is_recognized")
        basis = Certification.Basis.RECOGNIZED if is_recognized else Certification.Basis.EARNED
        values["schools"] = tuple(values["schools"])
        certification = propose(practitioner=self.record, basis=basis, by=self.request.user, **values)
        return reverse("certification_detail", args=[certification.uid])


class CertificationStep(RecordVerbPage):
    """A step of a certification. Each of them needs another organization than the holder's."""

    needs = Permission.CERTIFICATION_AWARD
    model = Certification
    form_class: type[forms.Form] = ReasonForm
    step = ""

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("practitioner__person", "credential")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        who = {"name": self.record.practitioner.person.name, "credential": self.record.credential.name}
        return super().get_context_data(**context) | {"about": _("%(name)s: %(credential)s.") % who}

    def act(self, values: dict[str, Any]) -> str:
        getattr(verbs, self.step)(certification=self.record, by=self.request.user, **values)
        return reverse("certification_detail", args=[self.record.uid])


class AwardForm(ScopedForm):
    """From when on."""

    valid_from = IsoDateField(
        label=gettext_lazy("Valid from"), required=False, help_text=gettext_lazy("Today or later; empty: today.")
    )


class CertificationAward(CertificationStep):
    """Award it."""

    step = verbs.AWARD
    form_class = AwardForm
    title = gettext_lazy("Award the certification")
    submit_words = gettext_lazy("Award")
    done_words = gettext_lazy("Awarded. The certificate has its number.")


class CertificationDecline(CertificationStep):
    """Do not award it."""

    step = verbs.DECLINE
    title = gettext_lazy("Do not award the certification")
    submit_words = gettext_lazy("Do not award")
    done_words = gettext_lazy("Saved. It may be proposed again.")


class CertificationSuspend(CertificationStep):
    """Suspend it."""

    step = verbs.SUSPEND
    title = gettext_lazy("Suspend the certification")
    submit_words = gettext_lazy("Suspend from today")
    done_words = gettext_lazy("Suspended. It is not valid until this is lifted.")


class CertificationReinstate(CertificationStep):
    """Lift a suspension."""

    step = verbs.REINSTATE
    title = gettext_lazy("Lift the suspension")
    submit_words = gettext_lazy("Lift it from today")
    done_words = gettext_lazy("Lifted. The certificate is valid again.")


class CertificationRevoke(CertificationStep):
    """Revoke it for good."""

    step = verbs.REVOKE
    title = gettext_lazy("Revoke the certification")
    submit_words = gettext_lazy("Revoke from today")
    done_words = gettext_lazy("Revoked.")


class CertificationLapse(CertificationStep):
    """Let it lapse."""

    step = verbs.LAPSE
    title = gettext_lazy("Let the certification lapse")
    submit_words = gettext_lazy("Let it lapse from today")
    done_words = gettext_lazy("Lapsed.")


class RenewForm(ScopedForm):
    """By what was done, or by a review."""

    by_review = forms.BooleanField(
        label=gettext_lazy("By a review, not by what the requirements count"), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("What the review found"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("It stays on record."),
    )


class CertificationRenew(CertificationStep):
    """Renew it."""

    step = verbs.RENEW
    form_class = RenewForm
    title = gettext_lazy("Renew the certification")
    submit_words = gettext_lazy("Renew")
    done_words = gettext_lazy("Renewed.")
