"""Which live measures a commitment may be bound to: the words and rules of each key.

How a key is computed is known on the floor that sees the records (`dashboards/progress/`); a test asserts that each
key here has its function there. A commitment stores the key and the options that its kind `needs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Direction(StrEnum):
    """Which side of its target a figure must be on; the target itself keeps the promise."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


DIRECTIONS: dict[Direction, Promise] = {
    Direction.AT_MOST: _("at most"),
    Direction.AT_LEAST: _("at least"),
}


@dataclass(frozen=True)
class MeasureKind:
    """What a key counts, in which unit, and which way it must go.

    `needs` names the columns of a commitment without which it cannot be computed, `may` those that narrow it.
    `about_students`: whether the figure counts students, so that it is shown only to those who see exact figures.
    `by_record`: whether single records break it, each on its day. `settles_at_end`: whether it may still fall within
    its period, so that only the whole of it breaks the promise. `on_day`: whether it says how things stand on a day,
    so that no period is asked for. `settles_dates`: whether the figure itself says on a due date that it is kept, to
    everybody; then nobody delivers anything. `sign` follows the figure, shown with so many decimal `places`.
    """

    label: Promise
    unit: Promise
    direction: Direction
    definition: Promise
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    about_students: bool = True
    by_record: bool = False
    settles_at_end: bool = False
    on_day: bool = False
    settles_dates: bool = False
    sign: str = ""
    places: int = 0


MEASURE_KINDS: dict[str, MeasureKind] = {
    "oss_for_level": MeasureKind(
        label=_("Out-of-school suspensions for a behavior level"),
        unit=_("suspensions"),
        direction=Direction.AT_MOST,
        definition=_(
            "Out-of-school suspensions of any length, ordered over behaviors that the code of conduct all puts at this "
            "level; voided ones left out. Each counts on the day of its incident, from the day of adoption on."
        ),
        needs=("behavior_level",),
        by_record=True,
    ),
    "suspension_rate": MeasureKind(
        label=_("Share of students suspended"),
        unit=_("percent of students"),
        direction=Direction.AT_MOST,
        definition=_(
            "Students with at least one suspension of the kind, out of students enrolled at any time in the school "
            "year, as the dashboard counts them; with a group, students of that group only."
        ),
        needs=("rate_of",),
        may=("group",),
        sign="%",
        places=1,
    ),
    "risk_ratio": MeasureKind(
        label=_("Risk ratio of a group"),
        unit=_("times the rate of all others"),
        direction=Direction.AT_MOST,
        definition=_(
            "The group’s share of students suspended divided by that of all other students of the same schools, as "
            "the dashboard computes it (34 CFR 300.647(a)(7))."
        ),
        needs=("rate_of", "group"),
        settles_at_end=True,
        sign="×",
        places=2,
    ),
    "delivered_on_time": MeasureKind(
        label=_("What falls due is delivered on time"),
        unit=_("percent of what fell due"),
        direction=Direction.AT_LEAST,
        definition=_(
            "Of the dates on which something of this commitment fell due so far, the share on which it had been "
            "delivered by that day. A late delivery stays a missed date."
        ),
        needs=("cadence",),
        about_students=False,
        sign="%",
        places=1,
    ),
    "schools_with_keepers": MeasureKind(
        label=_("Schools with enough certified facilitators"),
        unit=_("schools"),
        direction=Direction.AT_LEAST,
        definition=_(
            "Schools at which at least so many people serve by name who hold a certificate, valid on the day, on which "
            "they may hold a restorative practice; as the coverage of training counts them. Closed schools are left "
            "out."
        ),
        needs=("minimum",),
        about_students=False,
        on_day=True,
        settles_dates=True,
    ),
    "staff_trained": MeasureKind(
        label=_("Staff trained and certified"),
        unit=_("members of staff"),
        direction=Direction.AT_LEAST,
        definition=_(
            "Teachers, administrators, counselors and other school staff who hold a certificate, valid on the day, on "
            "which they may hold a restorative practice; each counts once, as in the coverage of training. For schools "
            "named, those who serve one of them by name."
        ),
        about_students=False,
        on_day=True,
        settles_dates=True,
    ),
    "staff_trained_share": MeasureKind(
        label=_("Share of staff trained and certified"),
        unit=_("percent of staff"),
        direction=Direction.AT_LEAST,
        definition=_(
            "Staff trained and certified on the day, out of the staff whom the latest roster of that school year or "
            "before names at the schools."
        ),
        about_students=False,
        on_day=True,
        settles_dates=True,
        sign="%",
        places=1,
    ),
    "circles_per_100": MeasureKind(
        label=_("Circles for every 100 students"),
        unit=_("circles for every 100 students"),
        direction=Direction.AT_LEAST,
        definition=_(
            "Circles held in the school year and not voided, of all tiers or of one, for every 100 students enrolled "
            "at any time in it."
        ),
        may=("tier",),
        places=1,
    ),
    "reentry_circles": MeasureKind(
        label=_("Circles after coming back from a suspension"),
        unit=_("percent of returns"),
        direction=Direction.AT_LEAST,
        definition=_(
            "Of the out-of-school suspensions of the school year whose last day is so many days past, the share after "
            "which a restorative circle for coming back was held within these days; voided ones left out. One that "
            "was held in time counts at once."
        ),
        needs=("within_days",),
        sign="%",
        places=1,
    ),
    "agreements_kept": MeasureKind(
        label=_("Agreements kept"),
        unit=_("percent of what was agreed"),
        direction=Direction.AT_LEAST,
        definition=_(
            "Of the terms agreed in circles of the school year whose day has come, the share that was met. Terms that "
            "were waived or replaced do not count; one met in part is not met."
        ),
        sign="%",
        places=1,
    ),
}
"""Key → its kind."""


GROUPS: dict[str, Promise] = {
    "race=HI": _("Hispanic students"),
    "race=AM": _("American Indian students"),
    "race=AS": _("Asian students"),
    "race=HP": _("Pacific Islander students"),
    "race=BL": _("Black students"),
    "race=WH": _("White students"),
    "race=TR": _("students of two or more races"),
    "sex=M": _("male students"),
    "sex=F": _("female students"),
    "idea=true": _("students with disabilities (IDEA)"),
    "section504=true": _("students with a Section 504 plan"),
    "el=true": _("English learners"),
    "economically_disadvantaged=true": _("economically disadvantaged students"),
    "homeless=true": _("students without stable housing"),
    "foster=true": _("students in foster care"),
}
"""A group of students as the dashboards name it (dimension=value) → its words within a sentence."""
