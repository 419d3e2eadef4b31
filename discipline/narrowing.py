"""Referrals and removals by what is known of their incident and their student: one meaning for lists and figures.

Both kinds of record name an incident, a student and a school year. Every function takes such rows and the values asked
for, as an address writes them, and returns the rows that have one of them; `UNREPORTED` stands for "nobody said".
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import time

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.utils.formats import time_format
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from discipline.models import Involvement, Referral
from district.columns import UNREPORTED
from district.models import Enrollment

WEEKDAYS: dict[str, Promise] = {
    "MON": _("Monday"),
    "TUE": _("Tuesday"),
    "WED": _("Wednesday"),
    "THU": _("Thursday"),
    "FRI": _("Friday"),
    "SAT": _("Saturday"),
    "SUN": _("Sunday"),
}
"""Days of the week in the order of ISO 8601, where Monday is 1."""

MONTHS: dict[str, Promise] = {
    "7": _("July"),
    "8": _("August"),
    "9": _("September"),
    "10": _("October"),
    "11": _("November"),
    "12": _("December"),
    "1": _("January"),
    "2": _("February"),
    "3": _("March"),
    "4": _("April"),
    "5": _("May"),
    "6": _("June"),
}
"""The months of a school year in their order."""

JUDGMENTS: dict[str, Promise] = {
    "true": _("At least one subjective behavior"),
    "false": _("Objective behaviors only"),
    UNREPORTED: _("No behavior on record"),
}
"""Whether a behavior named depends on an adult's judgment, such as disrespect."""

FLAGS = {"true": True, "false": False}


def hour_words(hour: int) -> str:
    """The hour that begins at `hour` (0 to 23), such as "10 AM"."""
    return time_format(time(hour), "g A")


HOURS: dict[str, str | Promise] = {str(hour): lazy(hour_words, str)(hour) for hour in range(24)}
"""The hours of a day; each holds the events from its start up to the next."""


def parts_of(*, named: str = "") -> QuerySet:
    """Standing parts of the student who caused harm in the outer row's incident; with `named` set in that column."""
    parts = Involvement.objects.responsible().filter(incident=OuterRef("incident"), student=OuterRef("student"))
    return parts.exclude(**{named: None}) if named else parts


def with_parts(rows: QuerySet, named: str) -> QuerySet:
    """Join (as `part`) the parts of `parts_of` that name something in the column `named`.

    A row stands there once for each; a row without any stands there too, perhaps more than once, with nothing named.
    """
    way = "incident__involvements"
    condition = Q(
        **{
            f"{way}__student": F("student"),
            f"{way}__role": Involvement.Role.RESPONSIBLE,
            f"{way}__voided_at__isnull": True,
        }
    )
    joined = rows.annotate(part=FilteredRelation(way, condition=condition))
    return joined.filter(Q(**{f"part__{named}__isnull": False}) | ~Exists(parts_of(named=named)))


def at_places(rows: QuerySet, codes: Collection[str]) -> QuerySet:
    """Rows whose incident was at one of the places; `UNREPORTED`: the file named none."""
    return rows.filter(incident__location__in=["" if code == UNREPORTED else code for code in codes])


def on_weekdays(rows: QuerySet, days: Collection[str]) -> QuerySet:
    """Rows whose incident was on one of the days of the week (`WEEKDAYS`)."""
    numbers = [number for number, day in enumerate(WEEKDAYS, start=1) if day in days]
    return rows.filter(incident__occurred_on__iso_week_day__in=numbers)


def in_months(rows: QuerySet, months: Collection[str]) -> QuerySet:
    """Rows whose incident was in one of the months, 1 to 12."""
    return rows.filter(incident__occurred_on__month__in=[int(month) for month in months])


def at_hours(rows: QuerySet, hours: Collection[str]) -> QuerySet:
    """Rows whose incident was within one of the hours, 0 to 23; `UNREPORTED`: the time is not known."""
    known = Q(incident__occurred_time__hour__in=[int(hour) for hour in hours if hour != UNREPORTED])
    return rows.filter(known | Q(incident__occurred_time=None) if UNREPORTED in hours else known)


def over_behaviors(rows: QuerySet, codes: Collection[str]) -> QuerySet:
    """Rows for one of the behaviours, by their codes; `UNREPORTED`: none is named."""
    found = Q(Exists(parts_of().filter(behavior__code__in=[code for code in codes if code != UNREPORTED])))
    return rows.filter(found | ~Exists(parts_of(named="behavior")) if UNREPORTED in codes else found)


def judgment() -> Case:
    """The key in `JUDGMENTS` of each row."""
    return Case(
        When(Exists(parts_of().filter(behavior__subjective=True)), then=Value("true")),
        When(Exists(parts_of(named="behavior")), then=Value("false")),
        default=Value(UNREPORTED),
    )


def by_judgment(rows: QuerySet, keys: Collection[str]) -> QuerySet:
    """Rows by whether a behaviour named depends on an adult's judgment: keys of `JUDGMENTS`."""
    return rows.alias(judgment=judgment()).filter(judgment__in=list(keys))


def of_students(column: str) -> Callable[[QuerySet, Collection[str]], QuerySet]:
    """Return what keeps rows by the student's one value of the year in `column` of the enrollment.

    `UNREPORTED` also holds students who were never enrolled in the year.
    """

    def narrow(rows: QuerySet, values: Collection[str]) -> QuerySet:
        year = Enrollment.objects.filter(
            student=OuterRef("student"), school_year=OuterRef("school_year"), is_last_in_year=True
        )
        known = year.exclude(**{column: None if is_flag else UNREPORTED})
        wanted = [FLAGS.get(value, value) for value in values if value != UNREPORTED]
        found = Q(Exists(known.filter(**{f"{column}__in": wanted})))
        return rows.filter(found | ~Exists(known) if UNREPORTED in values else found)

    is_flag = column in Enrollment.PROGRAMS
    return narrow


ACCOUNT = "account:"
"""Begins the key of somebody who signed in and referred a student: their e-mail address follows."""


def account(rows: QuerySet) -> Combinable:
    """The e-mail address of who signed in and made the referral of each row; null where a file brought it."""
    if rows.model is Referral:
        return F("reporter__email")
    referral = Referral.objects.filter(incident=OuterRef("incident"), student=OuterRef("student"))
    return Subquery(referral.values("reporter__email")[:1])


def referred_by(rows: QuerySet, keys: Collection[str]) -> QuerySet:
    """Rows of students whom one of these people referred; `UNREPORTED`: nobody that the staff list or accounts know.

    A file names a member of staff, known by their local id. A referral that was made here names an account, known by
    `ACCOUNT` and its e-mail address; it counts where no file names anybody.
    """
    accounts = [key.removeprefix(ACCOUNT) for key in keys if key.startswith(ACCOUNT)]
    rows = rows.alias(account=account(rows))
    unnamed = ~Exists(parts_of(named="reported_by_staff"))
    found = Q(Exists(parts_of().filter(reported_by_staff__local_id__in=list(keys))))
    found |= Q(unnamed, account__in=accounts)
    return rows.filter(found | Q(unnamed, account=None) if UNREPORTED in keys else found)
