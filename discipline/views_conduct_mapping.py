"""How much of the code of conduct other systems understand, and what is still to be mapped."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from discipline.mapping import CODE_SETS, Coverage, SetCoverage, coverage_for
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, year_words
from district.pages import PageMixin, SignedInRequest


class Mapping(PageMixin, View):
    """Which behaviours have federal and state codes, and how many referrals those without one touch."""

    needs = Permission.DISTRICT_VIEW

    def get(self, request: SignedInRequest) -> HttpResponse:
        coverage = coverage_for(request.user)
        context = {
            "lead": lead_of(coverage),
            "facts": [fact_of(each, coverage) for each in coverage.sets],
            "section": to_be_mapped(coverage),
        }
        return render(request, "discipline/mapping.html", context)


def lead_of(coverage: Coverage) -> str:
    """The main finding in a sentence: CEDS codes, and the referrals that go without."""
    ceds, behaviors = coverage.sets[0], len(coverage.behaviors)
    if not behaviors:
        return _("There is no code of conduct yet.")
    words = {"mapped": ceds.mapped, "all": behaviors, "year": when_words(coverage)}
    if not ceds.missing:
        text = ngettext(
            "The one behavior valid in %(year)s has a CEDS code.",
            "All %(all)d behaviors valid in %(year)s have a CEDS code.",
            behaviors,
        )
        return text % words
    found = _("%(mapped)d of %(all)d behaviors valid in %(year)s have a CEDS code.") % words
    if ceds.referrals is None or not coverage.referrals:
        return found
    touched = ngettext(
        "%(count)s of %(all)s referral is over a behavior without one.",
        "%(count)s of %(all)s referrals are over a behavior without one.",
        coverage.referrals,
    )
    return f"{found} {touched % {'count': f'{ceds.referrals:,}', 'all': f'{coverage.referrals:,}'}}"


def when_words(coverage: Coverage) -> str:
    """The school year of which the figures are."""
    return year_words(coverage.school_year) if coverage.school_year else _("any year")


def fact_of(each: SetCoverage, coverage: Coverage) -> Fact:
    """One code set: how many behaviours have a code, and a link to those that have none."""
    value = _("%(mapped)d of %(all)d") % {"mapped": each.mapped, "all": len(coverage.behaviors)}
    link = f"{reverse('behavior_list')}?{each.code_set.filter_name}=false" if each.missing else ""
    note = str(each.code_set.note)
    if each.referrals and each.code_set.is_for_every_behavior:
        text = ngettext(
            "%(count)s referral over those without", "%(count)s referrals over those without", each.referrals
        )
        note = f"{note}; {text % {'count': f'{each.referrals:,}'}}"
    return Fact(each.code_set.label, value, note, link)


def to_be_mapped(coverage: Coverage) -> Section:
    """Behaviours that lack a code, with what they touch where the reader may see figures."""
    counts = coverage.by_behavior
    headings = [Heading(_("Behavior")), *(Heading(each.label) for each in CODE_SETS)]
    if counts is not None:
        headings.append(Heading(_("Referrals in %(year)s") % {"year": when_words(coverage)}, is_number=True))
    rows: list[list[Cell]] = []
    for behavior in coverage.unmapped():
        row = [Cell(behavior.title, reverse("behavior_detail", args=[behavior.uid]), behavior.code)]
        row += [Cell(getattr(behavior, each.field) or _("none")) for each in CODE_SETS]
        if counts is not None:
            row.append(Cell(f"{counts.get(behavior.pk, 0):,}"))
        rows.append(row)
    unasked = any(each.code_set.field == "state_code" and not each.mapped for each in coverage.sets)
    note: Any = _("No behavior has a state code, so none is missed here.") if unasked and coverage.behaviors else ""
    return Section(_("Still to be mapped"), tuple(headings), rows, _("Every behavior has the codes it needs."), note)
