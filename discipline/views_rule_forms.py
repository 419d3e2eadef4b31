"""Writing a rule of the district's own, with a look at the past it would have touched; changing it; signing off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from discipline.actions.rules import DECLINE, add_local_rule, change_local_rule, sign_off_rule
from discipline.forms_rules import LocalRuleForm, SignOffForm, initial_of
from discipline.law import touched_by
from discipline.models import LOCAL, Removal, RemovalKind, RuleVersion
from discipline.views_rules import rule_sections
from district import audit, reads
from district.access import Permission
from district.grouped_forms import DistrictFormPage, districts_of
from district.models import District, SchoolYear, User
from district.page_parts import Cell, Heading, Section, day_words, school_days_words, year_words
from district.pages import FormPage
from district.rules import Rule
from district.steps import StepNotAllowed

YEARS_SHOWN = 2
"""School years that a preview looks back."""
ROWS_SHOWN = 50


def touched_years(district: District) -> list[SchoolYear]:
    """The latest school years of the district with a removal."""
    years = district.school_years.filter(pk__in=Removal.objects.standing().values("school_year"))
    return list(years.order_by("-year")[:YEARS_SHOWN])


def preview_of(rule: Rule, district: District, user: User) -> dict[str, Any]:
    """The past removals that a rule would have touched: counts, and a list for those who may see removals."""
    years = touched_years(district)
    found = touched_by(rule, district, years)
    kinds = [
        [Cell(str(RemovalKind(kind).label)), Cell(str(count), is_number=True)]
        for kind, count in sorted(found.by_kind.items(), key=lambda pair: -pair[1])
    ]
    headings = (Heading(_("Kind")), Heading(_("Removals"), is_number=True))
    sections = [Section(_("By kind"), headings, kinds)] if len(kinds) > 1 else []
    if found.count and user.holds(Permission.REMOVAL_VIEW):
        sections.append(_list_of(found.removals, district, user))
    return {
        "years": _(" and ").join(year_words(year.year) for year in reversed(years)),
        "asked": found.asked,
        "count": found.count,
        "students": found.students,
        "sections": sections,
    }


def _list_of(keys: tuple[int, ...], district: District, user: User) -> Section:
    """The latest of the removals that the reader may see. Showing them leaves its trace."""
    latest = Removal.objects.visible_to(user).filter(pk__in=keys[-5 * ROWS_SHOWN :])
    rows = list(latest.select_related("student__person", "school")[:ROWS_SHOWN])
    details = {"collection": "removals", "count": len(rows), "purpose": "rule preview"}
    reads.append(audit.Action.VIEW, by=user, district=district, details=details)
    cells = [
        [
            Cell(row.student.person.name, reverse("removal_detail", args=[row.uid])),
            Cell(row.get_kind_display()),
            Cell(day_words(row.begins_on)),
            Cell(school_days_words(row.days)),
            Cell(row.school.name),
        ]
        for row in rows
    ]
    headings = (
        Heading(_("Student")),
        Heading(_("Kind")),
        Heading(_("Begins"), is_day=True),
        Heading(_("Length")),
        Heading(_("School")),
    )
    return Section(_("The latest of them at your schools"), headings, cells, _("None at a school that you see."))


class RulePage(DistrictFormPage):
    """What new and changed rules of the district share."""

    needs = Permission.RULES_EDIT
    form_class = LocalRuleForm
    template_name = "discipline/rule_form.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(list_url=reverse("rule_list"), list_words=_("Rules"), **context)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        district = self.place(form)
        if "preview" in self.request.POST:
            preview = preview_of(form.rule(), district, self.request.user)  # type: ignore[attr-defined]
            return self.render_to_response(self.get_context_data(form=form, preview=preview))
        try:
            version = self.keep(form, district)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        except StepNotAllowed as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Kept and signed off. It is asked about every removal from its first day on."))
        return redirect("rule_detail", uid=version.uid)

    def place(self, form: Any) -> District:
        """The district that the rule is for."""
        raise NotImplementedError

    def keep(self, form: Any, district: District) -> RuleVersion:
        """Keep what the form says. Raises ValidationError, StepNotAllowed."""
        raise NotImplementedError


class NewRulePage(RulePage):
    """What does the district decide beyond the law?"""

    title = gettext_lazy("Which rule does the district add?")
    about = gettext_lazy("A rule of the district's own, or a moratorium with a last day. You sign it off by adding it.")
    submit_words = gettext_lazy("Add the rule")

    def place(self, form: Any) -> District:
        if form.chosen_district is None:
            raise Http404
        return form.chosen_district

    def keep(self, form: Any, district: District) -> RuleVersion:
        return add_local_rule(district=district, rule=form.rule(), by=self.request.user)


class ChangeRulePage(RulePage):
    """What changes about a rule of the district's own, and from when?"""

    title = gettext_lazy("What changes about this rule?")
    about = gettext_lazy("The former version stays on record. To end the rule, give it a last day.")
    submit_words = gettext_lazy("Keep the change")

    @cached_property
    def version(self) -> RuleVersion:
        """The version to change, in a district where one may."""
        return get_object_or_404(editable(self.request.user).filter(jurisdiction=LOCAL), uid=self.kwargs["uid"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.version}

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.version.as_rule())

    def place(self, form: Any) -> District:
        return self.version.rule.district

    def keep(self, form: Any, district: District) -> RuleVersion:
        reason = form.cleaned_data["reason"]
        return change_local_rule(version=self.version, rule=form.rule(), reason=reason, by=self.request.user)


class SignOffPage(FormPage):
    """Does the district go by this rule?"""

    needs = Permission.RULES_EDIT
    form_class = SignOffForm
    template_name = "discipline/rule_sign_off.html"
    title = gettext_lazy("Does the district go by this rule?")
    submit_words = gettext_lazy("Keep the decision")

    @cached_property
    def version(self) -> RuleVersion:
        """The version to decide about, in a district where one may."""
        return get_object_or_404(editable(self.request.user), uid=self.kwargs["uid"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"needs_confirmation": self.version.needs_confirmation}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            list_url=reverse("rule_list"),
            list_words=_("Rules"),
            version=self.version,
            rule=self.version.as_rule(),
            sections=rule_sections(self.version.as_rule()),
            **context,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        step, note = form.cleaned_data["step"], form.cleaned_data["note"]
        try:
            sign_off_rule(version=self.version, step=step, note=note, by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        except StepNotAllowed as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        return self._next(_("Not adopted.") if step == DECLINE else _("Signed off."))

    def _next(self, done: str) -> HttpResponse:
        """On to the next rule that waits for a signature, else back to the list."""
        waiting = editable(self.request.user).filter(
            rule__district=self.version.rule.district_id, sign_off=RuleVersion.SignOff.UNSIGNED, superseded_on=None
        )
        left = waiting.count()
        if not left:
            messages.success(self.request, done)
            return redirect("rule_list")
        words = ngettext("%(count)d rule waits for a sign-off.", "%(count)d rules wait for a sign-off.", left)
        messages.success(self.request, f"{done} {words % {'count': left}}")
        following = waiting.first()
        return redirect("rule_sign_off", uid=following.uid) if following else redirect("rule_list")


def editable(user: User) -> models.QuerySet[RuleVersion]:
    """Versions of rules in districts where `user` may change them."""
    districts = districts_of(user, Permission.RULES_EDIT)
    return RuleVersion.objects.filter(rule__district__in=districts).select_related("rule__district")
