"""Writing pages of removals: order one over a decided referral, change its terms, void it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import actions, tables
from discipline import removal_states as states
from discipline.forms_removals import ChangeForm, OrderForm, OverturnForm, terms_at_first
from discipline.models import Referral, Removal
from discipline.models.codes import SUSPENSIONS
from discipline.views import titles_of
from discipline.views_judging import JudgedPage
from discipline.views_records import when_words
from district.access import Permission
from district.page_parts import Fact, school_days_words, span_words
from district.record_forms import ReasonForm, RecordFormPage


class OrderPage(JudgedPage, RecordFormPage):
    """Order a removal over a referral that is on record."""

    needs = Permission.REMOVAL_RECORD
    table = tables.REFERRALS
    form_class = OrderForm
    template_name = "discipline/removal_form.html"
    title = gettext_lazy("Which removal is ordered?")
    about = gettext_lazy("Restorative and supporting responses stand beside it.")
    submit_words = gettext_lazy("Order the removal")
    done = gettext_lazy("Ordered.")

    def records(self) -> models.QuerySet:
        rows = Referral.objects.all().allowed(self.request.user, Permission.REMOVAL_RECORD)
        return rows.select_related("incident", "school__district", "student__person", "school_year__district")

    def refusal(self) -> str:
        is_voided = self.record.status == Referral.Status.VOIDED
        return _("The referral was voided, so nothing can be ordered over it.") if is_voided else ""

    def facts(self) -> list[Fact]:
        parts = self.record.incident.involvements.filter(student=self.record.student_id)
        behaviors = titles_of(parts, "student").get(self.record.student_id, _("none named"))
        return [Fact(_("What"), behaviors), Fact(_("When"), when_words(self.record.incident))]

    def back(self) -> tuple[str, str]:
        return reverse("referral_detail", args=[self.record.uid]), self.record.student.person.name

    def save(self, form: Any) -> None:
        actions.order_removal(
            referral=self.record,
            kind=form.cleaned_data["kind"],
            **form.terms(),
            decided_on=form.cleaned_data["decided_on"],
            offer=form.offer(),
            case=form.case(),
            by=self.request.user,
        )


class RemovalStep(RecordFormPage):
    """A step of one removal."""

    needs: ClassVar[Any]
    table = tables.REMOVALS

    def records(self) -> models.QuerySet:
        rows = Removal.objects.all().allowed(self.request.user, self.needs)
        return rows.select_related("school__district", "student__person")

    def refusal(self) -> str:
        return _("This removal has been voided.") if self.record.voided_at else ""

    def facts(self) -> list[Fact]:
        removal = self.record
        return [
            Fact(_("Student"), removal.student.person.name),
            Fact(_("Kind"), removal.get_kind_display()),
            Fact(_("Ordered"), span_words(removal.begins_on, removal.ends_on), school_days_words(removal.days)),
        ]

    def back(self) -> tuple[str, str]:
        return reverse("removal_detail", args=[self.record.uid]), str(self.record.get_kind_display())


class ChangePage(JudgedPage, RemovalStep):
    """Give a removal new terms; the former ones stay on record."""

    needs = Permission.REMOVAL_RECORD
    form_class = ChangeForm
    template_name = "discipline/removal_form.html"
    title = gettext_lazy("What changes about this removal?")
    about = gettext_lazy("What was ordered before stays on record, with the day and your reason.")
    submit_words = gettext_lazy("Change the terms")
    done = gettext_lazy("Changed. The former terms stand below.")

    def records(self) -> models.QuerySet:
        return super().records().select_related("incident", "school_year__district")

    def refusal(self) -> str:
        is_overturned = actions.state_of(self.record) == states.OVERTURNED
        return super().refusal() or (_("This removal was overturned.") if is_overturned else "")

    def get_initial(self) -> dict[str, Any]:
        return terms_at_first(self.record) | {"change": states.CORRECT}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"changes": self.changes()}

    def changes(self) -> set[str]:
        """The changes that the state allows; putting off only while an appeal is pending."""
        allowed = set(states.STEPS[actions.state_of(self.record)]) - {states.OVERTURN}
        if self.record.kind not in SUSPENSIONS:
            allowed.discard(states.CONVERT)
        return allowed if self.record.appeals.pending().exists() else allowed - {states.STAY}

    def kind(self) -> str:
        return self.record.kind

    def save(self, form: Any) -> None:
        actions.change_removal(
            removal=self.record,
            reason=form.cleaned_data["reason"],
            difference=form.cleaned_data["difference"],
            change=form.cleaned_data["change"],
            kind=form.cleaned_data["kind"],
            decided_on=form.cleaned_data["decided_on"],
            case=form.case(),
            **form.terms(),
            by=self.request.user,
        )


class OverturnPage(RemovalStep):
    """Overturn a removal: no further day is served."""

    needs = Permission.REMOVAL_RECORD
    form_class = OverturnForm
    title = gettext_lazy("Who overturned this removal, and why?")
    about = gettext_lazy("School days already lost stay on record. Where none was, the removal counts nowhere.")
    submit_words = gettext_lazy("Overturn the removal")
    done = gettext_lazy("Overturned.")

    def records(self) -> models.QuerySet:
        return super().records().select_related("incident")

    def refusal(self) -> str:
        is_overturned = actions.state_of(self.record) == states.OVERTURNED
        return super().refusal() or (_("This removal was overturned.") if is_overturned else "")

    def save(self, form: Any) -> None:
        actions.overturn_removal(removal=self.record, by=self.request.user, **form.cleaned_data)


class VoidPage(RemovalStep):
    """Void a removal that was a mistake."""

    needs = Permission.REMOVAL_VOID
    form_class = ReasonForm
    title = gettext_lazy("Why was this removal a mistake?")
    about = gettext_lazy("It stays on record with your reason and counts nowhere. This cannot be undone.")
    submit_words = gettext_lazy("Void the removal")
    done = gettext_lazy("Voided.")

    def save(self, form: Any) -> None:
        actions.void_removal(removal=self.record, by=self.request.user, **form.cleaned_data)
