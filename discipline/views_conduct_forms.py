"""Forms of the code of conduct: adding a behaviour, changing it, ending it, copying it to the next school year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline import conduct
from discipline.conduct_forms import ChangedBehaviorForm, LastDayForm, NewBehaviorForm, advice_on
from discipline.models import Behavior
from discipline.views_conduct import editable_by
from district.access import Permission
from district.page_parts import day_words
from district.pages import FormPage, tell
from district.steps import StepNotAllowed


class BehaviorFormPage(FormPage):
    """What both forms share: their groups, and the words that the district already uses."""

    needs = Permission.CONDUCT_EDIT
    template_name = "discipline/behavior_form.html"
    groups = (
        (gettext_lazy("What is it called?"), ("district", "code", "title")),
        (gettext_lazy("What does it mean?"), ("definition", "subjective")),
        (gettext_lazy("How serious is it?"), ("level", "category", "max_response", "grades")),
        (gettext_lazy("What do other systems call it?"), ("ceds_behavior", "crdc_offense", "state_code")),
        (gettext_lazy("On which days does it hold?"), ("valid_from", "valid_to")),
        (gettext_lazy("From which day does it read like this?"), ("changes_on",)),
    )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        known = editable_by(self.request.user).values_list("level", "category").distinct()
        levels, categories = zip(*known, strict=True) if known else ((), ())
        words = {"levels": sorted(set(levels) - {""}), "categories": sorted(set(categories) - {""})}
        return super().get_context_data(
            **words, list_url=reverse("behavior_list"), list_words=_("Code of conduct"), **context
        )

    def saved(self, behavior: Behavior, words: str) -> HttpResponse:
        """Back to the behaviour, with a hint where its definition could read more plainly."""
        messages.success(self.request, words)
        if advice := advice_on(behavior.definition):
            messages.info(self.request, " ".join([_("A hint about the definition."), *advice]))
        return HttpResponseRedirect(reverse("behavior_detail", args=[behavior.uid]))


class NewBehavior(BehaviorFormPage):
    """Add a behaviour to the code of conduct."""

    form_class = NewBehaviorForm
    title = gettext_lazy("What else can a student be referred for?")
    about = gettext_lazy("A behavior of the district's code of conduct, from a day on.")
    submit_words = gettext_lazy("Add the behavior")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            behavior = conduct.create_behavior(by=self.request.user, **form.cleaned_data)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        return self.saved(behavior, _("Added."))


class OneBehaviorPage(FormPage):
    """A form about the behaviour that the address names, among those that the writer may change."""

    needs = Permission.CONDUCT_EDIT

    def behavior(self) -> Behavior:
        """The behaviour; one out of scope is as absent as any."""
        found = editable_by(self.request.user).select_related("district").filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        behavior = self.behavior()
        page = {"list_url": reverse("behavior_detail", args=[behavior.uid]), "list_words": behavior.title}
        return super().get_context_data(**context) | page


class ChangeBehavior(OneBehaviorPage, BehaviorFormPage):
    """Change a behaviour; once a student was referred for it, what it means changes only from a day on."""

    form_class = ChangedBehaviorForm
    title = gettext_lazy("How should this behavior read?")
    submit_words = gettext_lazy("Save")

    def get_initial(self) -> dict[str, Any]:
        behavior = self.behavior()
        return {name: getattr(behavior, name) for name in conduct.FIELDS}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        behavior = self.behavior()
        _first, last_use = conduct.days_of_use(behavior)
        context["advice"] = advice_on(behavior.definition)
        context["last_use"] = day_words(last_use)
        return super().get_context_data(**context)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        behavior = self.behavior()
        try:
            changed = conduct.change_behavior(behavior=behavior, by=self.request.user, **form.cleaned_data)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        if changed.pk == behavior.pk:
            return self.saved(changed, _("Saved."))
        day = day_words(changed.valid_from)
        return self.saved(changed, _("Saved. It reads like this from %(day)s.") % {"day": day})


class EndBehavior(OneBehaviorPage):
    """Say on which day a behaviour is part of the code for the last time."""

    form_class = LastDayForm
    title = gettext_lazy("On which day does this behavior end?")
    about = gettext_lazy("After it, nobody is referred for it. Records of the time before keep it.")
    submit_words = gettext_lazy("End it")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            ended = conduct.end_behavior(behavior=self.behavior(), by=self.request.user, **form.cleaned_data)
        except (ValidationError, StepNotAllowed) as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved. Its last day is %(day)s.") % {"day": day_words(ended.valid_to)})
        return HttpResponseRedirect(reverse("behavior_detail", args=[ended.uid]))


class CopyBehavior(OneBehaviorPage):
    """Begin a row like this behaviour for the school year after the one in which it ends."""

    form_class = forms.Form
    title = gettext_lazy("Copy this behavior to the next school year?")
    about = gettext_lazy("A new row begins on July 1 and ends on June 30. You can change it before it begins.")
    submit_words = gettext_lazy("Copy it")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            copied = conduct.copy_to_next_year(behavior=self.behavior(), by=self.request.user)
        except (ValidationError, StepNotAllowed) as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Copied. This is the row of the next school year."))
        return HttpResponseRedirect(reverse("behavior_detail", args=[copied.uid]))
