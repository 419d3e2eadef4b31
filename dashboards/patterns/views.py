"""The pages of the patterns."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import definitions as shared
from dashboards.menus import filter_menus
from dashboards.pages import DashboardPage, caution, year_labels
from dashboards.parameters import covers
from dashboards.patterns import definitions, menus, pictures
from dashboards.patterns.files import patterns_file
from dashboards.patterns.question import PatternQuestion, read_pattern_question
from dashboards.patterns.records import records_link
from dashboards.patterns.reports import PatternReport, patterns
from dashboards.patterns.statement import counted, statement
from dashboards.wording import count
from district.access import Permission
from district.page_parts import Fact, day_words, moment_words


class PatternsPage(DashboardPage):
    """When, where and over what are students referred? Every mark leads to the same page with its filter added."""

    needs = Permission.RATES_VIEW
    template_name = "dashboards/patterns.html"
    with_staff = False

    def ask(self, parameters: QueryDict) -> PatternQuestion:
        return read_pattern_question(parameters, self.request.user, with_staff=self.with_staff)

    def file(self, question: PatternQuestion) -> HttpResponseBase:
        return patterns_file(question, patterns(question), by=self.request.user)

    def answered(self, question: PatternQuestion) -> dict[str, Any]:
        context: dict[str, Any] = {
            "title": title_of(question),
            "menus": menus.first_menus(question),
            "facets": menus.facet_menus(question),
            "filters": filter_menus(question),
            "chosen": menus.chosen(question),
            "cleared": menus.cleared(question),
            "with_staff": self.with_staff,
            "other_page": self.other_page(question),
        }
        if question.year is None:
            return context
        report = patterns(question)
        context |= {
            "statement": statement(question, report),
            "labels": year_labels(question),
            "caution": caution(question, question.year.year),
            "is_reported": bool(report.rows),
        }
        if not report.rows:
            return context
        context |= {
            "facts": definition_facts(question, report),
            "terms": definition_terms(question),
            "is_empty": not report.total.events,
            "records": records_link(question, self.request.user),
            "records_words": records_words(question, report.total.events),
        }
        return context | (figures(question, report) if report.total.events else {})

    def other_page(self, question: PatternQuestion) -> str:
        """The same question with, or without, who referred; empty for those who may not see that."""
        name, permission = ("patterns_staff", Permission.REPORTERS_VIEW)
        if self.with_staff:
            name, permission = ("patterns", Permission.RATES_VIEW)
        user = self.request.user
        if not user.holds(permission):
            return ""
        # Each page has the schools of its own permission, and knows no other.
        kept = question.asked.get("school") if covers(user, permission, question) else None
        return reverse(name) + question.address(staff=None, school=kept)


class StaffPatternsPage(PatternsPage):
    """The same figures, told apart by who referred: for those who answer for a school, and nobody else."""

    needs = Permission.REPORTERS_VIEW
    with_staff = True


def title_of(question: PatternQuestion) -> str:
    """The question of the page."""
    if question.with_staff:
        return _("Who refers students, when, where and over what?")
    if question.measure.key == "referral":
        return _("When, where and over what are students referred?")
    return _("When, where and over what are students removed?")


def records_words(question: PatternQuestion, number: int) -> str:
    """The words of the link to the records: See these 61 referrals."""
    words = ngettext("See the %(counted)s", "See these %(counted)s", number)
    return words % {"counted": counted(question, number)}


def figures(question: PatternQuestion, report: PatternReport) -> dict[str, Any]:
    """The pictures, each with its table."""
    found: dict[str, Any] = {
        "months": pictures.month_picture(question, report),
        "week": pictures.week_picture(question, report),
        "ranked": pictures.ranked_pictures(question, report),
    }
    if question.with_staff:
        found["staff"] = pictures.staff_picture(question, report)
    return found


def definition_facts(question: PatternQuestion, report: PatternReport) -> list[Fact]:
    """The strip: counted, out of, school days, as of."""
    total, until = report.total, report.definition.counted_until
    days = pictures.days_words(total.school_days)
    return [
        Fact(_("Counted"), counted(question, total.events), definitions.NUMERATORS[question.measure.key]),
        Fact(_("Out of"), count(total.enrolled), shared.DENOMINATORS["cumulative"]),
        Fact(_("School days"), days, _("From the calendar, until %(day)s.") % {"day": day_words(until)}),
        Fact(_("As of"), moment_words(report.definition.as_of), _("The latest change of the records counted.")),
    ]


def definition_terms(question: PatternQuestion) -> list[str]:
    """The full definition, for those who want to know."""
    terms = [definitions.WHEN, definitions.SCHOOL_DAYS, definitions.SEVERAL, definitions.STUDENTS, definitions.SMALL]
    if question.with_staff:
        terms.append(definitions.STAFF)
    return [*map(str, terms), str(shared.SOURCE)]
