"""Writing pages of an incident: mend it, name other people, void a part, write down what a family heard."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import actions, tables
from discipline.forms_incidents import AmendForm, ContactForm, PersonForm
from discipline.models import Incident, Involvement, Referral
from discipline.views_records import place_words, when_words
from district.access import Permission
from district.models import Staff, Student
from district.page_parts import Fact
from district.record_forms import ReasonForm, RecordFormPage


class IncidentStep(RecordFormPage):
    """Something about one incident, done by those who decide at its school."""

    needs: ClassVar[Any] = Permission.REFERRAL_DECIDE
    table = tables.INCIDENTS

    def reachable(self) -> Any:
        """Incidents about which the person may do this."""
        return Incident.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE)

    def records(self) -> models.QuerySet:
        return self.reachable().select_related("school__district", "school_year")

    def refusal(self) -> str:
        is_merged = self.record.merged_into_id is not None
        return _("This incident was merged into another. Go on there.") if is_merged else ""

    def facts(self) -> list[Fact]:
        return [
            Fact(_("Incident"), self.record.identifier),
            Fact(_("When and where"), when_words(self.record), place_words(self.record)),
        ]

    def back(self) -> tuple[str, str]:
        """The incident; for its reporter, who does not see that page, their referral or the receipt."""
        user, incident = self.request.user, self.record
        if Incident.objects.visible_to(user).filter(pk=incident.pk).exists():
            return reverse("incident_detail", args=[incident.uid]), incident.identifier
        own = Referral.objects.made_by(user).filter(incident=incident).first()
        if own:
            return reverse("referral_detail", args=[own.uid]), _("Your referral")
        return reverse("referral_sent", args=[incident.uid]), _("What you sent")


class AmendPage(IncidentStep):
    """Mend time, place or words: those who decide always, the writer until the review begins."""

    needs = (Permission.REFERRAL_DECIDE, Permission.REFERRAL_LOG)
    form_class = AmendForm
    title = gettext_lazy("What should be mended?")
    about = gettext_lazy("The audit trail keeps that it changed, and who changed it.")
    submit_words = gettext_lazy("Save")

    def reachable(self) -> Any:
        return super().reachable() | Incident.objects.written_by(self.request.user)

    def refusal(self) -> str:
        return actions.amend_refusal(self.record, self.request.user)

    def get_initial(self) -> dict[str, Any]:
        return AmendForm.at_first(self.record)

    def save(self, form: Any) -> None:
        actions.amend_incident(incident=self.record, by=self.request.user, **form.cleaned_data)


class PersonPage(IncidentStep):
    """Name somebody in an incident who is no student on the roster."""

    form_class = PersonForm
    title = gettext_lazy("Who else was there?")
    about = gettext_lazy("A member of staff, somebody from outside, or a student whom nobody recognized.")
    submit_words = gettext_lazy("Add this person")
    done = gettext_lazy("Added.")

    def get_form_kwargs(self) -> dict[str, Any]:
        incident = self.record
        at_school = {"assignments__school": incident.school, "assignments__school_year": incident.school_year}
        staff = Staff.objects.filter(**at_school).select_related("person")
        return super().get_form_kwargs() | {"staff": staff}

    def save(self, form: Any) -> None:
        actions.add_other_person(incident=self.record, part=form.part(), by=self.request.user)


class ContactPage(IncidentStep):
    """Write down that a family heard: those who decide for every student in it, a reporter for those they referred."""

    needs = (Permission.REFERRAL_DECIDE, Permission.REFERRAL_LOG)
    form_class = ContactForm
    title = gettext_lazy("What did the family hear?")
    submit_words = gettext_lazy("Save")

    def reachable(self) -> Any:
        return super().reachable() | Incident.objects.referred_by(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        keys = actions.families_known_to(self.record, self.request.user)
        students = Student.objects.filter(pk__in=keys).select_related("person")
        return super().get_form_kwargs() | {"students": students}

    def save(self, form: Any) -> None:
        actions.log_family_contact(incident=self.record, by=self.request.user, **form.cleaned_data)


class VoidPartPage(IncidentStep):
    """Void one part in an incident."""

    form_class = ReasonForm
    title = gettext_lazy("Why did this student not have this part?")
    about = gettext_lazy("It stays on record with your reason and counts nowhere.")
    submit_words = gettext_lazy("Void this part")
    done = gettext_lazy("Voided.")

    def records(self) -> models.QuerySet:
        rows = Involvement.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE)
        return rows.select_related("incident__school__district", "student__person", "behavior")

    def traced(self) -> models.QuerySet:
        return Incident.objects.filter(pk=self.record.incident_id)

    def refusal(self) -> str:
        return _("This part has been voided already.") if self.record.voided_at else ""

    def facts(self) -> list[Fact]:
        part = self.record
        behavior = part.behavior.title if part.behavior else ""
        return [Fact(_("Student"), part.student.person.name), Fact(_("Part"), part.get_role_display(), behavior)]

    def back(self) -> tuple[str, str]:
        incident = self.record.incident
        return reverse("incident_detail", args=[incident.uid]), incident.identifier

    def save(self, form: Any) -> None:
        actions.void_part(involvement=self.record, by=self.request.user, **form.cleaned_data)
