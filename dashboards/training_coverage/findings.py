"""The answer in a sentence or two, made from the figures: what is so, and never why."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.training_coverage.question import CoverageQuestion
from dashboards.training_coverage.reports import SCHOOL, CoverageReport
from dashboards.wording import NONE, count, joined, rounded
from district.page_parts import day_words

NAMED = 3
"""Schools without anybody are named up to so many."""


def finding(question: CoverageQuestion, report: CoverageReport) -> str:
    """How many are certified, which schools have nobody, and what ends soon."""
    return " ".join(filter(None, (_certified(question, report), _without(report), _ending(report))))


def _certified(question: CoverageQuestion, report: CoverageReport) -> str:
    number = report.total.certified or 0
    words = {"day": day_words(question.day), "number": count(number)}
    if question.practice:
        sentence = ngettext(
            "On %(day)s, %(number)s person may hold “%(practice)s”",
            "On %(day)s, %(number)s people may hold “%(practice)s”",
            number,
        ) % {**words, "practice": question.practices[question.practice]}
    else:
        sentence = (
            ngettext(
                "On %(day)s, %(number)s person holds a valid certificate",
                "On %(day)s, %(number)s people hold a valid certificate",
                number,
            )
            % words
        )
    if report.total.per_100_staff is None or not number:
        return sentence + "."
    return _("%(sentence)s: %(rate)s for every 100 staff.") % {
        "sentence": sentence,
        "rate": per_100_words(report.total.per_100_staff),
    }


def _without(report: CoverageReport) -> str:
    schools, empty = report.of(SCHOOL), report.without
    if not schools or not report.total.certified:
        return ""
    if not empty:
        words = ngettext("The school has somebody.", "Each of the %(number)s schools has somebody.", len(schools))
        return words % {"number": count(len(schools))}
    if len(empty) <= NAMED:
        words = ngettext("%(schools)s has nobody.", "%(schools)s have nobody.", len(empty))
        return words % {"schools": joined(row.label for row in empty)}
    words = _("%(number)s of %(all)s schools have nobody.")
    return words % {"number": count(len(empty)), "all": count(len(schools))}


def _ending(report: CoverageReport) -> str:
    number = report.total.expiring[-1]
    words = ngettext(
        "Within 90 days %(number)s of them will no longer be certified unless renewed.",
        "Within 90 days %(number)s of them will no longer be certified unless they are renewed.",
        number,
    )
    return words % {"number": count(number)} if number else ""


def per_100_words(rate: float | None, decimals: int = 1) -> str:
    """A figure per 100: per 100 staff with one decimal, per 100 students with two."""
    return NONE if rate is None else rounded(rate, decimals)
