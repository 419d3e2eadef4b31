"""The answer in a sentence or two, made from the figures: what is so, and never why."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.circle_outcomes.reports import OutcomeReport
from dashboards.circle_outcomes.rows import FEW, FEW_FOR_A_MEDIAN
from dashboards.wording import count, percent, rounded
from district.page_parts import year_words

WINDOW = "90"


def finding(report: OutcomeReport) -> str:
    """How many cases were held and how soon, how much of what was agreed is kept, who was referred again."""
    if report.is_empty or report.question.year is None:
        return ""
    return " ".join(filter(None, (_held(report, report.question.year.year), _kept(report), _again(report))))


def days_words(days: float | None) -> str:
    """A number of days as pages write it: whole, or with a decimal where it has one."""
    number = days or 0
    shown = rounded(number, 0 if number == int(number) else 1)
    return ngettext("%(number)s day", "%(number)s days", 1 if number == 1 else 2) % {"number": shown}


def _held(report: OutcomeReport, year: int) -> str:
    row, took = report.one("cases", "held"), report.one("cycle_time", "referred_to_held")
    words = {
        "year": year_words(year),
        "opened": count(row.n),
        "held": count(row.number),
        "median": days_words(took.median),
    }
    if took.n is None or took.n < FEW_FOR_A_MEDIAN:
        text = ngettext(
            "In %(year)s %(opened)s case was opened, and %(held)s has been held so far.",
            "In %(year)s %(opened)s cases were opened, and %(held)s have been held so far.",
            row.n or 0,
        )
        return text % words
    text = ngettext(
        "In %(year)s %(held)s of %(opened)s case has been held, %(median)s after it was asked for.",
        "In %(year)s %(held)s of %(opened)s cases have been held, half of them within %(median)s of being asked for.",
        row.n or 0,
    )
    return text % words


def _kept(report: OutcomeReport) -> str:
    row = report.one("agreements", "met")
    if not row.n:
        return ""
    words = {"share": percent(row.share), "met": count(row.number), "due": count(row.n)}
    return _("Of what was agreed and is due, %(share)s was kept (%(met)s of %(due)s).") % words


def _again(report: OutcomeReport) -> str:
    row = report.one("recurrence", WINDOW)
    if not row.n or row.n < FEW:
        return ""
    words = {"again": count(row.number), "n": count(row.n), "share": percent(row.share)}
    text = ngettext(
        "Within 90 days %(again)s of %(n)s student was referred again.",
        "Within 90 days %(again)s of %(n)s students were referred again (%(share)s).",
        row.n,
    )
    return text % words
