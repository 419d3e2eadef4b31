"""One person in training: where they stand, what they did, what they may be asked; adding and changing people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.models import District
from district.page_parts import Cell, Fact, Heading, Section, day_words, span_words
from district.pages import RecordPage
from district.verb_pages import RecordVerbPage, VerbPage
from training import tables
from training.actions import people as verbs
from training.done_in_words import done_sections, merge_sections
from training.forms import AvailabilityForm, PersonForm
from training.models import Certification, Practitioner, Registration
from training.pathways_in_words import former_ways, pathway_section
from training.standing_in_words import certification_status
from training.views import SEEN, registration_status

TIMES = 5
"""Lines for times in the week in the form of a person."""


class PractitionerRecord(RecordPage):
    """One person: the way to each credential, certificates, sessions, circles, observations."""

    needs = SEEN
    table = tables.PEOPLE
    template_name = "training/person.html"

    def queryset(self) -> models.QuerySet:
        rows = super().queryset().select_related("person__organization", "district")
        return rows.prefetch_related("schools", "languages", "availability", "absences", "merges__gone__person")

    def describe(self, record: Practitioner) -> dict[str, Any]:
        user, today = self.request.user, record.district.today()
        may_edit = Practitioner.objects.allowed(user, Permission.TRAINING_EDIT).filter(pk=record.pk).exists()
        away = [one for one in record.absences.all() if one.ends_on is None or one.ends_on >= today]
        times = ", ".join(str(one) for one in record.availability.all())
        sections = [pathway_section(record, today, may_edit), self._certificates(record), self._sessions(record)]
        return {
            "title": record.person.name,
            "list_url": reverse("practitioner_list"),
            "list_words": _("People in training"),
            "crumb": record.get_capacity_display(),
            "actions": self._links(record) if may_edit else (),
            "notice": self._away_words(away[0]) if away else "",
            "facts": [
                Fact(_("Organization"), str(record.person.organization or _("none, or the district"))),
                Fact(_("Serves"), ", ".join(school.name for school in record.schools.all()) or _("any school")),
                Fact(_("Languages"), ", ".join(map(str, record.languages.all())) or _("not given")),
                Fact(_("Can come"), times or _("no times given: ask")),
                Fact(_("E-mail"), record.person.email or _("none")),
            ],
            "sections": [*sections, *former_ways(record), *done_sections(record, may_edit), *merge_sections(record)],
        }

    def _links(self, record: Practitioner) -> list[tuple[str, str]]:
        known = (
            ("certification_propose", _("Propose for a certification")),
            ("practitioner_observe", _("Record an observed circle")),
            ("practitioner_circle", _("Record a circle kept")),
            ("practitioner_pathway", _("Set out for a credential")),
            ("practitioner_edit", _("Change")),
            ("practitioner_away", _("Not available")),
            ("practitioner_merge", _("Merge a duplicate")),
        )
        return [(reverse(name, args=[record.uid]), words) for name, words in known]

    def _away_words(self, absence: Any) -> str:
        return _("Not asked %(span)s: %(reason)s") % {
            "span": span_words(absence.begins_on, absence.ends_on),
            "reason": absence.reason,
        }

    def _certificates(self, record: Practitioner) -> Section:
        found = Certification.objects.visible_to(self.request.user).filter(practitioner=record)
        rows = [
            [
                Cell(one.credential.name, reverse("certification_detail", args=[one.uid])),
                Cell(status=certification_status(one, record.district.today())),
                Cell(day_words(one.awarded_on)),
                Cell(day_words(one.expires_on) or (_("does not expire") if one.awarded_on else "")),
            ]
            for one in found.select_related("credential", "version").prefetch_related("terms", "pauses")
        ]
        headings = (Heading(_("Credential")), Heading(_("Status")), Heading(_("Awarded")), Heading(_("Valid through")))
        return Section(_("Certifications"), headings, rows, _("None yet."))

    def _sessions(self, record: Practitioner) -> Section:
        found = Registration.objects.visible_to(self.request.user).filter(practitioner=record)
        registrations = list(found.select_related("session__course").order_by("-session__begins_on"))
        hours = tables.hours_of_registrations([one.pk for one in registrations], self.request.user)
        rows = [
            [
                Cell(one.session.course.title, reverse("session_detail", args=[one.session.uid])),
                Cell(span_words(one.session.begins_on, one.session.ends_on)),
                Cell(status=registration_status(one)),
                Cell(tables.hours_text(hours.get(one.pk))),
            ]
            for one in registrations
        ]
        headings = (Heading(_("Course")), Heading(_("When")), Heading(_("Status")), Heading(_("Hours"), is_number=True))
        return Section(_("Sessions"), headings, rows, _("Not registered for any session."))


class PersonCreate(VerbPage):
    """Add a person."""

    needs = Permission.TRAINING_EDIT
    form_class = PersonForm
    title = gettext_lazy("Add a person")
    about = gettext_lazy("An adult who learns or keeps circles. Students are never entered here.")
    submit_words = gettext_lazy("Add")
    done_words = gettext_lazy("Added.")

    def district(self) -> District:
        """The district for which the reader acts; of several the first."""
        keys = {grant.district_id for grant in self.request.user.grants_with(Permission.TRAINING_EDIT)}
        return District.objects.filter(pk__in=keys).order_by("code")[0]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "district": self.district()}

    def act(self, values: dict[str, Any]) -> str:
        practitioner = verbs.add_person(district=self.district(), by=self.request.user, **values)
        return reverse("practitioner_detail", args=[practitioner.uid])


class PersonPage(RecordVerbPage):
    """A verb about one person whom the reader keeps."""

    needs = Permission.TRAINING_EDIT
    model = Practitioner

    def queryset(self) -> Any:
        return super().queryset().select_related("person__organization", "district")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "district": self.record.district}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Say about whom."""
        return {"person": self.record} | super().get_context_data(**context)

    def go_on(self) -> str:
        """The person's page."""
        return reverse("practitioner_detail", args=[self.record.uid])


class PersonEdit(PersonPage):
    """Change what is known of a person."""

    template_name = "training/person_form.html"
    form_class = PersonForm
    title = gettext_lazy("Change a person")
    about = gettext_lazy("Names and addresses of staff come with the roster.")
    submit_words = gettext_lazy("Save")
    done_words = gettext_lazy("Saved.")

    def get_form(self, form_class: Any = None) -> forms.BaseForm:
        form = super().get_form(form_class)
        if hasattr(self.record.person, "staff"):
            for name in ("given_name", "family_name", "email"):
                form.fields[name].disabled = True
        return form

    def get_initial(self) -> dict[str, Any]:
        one = self.record
        return {
            "given_name": one.person.given_name,
            "family_name": one.person.family_name,
            "email": one.person.email,
            "capacity": one.capacity,
            "organization": one.person.organization.uid if one.person.organization else None,
            "schools": [school.uid for school in one.schools.all()],
            "languages": [row.language for row in one.languages.all()],
        }

    def times(self) -> forms.BaseFormSet:
        """The lines for times in the week."""
        lines = forms.formset_factory(AvailabilityForm, extra=TIMES, max_num=TIMES)
        known = [
            {"weekday": one.weekday, "begins": one.begins, "ends": one.ends} for one in self.record.availability.all()
        ]
        return lines(self.request.POST or None, prefix="times", initial=known)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(times=self.times(), **context)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.lines = self.times()
        if not self.lines.is_valid():
            for line in self.lines.forms:
                for texts in line.errors.values():
                    form.add_error(None, list(texts))
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> str:
        given = [line.cleaned_data for line in self.lines.forms]
        times = [(one["weekday"], one["begins"], one["ends"]) for one in given if one.get("weekday") is not None]
        verbs.change_person(practitioner=self.record, by=self.request.user, availability=times, **values)
        return self.go_on()
