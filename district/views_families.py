"""Pages about a student's family: guardians, and the languages of the home."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import tables
from district.access import Permission
from district.actions_students import (
    GUARDIAN_FIELDS,
    LINK_FIELDS,
    NAME_FIELDS,
    add_guardian,
    change_guardian,
    set_home_languages,
    void_guardian,
)
from district.filtering import IsoDateField
from district.filters import GuardianFilterSet
from district.languages import name_of
from district.models import Guardian, Student
from district.page_parts import Cell, Heading, Status
from district.pages import ListPage
from district.record_forms import LanguagesForm, ReasonForm, RecordFormPage
from district.views import student_links


def language_words(tags: Iterable[str]) -> str:
    """Languages by name, joined; "not known" for none."""
    return ", ".join(_(name_of(tag)) for tag in tags) or _("not known")


def guardian_status(guardian: Guardian) -> Status:
    """What a guardian may be told."""
    if guardian.voided_at:
        return Status(_("Voided"), "waived")
    return Status(_("May be told"), "done") if guardian.may_be_told else Status(_("Not to be told"), "late")


class GuardianList(ListPage):
    """Guardians of the students of one's schools."""

    needs = Permission.GUARDIAN_VIEW
    table = tables.GUARDIANS
    filterset_class = GuardianFilterSet
    title = gettext_lazy("Guardians")
    question = gettext_lazy("Who answers for which student, and in which language?")
    empty_title = gettext_lazy("No guardians yet")
    empty_text = gettext_lazy("The records custodian adds them on the page of the student.")
    first_chips = ("language", "needs_interpreter", "may_be_told")
    headings = (
        Heading(gettext_lazy("Guardian"), "family_name"),
        Heading(gettext_lazy("Student")),
        Heading(gettext_lazy("Relationship")),
        Heading(gettext_lazy("Languages")),
        Heading(gettext_lazy("Contact"), is_day=True),
        Heading(gettext_lazy("Status")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("person", "student__person")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        links = student_links(self.request.user, {guardian.student_id for guardian in records})
        for guardian in records:
            yield [
                Cell(guardian.person.name),
                Cell(guardian.student.person.name, links.get(guardian.student_id, "")),
                Cell(guardian.get_relationship_display()),
                Cell(language_words(guardian.languages), note=interpreter_words(guardian)),
                Cell(guardian.person.phone, note=guardian.person.email),
                Cell(status=guardian_status(guardian), note=guardian.restriction),
            ]


def interpreter_words(guardian: Guardian) -> str:
    """Whether an interpreter is needed; empty when not."""
    return _("needs an interpreter") if guardian.needs_interpreter else ""


class GuardianForm(LanguagesForm):
    """One guardian of one student."""

    GROUPS = (
        (gettext_lazy("Who is it?"), ("given_name", "middle_name", "family_name", "relationship")),
        (gettext_lazy("How do we reach them?"), ("phone", "email", "contact_order")),
        (gettext_lazy("In which language?"), (*LanguagesForm.LANGUAGE_FIELDS, "needs_interpreter")),
        (gettext_lazy("What may they be told?"), ("may_be_told", "restriction")),
        (gettext_lazy("From when to when?"), ("begins_on", "ends_on")),
    )

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=255, required=False)
    middle_name = forms.CharField(label=gettext_lazy("Middle name"), max_length=255, required=False)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=255, required=False)
    relationship = forms.ChoiceField(
        label=gettext_lazy("Relationship"), choices=[("", gettext_lazy("Choose one")), *Guardian.Relationship.choices]
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    contact_order = forms.IntegerField(
        label=gettext_lazy("Order of contact"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=gettext_lazy("1 is called first."),
    )
    needs_interpreter = forms.BooleanField(label=gettext_lazy("Needs an interpreter"), required=False)
    may_be_told = forms.BooleanField(label=gettext_lazy("May be told about the student"), required=False, initial=True)
    restriction = forms.CharField(
        label=gettext_lazy("Restriction"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Why this person may not be told, or what else holds, such as a court order."),
    )
    begins_on = IsoDateField(label=gettext_lazy("From"), required=False)
    ends_on = IsoDateField(
        label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty: they are still the guardian.")
    )

    def values(self) -> dict[str, Any]:
        """The fields as the verbs take them."""
        stated = {name: self.cleaned_data[name] for name in GUARDIAN_FIELDS if name != "languages"}
        return {**stated, "languages": self.languages()}


class FamilyFormPage(RecordFormPage):
    """What the forms about a family share: they lead back to the student."""

    needs = Permission.GUARDIAN_EDIT

    def student(self) -> Student:
        """The student whose family it is."""
        return self.record if isinstance(self.record, Student) else self.record.student

    def back(self) -> tuple[str, str]:
        student = self.student()
        return reverse("student_detail", args=[student.uid]), student.person.name


class StudentFormPage(FamilyFormPage):
    """A form about the family of one student."""

    table = tables.STUDENTS

    def records(self) -> models.QuerySet:
        allowed = Student.objects.all().allowed(self.request.user, Permission.GUARDIAN_EDIT)
        return allowed.select_related("person")


class GuardianFormPage(FamilyFormPage):
    """A form about one guardian."""

    table = tables.GUARDIANS

    def records(self) -> models.QuerySet:
        allowed = Guardian.objects.all().allowed(self.request.user, Permission.GUARDIAN_EDIT)
        return allowed.select_related("person", "student__person")

    def refusal(self) -> str:
        return _("This guardian has been voided.") if self.record.voided_at else ""


class GuardianAdd(StudentFormPage):
    """A new guardian."""

    form_class = GuardianForm
    title = gettext_lazy("Who answers for this student?")
    submit_words = gettext_lazy("Save guardian")
    done = gettext_lazy("The guardian was added.")

    def save(self, form: GuardianForm) -> None:
        add_guardian(student=self.record, by=self.request.user, **form.values())


class GuardianChange(GuardianFormPage):
    """What has changed about a guardian."""

    template_name = "district/guardian_form.html"
    form_class = GuardianForm
    title = gettext_lazy("What has changed about this guardian?")
    submit_words = gettext_lazy("Save guardian")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"languages": self.record.languages}

    def get_initial(self) -> dict[str, Any]:
        initial = {name: getattr(self.record.person, name) for name in NAME_FIELDS}
        return initial | {name: getattr(self.record, name) for name in LINK_FIELDS if name != "languages"}

    def save(self, form: GuardianForm) -> None:
        change_guardian(guardian=self.record, by=self.request.user, **form.values())


class GuardianVoid(GuardianFormPage):
    """A guardian who was recorded by mistake."""

    form_class = ReasonForm
    title = gettext_lazy("Why was this guardian recorded by mistake?")
    about = gettext_lazy("For one whose time is over, give a last day instead.")
    submit_words = gettext_lazy("Void guardian")
    done = gettext_lazy("The guardian was voided. The entry stays on record.")

    def save(self, form: ReasonForm) -> None:
        void_guardian(guardian=self.record, reason=form.cleaned_data["reason"], by=self.request.user)


class HomeLanguages(StudentFormPage):
    """The languages of a student's home."""

    form_class = LanguagesForm
    title = gettext_lazy("Which languages are spoken at home?")
    about = gettext_lazy("The first one is the language of letters to the family.")
    submit_words = gettext_lazy("Save languages")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"languages": self.record.home_languages}

    def save(self, form: LanguagesForm) -> None:
        set_home_languages(student=self.record, languages=form.languages(), by=self.request.user)
