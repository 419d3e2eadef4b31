"""Commitments in words: the sentence over the page, figures in their unit, what the pace leads to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.measure_kinds import DIRECTIONS, MEASURE_KINDS, Direction
from commitments.models import Commitment
from dashboards.progress.forecast import at_period_end, reached_on
from dashboards.progress.readings import Progress
from dashboards.wording import count, rounded, times
from district.calendar import school_year_window
from district.page_parts import day_words, plain_days, year_words


def figure_words(commitment: Commitment, value: float | None) -> str:
    """A figure in the unit of the commitment, rounded for display only."""
    if value is None:
        return "–"
    if commitment.measure:
        kind = MEASURE_KINDS[commitment.measure]
        if kind.sign == "%":
            return _("%(number)s%%") % {"number": rounded(value, kind.places)}
        return times(value, kind.places) if kind.sign else rounded(value, kind.places)
    return f"{plain_days(Decimal(repr(value)))} {commitment.unit}".strip()


def unit_words(measure: str, number: float) -> str:
    """The unit of a measure as it follows a number: nothing after a sign, the singular after one."""
    count = int(number) if number == int(number) else 2
    counted = {
        "oss_for_level": ngettext("suspension", "suspensions", count),
        "schools_with_keepers": ngettext("school", "schools", count),
        "staff_trained": ngettext("member of staff", "members of staff", count),
    }
    kind = MEASURE_KINDS[measure]
    return "" if kind.sign else counted.get(measure, str(kind.unit))


def target_words(commitment: Commitment) -> str:
    """The target in words: at most 5%, at least 100%, 52 schools."""
    if commitment.target is None:
        return _("none set")
    number = plain_days(commitment.target)
    if not commitment.measure:
        return f"{number} {commitment.unit}".strip()
    kind = MEASURE_KINDS[commitment.measure]
    return f"{DIRECTIONS[kind.direction]} {number}{kind.sign}"


def period_words(period: int) -> str:
    """A school year, or everything since the day of adoption."""
    return year_words(period) if period else _("since it was adopted")


def verdict(commitment: Commitment, kept: bool | None, *, is_late: bool) -> str:
    """Kept or not, in a word or two. What must be reached by a day is not broken before it (`is_late`: it is over)."""
    kind = MEASURE_KINDS[commitment.measure]
    if kept is None:
        return _("No figure yet")
    if kind.direction is Direction.AT_LEAST and "cadence" not in kind.needs:
        return _("Reached") if kept else _("Not kept") if is_late else _("Not reached yet")
    return _("Kept so far") if kept else _("Not kept")


def finding(
    commitment: Commitment, progress: Progress, *, is_broken: bool, is_late: bool, reported: Any
) -> SafeString | str:
    """The sentence over the page: kept or not, with the figure where the reader may see it.

    `is_late`: a date of it is over on which it had not been reached.
    """
    current = progress.current
    if commitment.status == Commitment.Status.DRAFT:
        return _("A draft. It holds once somebody can check it.")
    if current is None:
        if is_broken:
            return format_html("<strong>{}</strong>", _("Not kept."))
        if reported:
            as_of, value = reported[-1]
            words = {"value": figure_words(commitment, value), "day": day_words(as_of)}
            return format_html(str(_("<strong>{value}</strong>, as reported on {day}.")), **words)
        return ""
    kind = MEASURE_KINDS[commitment.measure]
    counts = counts_words(progress) if kind.on_day and not kind.sign else ""
    words = {
        "value": counts or figure_words(commitment, current.number),
        "period": _("today") if kind.on_day else period_words(current.period),
        "target": target_words(commitment),
        "verdict": verdict(commitment, current.is_kept(kind.direction, commitment.target), is_late=is_late),
        # “1 of 2 schools”: the unit follows the second number.
        "unit": unit_words(commitment.measure, (current.denominator if counts else current.number) or 0),
    }
    sentence = format_html(
        str(_("<strong>{verdict}:</strong> {value} {unit} {period}; promised is {target}.")), **words
    )
    return format_html("{} {}", sentence, _("Counted in your schools only.")) if progress.is_part else sentence


def counts_words(progress: Progress) -> str:
    """The counts behind a figure."""
    current = progress.current
    if current is None or current.denominator is None:
        return ""
    return _("%(part)s of %(whole)s") % {"part": count(current.numerator), "whole": count(current.denominator)}


def readings_on(progress: Progress, today: date) -> list[tuple[date, float]]:
    """The readings of school years with the day on which each was taken: the last of the year, or today."""
    return [
        (min(school_year_window(one.period)[1], today), one.number)
        for one in progress.history
        if one.number is not None
    ]


def forecast_words(commitment: Commitment, progress: Progress, reported: Any, today: date) -> str:
    """Where it leads at the present pace; empty where there is too little to say."""
    current = progress.current
    if commitment.measure and MEASURE_KINDS[commitment.measure].by_record and current and current.period:
        first, last = school_year_window(current.period)
        value = at_period_end(float(current.numerator), begins_on=first, ends_on=last, today=today)
        if value is None:
            return ""
        number = round(value)
        words = ngettext(
            "If the year goes on as it has, it ends with %(count)s.",
            "If the year goes on as it has, it ends with %(count)s.",
            number,
        )
        return words % {"count": count(number)}
    if commitment.measure and not MEASURE_KINDS[commitment.measure].on_day:
        return ""
    points = readings_on(progress, today) if commitment.measure else reported
    if commitment.target is None or len(points) < 2:
        return ""
    day = reached_on(points, target=float(commitment.target))
    if day is None:
        return _("At the pace so far, the target is not reached.")
    if day <= points[-1][0]:
        return (
            "" if commitment.measure else _("The target was reached on %(day)s, as reported.") % {"day": day_words(day)}
        )
    late = commitment.due_on and day > commitment.due_on
    sentence = _("At the pace so far, the target is reached on %(day)s") % {"day": day_words(day)}
    after = _(", after the day promised (%(day)s).") % {"day": day_words(commitment.due_on)} if late else "."
    return sentence + after
