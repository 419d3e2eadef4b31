"""Filing a concern with a sign-in, for an organization or taken down for somebody; and the days of each step."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.actions.concerns.filing import Filed, file_concern
from commitments.actions.concerns.rules import set_concern_rule
from commitments.concerns import receipts, sealed
from commitments.concerns.forms import FILING, WORK, ConcernFileForm, ConcernRuleForm
from commitments.concerns.sealed import Reporter, Said
from commitments.concerns.states import DEFAULT_RULES
from commitments.models import Concern, ConcernRule
from district.models import User
from district.page_parts import Cell, Heading, Section, day_words
from district.pages import tell
from district.step_pages import AddPage


def file_signed_in(*, by: User, **values: Any) -> Filed:
    """File what the form asks for: in the name of an organization, or taken down for somebody who stays anonymous.

    Which account wrote it down is kept sealed, for the recipient alone; where the ombuds did, not at all. Raises
    ValidationError.
    """
    organization = values.get("organization")
    words = {name: values.get(name) or "" for name in ("what", "where", "when", "about", "promise")}
    day = words["when"] if values["kind"] == Concern.Kind.SENT_HOME else ""
    try:
        return file_concern(
            district=values["district"],
            kind=values["kind"],
            said=Said(**words, way=sealed.NAMED if organization else sealed.ANONYMOUS),
            reporter=Reporter(user=str(by.pk) if organization else "", child_day=day),
            school=values.get("school"),
            commitment=values.get("commitment"),
            organization=organization,
        )
    except ValidationError as error:
        if hasattr(error, "error_dict") and "child_day" in error.error_dict:
            raise ValidationError({"when": error.error_dict["child_day"]}) from error
        raise


class ConcernAdd(AddPage):
    """File a concern in the name of one's organization, or take one down; the receipt is shown once."""

    needs = FILING
    form_class = ConcernFileForm
    list_name = "concern_list"
    list_words = gettext_lazy("Concerns")
    title = gettext_lazy("What is wrong?")
    about = gettext_lazy(
        "In the name of your organization, which is known from then on. To stay unknown yourself, use the page without "
        "sign-in."
    )
    submit_words = gettext_lazy("File it")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            filed = file_signed_in(**form.cleaned_data, by=self.request.user)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        may_read = Concern.objects.visible_to(self.request.user).filter(pk=filed.concern.pk).exists()
        context = {
            "title": _("The receipt"),
            "receipt": receipts.spaced(filed.receipt),
            "next_url": reverse("concern_detail", args=[filed.concern.uid]) if may_read else reverse("concern_list"),
        }
        return render(self.request, "commitments/concerns/filed.html", context)


class ConcernRules(AddPage):
    """How many days each step of a concern leaves, and since when."""

    needs = WORK
    template_name = "commitments/rules.html"
    form_class = ConcernRuleForm
    verb = staticmethod(set_concern_rule)
    list_name = "concern_list"
    list_words = gettext_lazy("Concerns")
    title = gettext_lazy("How many days does each step of a concern leave?")
    about = gettext_lazy("Beginning, answer, dispute, answer again; and how long the words are kept once it is closed.")
    submit_words = gettext_lazy("Set the days")
    done = gettext_lazy("Set. What is due already keeps its day.")

    def address_after(self, result: Any) -> str:
        return reverse("concern_rules")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        rules = ConcernRule.objects.visible_to(self.request.user).select_related("district")
        rows = [
            [
                Cell(rule.get_step_display()),
                Cell(f"{rule.days} {rule.get_unit_display()}"),
                Cell(day_words(rule.valid_from)),
                Cell(rule.district.name),
            ]
            for rule in rules
        ]
        steps, units = ConcernRule.Step, ConcernRule.Unit
        default = [
            [Cell(steps(name).label), Cell(f"{rule.days} {units(rule.unit).label}")]
            for name, rule in DEFAULT_RULES.items()
        ]
        headings = (Heading(_("Step")), Heading(_("Days")), Heading(_("From")), Heading(_("District")))
        sections = [
            Section(_("Set by the ombuds"), headings, rows, _("Nothing is set: the days below hold.")),
            Section(_("Where nothing is set"), headings[:2], default),
        ]
        return super().get_context_data(sections=sections, **context)
