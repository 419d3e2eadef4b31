"""In words: what the board shows, and what is behind it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TERMS: dict[str, Promise] = {
    "stage": _(
        "Exploration: need and fit are looked at. Installation: people are trained, time, rooms and plans are put in "
        "place. Initial implementation: the practice is used for the first time. Full implementation: most of the "
        "school uses it as it was meant. After the National Implementation Research Network (NIRN)."
    ),
    "decision": _(
        "The stage of a school is a decision of people with a day and its evidence; the latest one holds. Voided "
        "decisions count nowhere."
    ),
    "hint": _(
        "What the figures would fit: with a certified keeper and a practice that is used (a third of what was rated in "
        "place, or circles held) initial, with three keepers and 70 percent in place full; with a keeper or a rating "
        "installation, else exploration. It decides nothing."
    ),
    "certified": _(
        "People with a certificate valid today on which they may hold a restorative practice, who serve the school by "
        "name; as in the coverage of training. The district’s row counts everybody once."
    ),
    "in_place": _("Share of the highest rating in the latest round of ratings that has any, each indicator alike."),
    "circles_per_100": _(
        "Circles held in the present school year for every 100 students enrolled at any time in it, tier by tier. The "
        "row of all others adds up the students of its schools."
    ),
    "agreements_kept": _(
        "Of the terms agreed in circles whose day has come, the share that was met; waived and replaced ones left out."
    ),
    "suspension_change": _(
        "Share of students suspended in the year minus that of the baseline year, as the dashboard of suspension rates "
        "counts both. A change says nothing about its cause."
    ),
    "commitments": _(
        "Commitments in force or complete that name the school, as far as the reader may read them; the district’s row "
        "counts all of them, those that bind every school too. Met: complete, say both sides. Missed: a date or the "
        "promise was missed and the matter is not closed, as far as the reader may know."
    ),
    "first_school": _("The school that was the first at installation or beyond, beside all others."),
    "withheld": _(
        "Figures about students are open to those who see exact figures of the school; for everybody else they come "
        "with published releases."
    ),
}
"""The definition, key by key, as the page, the API and the files give it."""

NEEDS: dict[str, Promise] = {
    "keeper": _("a certified keeper"),
    "keepers": _("three certified keepers"),
    "used": _("a rating or circles that show the practice in use"),
    "in_place": _("70% of what is rated in place"),
    "circles": _("circles held this year"),
}
"""What the next stage still needs, within a sentence."""

COLUMNS: dict[str, Promise] = {
    "breakdown": _("What the row is: a school, the first school, all others, the district."),
    "school": _("School code."),
    "label": _("The same in words."),
    "stage": _("Stage as decided; empty where none is set."),
    "since": _("Day of the decision."),
    "evidence": _("Evidence of the decision."),
    "decided_by": _("Who decided."),
    "hint": _("Stage that the figures would fit."),
    "schools": _("Schools in the row."),
    "in_practice": _("Of these, at initial implementation or beyond."),
    "certified": _("People certified who serve there."),
    "in_place": _("Share in place by the latest ratings, 0 to 1."),
    "rated_on": _("Day on which that round was opened."),
    "circles_tier_1": _("Circles of tier 1 for every 100 students; empty where not known."),
    "circles_tier_2": _("The same of tier 2."),
    "circles_tier_3": _("The same of tier 3."),
    "agreements_kept": _("Share of agreements kept, 0 to 1; empty where not known."),
    "students": _("Students enrolled in the year; empty where withheld."),
    "suspension_rate": _("Share of students suspended in the year, 0 to 1."),
    "baseline_rate": _("The same in the baseline year."),
    "suspension_change": _("suspension_rate minus baseline_rate."),
    "status": _("Of the figures about students: actual, not_reported, withheld, or none."),
    "commitments": _("Commitments that bind the school."),
    "met": _("Of these, complete."),
    "missed": _("Of these, missed and not settled."),
}
"""The columns of a file of the board."""
