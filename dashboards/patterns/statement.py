"""A precise problem statement of a selection: what, where, when, who, with the numbers, and never a cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards import definitions as shared
from dashboards.dimensions import UNREPORTED, written
from dashboards.patterns import definitions
from dashboards.patterns.facets import BEHAVIOR, HOUR, LOCATION, MONTH, STAFF, SUBJECTIVE, WEEKDAY
from dashboards.patterns.question import PatternQuestion
from dashboards.patterns.reports import PatternReport
from dashboards.wording import count, joined, percent, rounded
from district.models import SchoolLevel
from district.page_parts import year_words

EVERY_HOUR = 24


def statement(question: PatternQuestion, report: PatternReport) -> str:
    """Say what the selection holds; what was not reported is said, and never read as zero."""
    year = question.year
    if year is None:
        return ""
    if not report.rows:
        missing = _("%(what)s were not reported %(place)s in %(year)s: the figures are unknown, not zero.")
        what = definitions.LABELS[question.measure.key]
        return missing % {"what": what, "place": place_words(question), "year": year_words(year.year)}
    found = report.total.events
    words = {
        "year": year_words(year.year),
        "place": place_words(question),
        "number": count(found),
        "all": counted(question, report.definition.events_in_all),
        "what": selection_words(question),
        "groups": group_words(question),
    }
    if question.facets and question.filters:
        sentence = ngettext(
            "In %(year)s, %(number)s of %(all)s %(place)s was %(what)s, and concerns %(groups)s.",
            "In %(year)s, %(number)s of %(all)s %(place)s were %(what)s, and concern %(groups)s.",
            found,
        )
    elif question.facets:
        sentence = ngettext(
            "In %(year)s, %(number)s of %(all)s %(place)s was %(what)s.",
            "In %(year)s, %(number)s of %(all)s %(place)s were %(what)s.",
            found,
        )
    elif question.filters:
        sentence = ngettext(
            "In %(year)s, %(number)s of %(all)s %(place)s concerns %(groups)s.",
            "In %(year)s, %(number)s of %(all)s %(place)s concern %(groups)s.",
            found,
        )
    else:
        sentence = ngettext(
            "In %(year)s, %(all)s was recorded %(place)s.", "In %(year)s, %(all)s were recorded %(place)s.", found
        )
    return " ".join((sentence % words, *_details(question, report)))


def counted(question: PatternQuestion, number: int) -> str:
    """A number of what is counted: 61 referrals."""
    return str(definitions.COUNTS[question.measure.key] % {"count": count(number), "number": number})


def place_words(question: PatternQuestion) -> str:
    """Where the events counted belong, within a sentence: at North School, in the district."""
    schools = question.counted_schools
    if len(schools) == 1:
        return _("at %(school)s") % {"school": schools[0].name}
    if question.chosen is None:
        return _("in the district")
    if levels := question.asked.get("level"):
        names = joined(str(SchoolLevel(level).label).lower() for level in levels.split(","))
        return _("at %(number)s schools (%(names)s)") % {"number": count(len(schools)), "names": names}
    return ngettext("at %(number)s school", "at %(number)s schools", len(schools)) % {"number": count(len(schools))}


def selection_words(question: PatternQuestion) -> str:
    """What, where and when of the selection: for “Theft” in classrooms on Mondays. Commas where a part has choices."""
    parts = {
        BEHAVIOR: _behaviors,
        SUBJECTIVE: _judgments,
        LOCATION: lambda q: _either(definitions.PLACES, q.facets[LOCATION]),
        HOUR: lambda q: hours_words(q.facets[HOUR]),
        WEEKDAY: lambda q: _either(definitions.ON_DAYS, q.facets[WEEKDAY]),
        MONTH: lambda q: _either(definitions.IN_MONTHS, q.facets[MONTH]),
        STAFF: _referrers,
    }
    has_choices = any(len(values) > 1 for values in question.facets.values())
    said = [words(question) for name, words in parts.items() if name in question.facets]
    return (", " if has_choices else " ").join(said)


def _either(words: Mapping[str, object], values: Iterable[str]) -> str:
    return either([str(words[value]) for value in words if value in set(values)])


def either(words: Sequence[str]) -> str:
    """Words of which one holds: A, B or C."""
    *first, last = words
    return pgettext("list", "%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def _behaviors(question: PatternQuestion) -> str:
    labels = question.labels_of(BEHAVIOR)
    named = [
        _("“%(behavior)s”") % {"behavior": labels[code]} for code in question.facets[BEHAVIOR] if code != UNREPORTED
    ]
    if UNREPORTED in question.facets[BEHAVIOR]:
        named.append(_("no behavior on record"))
    return _("for %(behaviors)s") % {"behaviors": either(named)}


def _judgments(question: PatternQuestion) -> str:
    words = {
        "true": _("for a behavior that depends on an adult’s judgment"),
        "false": _("for objective behaviors only"),
        UNREPORTED: _("without a behavior on record"),
    }
    return _either(words, question.facets[SUBJECTIVE])


def _referrers(question: PatternQuestion) -> str:
    labels = {**question.labels_of(STAFF), UNREPORTED: _("nobody named")}
    return _("referred by %(names)s") % {"names": either([str(labels[one]) for one in question.facets[STAFF]])}


def hours_words(hours: Iterable[str]) -> str:
    """The hours of a day, neighbours together: between 10 AM and 12 PM, or at a time that is not known."""
    chosen = set(hours)
    numbers = sorted(int(hour) for hour in chosen if hour != UNREPORTED)
    spans: list[list[int]] = []
    for hour in numbers:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    words = [
        _("between %(first)s and %(last)s") % {"first": clock(first), "last": clock(last)} for first, last in spans
    ]
    if UNREPORTED in chosen:
        words.append(_("at a time that is not known"))
    return either(words)


def clock(hour: int) -> str:
    """A full hour, 0 to 24: 10 AM."""
    return time_format(time(hour % EVERY_HOUR), "g A")


def group_words(question: PatternQuestion) -> str:
    """The groups that the filters of students leave, within a sentence; empty when everybody counts."""
    groups = [
        either([shared.group_name(name, value) for value in sorted(values, key=written)])
        for name, values in question.filters.items()
    ]
    return _(", of these only ").join(groups)


def _details(question: PatternQuestion, report: PatternReport) -> list[str]:
    """What follows the sentence: how many students, how many a school day, and how many have no time on record."""
    total, said = report.total, []
    if not total.events:
        return []
    words = {"number": count(total.students), "enrolled": count(total.enrolled), "share": percent(total.student_rate)}
    if total.student_rate is None or report.definition.not_enrolled:
        students = ngettext("They concern %(number)s student.", "They concern %(number)s students.", total.students)
    else:
        students = ngettext(
            "They concern %(number)s student, %(share)s of the %(enrolled)s enrolled.",
            "They concern %(number)s students, %(share)s of the %(enrolled)s enrolled.",
            total.students,
        )
    said.append(students % words)
    if total.per_school_day is not None:
        days = {MONTH, WEEKDAY} & set(question.facets)
        sentence = _("That is %(number)s on each such school day.") if days else _("That is %(number)s a school day.")
        said.append(sentence % {"number": per_day_words(total.per_school_day)})
    unknown = next((row.events for row in report.of(HOUR) if row.value == UNREPORTED), 0)
    if unknown and HOUR not in question.facets:
        said.append(_("The time is not known for %(number)s of them.") % {"number": count(unknown)})
    return said


def per_day_words(number: float) -> str:
    """A figure per school day with about three digits: 29.5, 1.45, 0.063, 0."""
    return rounded(number, 0 if not number else 1 if number >= 10 else 2 if number >= 0.1 else 3)
