"""Requirements and verdicts in words, for pages, mails and refusals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.page_parts import day_words
from training.eligibility import Finding, Kind, Mode, Requirement, Verdict, Why


def amount_words(amount: Decimal) -> str:
    """A number without trailing zeros."""
    return format(amount.normalize(), "f")


def hours_words(hours: Decimal) -> str:
    """Clock hours, such as "6 hours" or "2.5 hours"."""
    plain = amount_words(hours)
    if hours == hours.to_integral_value():
        return ngettext("%(hours)s hour", "%(hours)s hours", int(hours)) % {"hours": plain}
    return _("%(hours)s hours") % {"hours": plain}


def requirement_words(one: Requirement) -> str:
    """What a requirement asks for, in a few words."""
    words = _ASKED[one.kind](one)
    if one.tier is not None:
        words = _("%(words)s of tier %(tier)d or above") % {"words": words, "tier": one.tier}
    if one.each_year:
        words = _("%(words)s in each year") % {"words": words}
    if one.months is not None:
        within = ngettext("within %(count)d month", "within %(count)d months", one.months) % {"count": one.months}
        words = f"{words} {within}"
    return words


def _circles(one: Requirement) -> str:
    count = int(one.amount)
    if one.must_lead:
        return ngettext("%(count)d circle led", "%(count)d circles led", count) % {"count": count}
    return ngettext("%(count)d circle kept", "%(count)d circles kept", count) % {"count": count}


def _observed(one: Requirement) -> str:
    count = int(one.amount)
    words = ngettext("%(count)d observed circle signed off", "%(count)d observed circles signed off", count)
    return words % {"count": count}


_ASKED = {
    Kind.COURSE: lambda one: _("%(course)s passed") % {"course": one.label or one.code},
    Kind.HOURS: lambda one: (
        _("%(hours)s attended") % {"hours": hours_words(one.amount)} + (f" ({one.label})" if one.label else "")
    ),
    Kind.CIRCLES: _circles,
    Kind.OBSERVATION: _observed,
    Kind.DOCUMENT: lambda one: _("Document received: %(name)s") % {"name": one.label or one.code},
    Kind.INTERVIEW: lambda one: _("Interview passed: %(name)s") % {"name": one.label or one.code},
    Kind.CREDENTIAL: lambda one: _("%(credential)s held") % {"credential": one.label or one.code},
}


def why_words(finding: Finding) -> str:
    """Why a requirement is met, or what is missing."""
    counts = {"have": amount_words(finding.have), "need": amount_words(finding.need)}
    if finding.is_met:
        return _("since %(day)s") % {"day": day_words(finding.since)} if finding.since else _("met")
    return _WHY[finding.why]() % counts


_WHY = {
    Why.NOT_EVALUATED: lambda: _("not evaluated yet"),
    Why.REPEAT: lambda: _("asked to repeat"),
    Why.FAILED: lambda: _("failed"),
    Why.TOO_FEW: lambda: _("%(have)s of %(need)s"),
    Why.TOO_OLD: lambda: _("too long ago"),
    Why.TOO_FEW_IN_A_YEAR: lambda: _("%(have)s of %(need)s in the weakest year"),
    Why.NOT_HELD: lambda: _("not held today"),
}


def missing_words(verdict: Verdict) -> str:
    """Everything that is missing as one line; alternatives joined by "or"."""
    parts = []
    for group in verdict.groups:
        if group.is_met:
            continue
        lines = [f"{requirement_words(one.requirement)} ({why_words(one)})" for one in group.findings if not one.is_met]
        parts.append(_(" or ").join(lines) if group.group.mode is Mode.ANY else "; ".join(lines))
    return "; ".join(parts)


def due_words(due_on: date | None, today: date) -> str:
    """How long there still is, or since when it is over; the last day itself still counts."""
    if due_on is None:
        return ""
    days = (due_on - today).days
    if days < 0:
        return ngettext("%(count)d day overdue", "%(count)d days overdue", -days) % {"count": -days}
    if days == 0:
        return _("last day today")
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
