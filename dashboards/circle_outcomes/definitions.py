"""In words: what each figure of the outcomes counts, out of what, and what it does not say."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from circles.models import Circle

TERMS: dict[str, Promise] = {
    "cases": _(
        "Restorative cases opened in the school year, of practices that record names; voided ones count nowhere. "
        "Circles with a class or group are logged without names and are not in here."
    ),
    "cycle_time": _(
        "Calendar days from the first day of one state to the first day of the other, of cases that were held. The "
        "middle half lies between the two quartiles. Cases still on the way have no length yet, so a young year looks "
        "quicker than it will be."
    ),
    "agreements": _(
        "Terms whose day has come. Completion: met. On time: met by their day. Partly met is not met; waived and "
        "replaced ones count in neither."
    ),
    "follow_ups": _("Days on which somebody was to ask again, until today; of closed cases only what was done."),
    "recurrence": _(
        "Students who came as the one who caused harm, after each circle. Referred again: a referral within so many "
        "days that is not voided; the day of the circle does not count, the last day does. Whoever left before the "
        "last day, and whoever’s days are not over, is not counted. It does not say that the circle worked or failed."
    ),
    "days_avoided": _(
        "An estimate, not a count and not an effect: referrals resolved by a completed circle, for which the response "
        "matrix allowed a suspension and nobody was suspended, times the median length of suspensions over the same "
        "level of behavior in the same year and schools. Nobody knows how many would have been suspended, so it is "
        "rather too high than too low."
    ),
    "participation": _(
        "Students who came to a circle of a case, in whatever part, out of all students enrolled at any time; and "
        "students referred who came to a circle over such a referral, out of all students referred. Taking part is "
        "voluntary: no figure here counts who said no."
    ),
    "offers": _(
        "Removals before which something restorative was offered, as the dashboard of restorative offers counts."
    ),
    "keepers": _(
        "People who lead a case or keep it with others: cases open today, and cases of the year that were held. "
        "Names show to those who may see adults in training or arrange these cases."
    ),
    "before_after": _(
        "Students 90 days before and after their first circle as the one who caused harm: referrals, and school days "
        "of removals from class or school that began in these days. Only students who were there all the time. The "
        "referral that led to the circle lies before it, so fewer afterwards is to be expected anyway. This says "
        "nothing about cause."
    ),
    "exceptions": _(
        "Keepers chosen all the same, with a reason: without a certificate valid for the practice, or with a stake in "
        "the case."
    ),
    "not_held": _("How often a scheduled circle was not held. Each time counts; most are held later."),
    "schools": _(
        "Everything is counted within the schools shown: what happened elsewhere is not looked at, and a student who "
        "moved elsewhere has left."
    ),
    "few": _(
        "Marked “few”: a median of fewer than 30, a share of fewer than 10. Who was referred again is not told apart "
        "for groups of fewer than 10."
    ),
}
"""The definition, key by key, as the page, the API and the files give it."""

NOTHING_ABOUT_CAUSE = _("This says nothing about cause.")

STAGES: dict[str, Promise] = {
    "referred_to_screening": _("From asking to being taken up"),
    "screening_to_scheduled": _("From being taken up to a day"),
    "scheduled_to_held": _("From setting a day to the circle"),
    "referred_to_held": _("From asking to the circle"),
    "held_to_agreement": _("From the circle to the agreement"),
    "agreement_to_closed": _("From the agreement to the end"),
    "referred_to_closed": _("From asking to the end"),
}
LABELS: dict[str, dict[str, Promise]] = {
    "cases": {
        "opened": _("Opened"),
        "held": _("Held"),
        "agreement": _("Agreement reached"),
        "completed": _("Completed"),
        "open": _("Still open"),
    },
    "cycle_time": STAGES,
    "agreements": {
        "met": _("Met"),
        "on_time": _("Met on time"),
        "overdue": _("Open and overdue"),
        "waived": _("Waived by whom it was owed to"),
        "renegotiated": _("Replaced by another"),
        "later": _("Not due yet"),
    },
    "follow_ups": {"done": _("Asked again")},
    "recurrence": {
        "30": _("Within 30 days"),
        "90": _("Within 90 days"),
        "180": _("Within 180 days"),
    },
    "days_avoided": {"total": _("All levels together"), "none": _("Nothing to compare with")},
    "participation": {
        "students": _("Came to a circle"),
        "referred": _("Referred, and came to a circle over it"),
    },
    "offers": {"offered": _("Offered before a removal"), "accepted": _("Accepted of those offered")},
    "keepers": {
        "0": _("No open case"),
        "1-2": _("1 or 2 open cases"),
        "3-5": _("3 to 5 open cases"),
        "6+": _("6 or more open cases"),
    },
    "keeper": {"": _("Other keepers")},
    "before_after": {"referrals": _("Referrals"), "days": _("School days removed")},
    "exceptions": {
        "certificate": _("Without a valid certificate"),
        "stake": _("With a stake in the case"),
    },
    "not_held": dict(Circle.NotHeld.choices),
}
"""Part → item → words."""

COLUMNS: dict[str, Promise] = {
    "part": _("Which part of the report the row belongs to."),
    "item": _("What the row counts within its part."),
    "group": _("Value of the breakdown; empty: everybody."),
    "label": _("The same in words."),
    "n": _("Out of how many: cases, terms, students, removals, referrals or keepers."),
    "number": _("How many of them."),
    "share": _("number divided by n."),
    "ratio": _("Share divided by that of all others; empty where that is 0 or nobody, and by school."),
    "ratio_low": _("Lower 95 % bound of the ratio (Katz log interval)."),
    "ratio_high": _("Upper 95 % bound of the ratio."),
    "lower_quartile": _("Lower quartile: calendar days of a cycle time, school days of suspensions."),
    "median": _("Median, in the same unit."),
    "upper_quartile": _("Upper quartile, in the same unit."),
    "days": _("Estimate of suspension days avoided, by the median."),
    "days_low": _("The same by the lower quartile."),
    "days_high": _("The same by the upper quartile."),
    "compared": _("Suspensions with a known length that the median comes from."),
    "before": _("In the 90 days before the first circle."),
    "after": _("In the 90 days after it."),
    "open": _("Cases that a keeper has open today."),
    "held": _("Cases of the year that a keeper held."),
    "waiting": _("On the way, or days not over yet: not counted in n."),
    "left": _("Left before the days were over: not counted in n."),
    "status": _("actual; few: not shown, too few students; none: nothing to count; not_reported: by the school."),
    "small": _("true: so few that one more or less moves the figure much."),
}
"""The columns of a file of the outcomes."""
