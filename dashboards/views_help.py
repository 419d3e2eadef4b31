"""Help: where to read on, how figures are made, and every part of a page with samples."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from dashboards import samples
from district.page_parts import Cell, Heading, Section
from district.pages import PageMixin


class HelpIndex(PageMixin, View):
    """Where to read on."""

    def get(self, request: HttpRequest) -> HttpResponse:
        pages = [
            (reverse("help_roles"), _("What each role opens"), _("Twelve roles, and what each may see and do")),
            (
                reverse("help_lists"),
                _("Lists and their keys"),
                _("Filters, saved views, several rows at once, and the keyboard"),
            ),
            (reverse("help_methods"), _("How figures are made"), _("Each figure's formula, source and limits")),
            (
                reverse("concern_file"),
                _("Say that something is wrong"),
                _("Without an account: who reads it, what is protected, and what is not"),
            ),
            (
                reverse("help_style"),
                _("How pages look"),
                _("Every part of a page and every chart, with samples"),
            ),
        ]
        return render(request, "help/index.html", {"pages": pages})


class Methods(PageMixin, View):
    """How figures are made: formulas and sources."""

    def get(self, request: HttpRequest) -> HttpResponse:
        headings = (Heading(_("Figure")), Heading(_("How it is made")), Heading(_("Source")))
        rows = [[Cell(name), Cell(how), Cell(source)] for name, how, source in methods()]
        return render(request, "help/methods.html", {"section": Section(_("Figures"), headings, rows)})


def methods() -> list[tuple[str, str, str]]:
    """Figure, how it is made, and where the definition comes from."""
    return [
        (
            _("Rate"),
            _("Students affected at least once, divided by students enrolled. A student counts once."),
            "34 CFR 300.647(a)(6)",
        ),
        (
            _("Interval of a rate"),
            _("Wilson score interval, 95 %: where the rate would lie if chance alone moved it."),
            "Wilson 1927",
        ),
        (
            _("Risk ratio"),
            _("The group's rate divided by the rate of all other students of the same pool. 1 means the same rate."),
            "34 CFR 300.647(a)(7)",
        ),
        (_("Interval of a ratio"), _("Log interval, 95 %."), "Katz 1978"),
        (
            _("Expected range of a school"),
            _("Three standard errors around the average, for a school of that size: outside it, chance is unlikely."),
            "Spiegelhalter 2005",
        ),
        (
            _("Per school day"),
            _("Events divided by the school days of the calendar up to the latest change, half days as 0.5."),
            "34 CFR 300.11(c)(1)",
        ),
        (
            _("Referred again after a circle"),
            _(
                "Students with a referral within 30, 90 or 180 days after it, out of those whose days are over and who "
                "were there to the last one."
            ),
            "",
        ),
        (
            _("Suspension days avoided"),
            _(
                "An estimate: referrals resolved by a circle for which a suspension was allowed, times the median "
                "length of suspensions over the same level of behavior."
            ),
            "",
        ),
        (
            _("Few students"),
            _("Under 10 enrolled or under 5 affected: shown to those who may see it, marked, and never ranked."),
            "",
        ),
    ]


class Style(PageMixin, View):
    """Every part of a page and every kind of chart with sample content: later pages are held against it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "statuses": samples.statuses(),
            "facts": samples.facts(),
            "section": samples.section(),
            "steps": samples.steps(),
            "chips": samples.chips(),
            "figures": samples.figures(),
        }
        return render(request, "help/style.html", context)
