"""Forms about partners: adding and changing an organization, adding a memorandum."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import actions
from district.access import Permission
from district.filtering import IsoDateField
from district.forms import DistrictForm
from district.models import Organization, School, User
from district.pages import FormPage, tell


class OrganizationForm(forms.Form):
    """What is known of an organization."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("An address of the organization, not of one person."),
    )


class NewOrganizationForm(DistrictForm, OrganizationForm):
    """An organization to add."""

    needs = Permission.ORGANIZATION_EDIT


class NewOrganization(FormPage):
    """Add an organization that works with the district."""

    needs = Permission.ORGANIZATION_EDIT
    form_class = NewOrganizationForm
    title = gettext_lazy("Which organization joins?")
    about = gettext_lazy("It can then sign a memorandum, and its people can be given roles.")
    submit_words = gettext_lazy("Add the organization")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            organization = actions.create_organization(by=self.request.user, **form.cleaned_data)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Added."))
        return HttpResponseRedirect(reverse("organization_detail", args=[organization.uid]))


class ChangeOrganization(FormPage):
    """Change the name or the address of an organization."""

    needs = Permission.ORGANIZATION_EDIT
    form_class = OrganizationForm
    title = gettext_lazy("What should change about this organization?")
    submit_words = gettext_lazy("Save")

    def organization(self) -> Organization:
        """The organization that the address names, among those that the writer may change."""
        reached = Organization.objects.all().allowed(self.request.user, Permission.ORGANIZATION_EDIT)
        found = reached.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_initial(self) -> dict[str, Any]:
        organization = self.organization()
        return {name: getattr(organization, name) for name in actions.ORGANIZATION_FIELDS}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            changed = actions.change_organization(
                organization=self.organization(), by=self.request.user, **form.cleaned_data
            )
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return HttpResponseRedirect(reverse("organization_detail", args=[changed.uid]))


class MemorandumForm(forms.Form):
    """A memorandum to add: with whom, what it is called, from when, for which schools."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Organization"),
        to_field_name="uid",
        empty_label=gettext_lazy("Choose an organization"),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("As it stands on the paper."),
    )
    signed_on = IsoDateField(label=gettext_lazy("Signed on"), required=False)
    begins_on = IsoDateField(label=gettext_lazy("Begins on"))
    ends_on = IsoDateField(
        label=gettext_lazy("Ends on"),
        required=False,
        help_text=gettext_lazy("Its last day. Empty: no end is set."),
    )
    schools = forms.ModelMultipleChoiceField(
        School.objects.none(),
        label=gettext_lazy("Schools"),
        required=False,
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: the whole district."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = Organization.objects.all().allowed(user, Permission.MEMORANDUM_EDIT)
        schools = School.objects.where_allowed(user, Permission.MEMORANDUM_EDIT).filter(closed_on=None)
        for name, rows in (("organization", organizations), ("schools", schools.order_by("name"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = rows
        only = list(organizations[:2])
        if len(only) == 1:
            self.initial.setdefault("organization", only[0].uid)


class NewMemorandum(FormPage):
    """Add a memorandum of understanding. Its dates are extended later, never edited."""

    needs = Permission.MEMORANDUM_EDIT
    form_class = MemorandumForm
    title = gettext_lazy("What was promised in writing?")
    about = gettext_lazy("A memorandum of understanding (MOU) between the district and an organization.")
    submit_words = gettext_lazy("Add the memorandum")
    groups = (
        (gettext_lazy("Between whom?"), ("organization", "title")),
        (gettext_lazy("From when to when?"), ("signed_on", "begins_on", "ends_on")),
        (gettext_lazy("For which schools?"), ("schools",)),
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            memorandum = actions.create_memorandum(by=self.request.user, **form.cleaned_data)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Added."))
        return HttpResponseRedirect(reverse("memorandum_detail", args=[memorandum.uid]))
