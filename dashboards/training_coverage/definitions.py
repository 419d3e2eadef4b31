"""In words: who counts as certified, for which school, out of whom, and who is on the way."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TERMS: dict[str, Promise] = {
    "certified": _(
        "People with a certificate valid today on which they may hold a restorative practice, each counted once. The "
        "first and the last day of a certificate are valid days; a suspended one is not valid."
    ),
    "by_school": _(
        "People count at every school that they serve by name, so schools add up to more than the total. Who serves "
        "any school of the district stands apart."
    ),
    "expiring": _(
        "Of those certified today, the people who will not be within 30, 60 and 90 days unless they renew: whose last "
        "valid day is then over."
    ),
    "per_100": _(
        "People certified, whatever their role, for every 100 members of staff, or students, whom the roster of its "
        "latest school year names there. It is not a share: people of the community count too."
    ),
    "on_the_way": _(
        "People not certified yet, by the furthest step they have reached: registered for a session to come, learning "
        "(attended or passed a course, or set out for a credential), eligible (everything met), proposed for award."
    ),
    "lineage": _(
        "Trainers of record of the people certified today, each after the trainer whose license made them one."
    ),
    "quarters": _(
        "People certified on the last day of the quarter, or today while it lasts, who serve the school now. Quarters "
        "begin in July, October, January and April."
    ),
    "student_peers_rule": _(
        "Students trained as peers are kept by their school. Here stands their number in the district, from 10 on."
    ),
    "few": _("With fewer than 10 students enrolled neither their number nor a figure per student is shown."),
    "source": _(
        "Certificates, registrations and attendance of the district’s training record; roster of the district."
    ),
}
"""The definition, key by key, as the page, the API and the files give it."""

COLUMNS: dict[str, Promise] = {
    "breakdown": _("What the row tells apart; “total” is everybody counted."),
    "school": _("School code."),
    "capacity": _("Role of the people."),
    "language": _("ISO 639 code of a language in which they hold circles."),
    "practice": _("Code of a restorative practice."),
    "trainer": _("Identifier of the trainer of record."),
    "taught_by": _("Identifier of the trainer’s own trainer, where that one is listed too."),
    "quarter": _("Year in which the school year ends, and the quarter: 2027-Q2."),
    "label": _("The same in words."),
    "certified": _("People certified; empty where nothing is known, which is no zero."),
    "expiring_30": _("Of these, certified for at most 30 more days."),
    "expiring_60": _("Of these, certified for at most 60 more days."),
    "expiring_90": _("Of these, certified for at most 90 more days."),
    "staff": _("Staff of the latest school year with a roster of staff."),
    "per_100_staff": _("certified for every 100 staff."),
    "students": _("Students of the latest school year with a roster; empty below 10."),
    "per_100_students": _("certified for every 100 students."),
    "registered": _("Not certified, registered for a session to come."),
    "learning": _("Not certified, attended or passed a course or set out for a credential."),
    "eligible": _("Not certified, everything met."),
    "proposed": _("Not certified, proposed for award."),
    "licensed": _("Trainers with a license whom this trainer trained."),
}
"""The columns of a file of the coverage."""
