"""In words: what patterns count, where and when it happened, and what the columns of a file mean."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dashboards import definitions
from dashboards.dimensions import UNREPORTED

LABELS: dict[str, Promise] = {
    "referral": _("Office referrals"),
    "any_removal": _("All removals"),
    "suspension": _("Suspensions, in or out of school"),
    "oss": _("Out-of-school suspensions"),
    "iss": _("In-school suspensions"),
    "expulsion": _("Expulsions"),
    "class_removal": _("Removals from class"),
    "informal_removal": _("Informal removals (sent home)"),
    "bus_suspension": _("Bus suspensions"),
    "alternative_setting": _("Alternative placements and interim settings"),
}
"""What is counted, in the order in which pages offer it."""

COUNTS = {
    "referral": ngettext_lazy("%(count)s referral", "%(count)s referrals", "number"),
    "any_removal": ngettext_lazy("%(count)s removal", "%(count)s removals", "number"),
    "suspension": ngettext_lazy("%(count)s suspension", "%(count)s suspensions", "number"),
    "oss": ngettext_lazy("%(count)s out-of-school suspension", "%(count)s out-of-school suspensions", "number"),
    "iss": ngettext_lazy("%(count)s in-school suspension", "%(count)s in-school suspensions", "number"),
    "expulsion": ngettext_lazy("%(count)s expulsion", "%(count)s expulsions", "number"),
    "class_removal": ngettext_lazy("%(count)s removal from class", "%(count)s removals from class", "number"),
    "informal_removal": ngettext_lazy("%(count)s informal removal", "%(count)s informal removals", "number"),
    "bus_suspension": ngettext_lazy("%(count)s bus suspension", "%(count)s bus suspensions", "number"),
    "alternative_setting": ngettext_lazy(
        "%(count)s alternative placement or interim setting",
        "%(count)s alternative placements and interim settings",
        "number",
    ),
}
"""A number of them, within a sentence."""

NUMERATORS: dict[str, Promise] = {
    "referral": _("Referrals: one per incident and student who caused harm. Drafts and voided referrals do not count."),
    "any_removal": _("Removals of any kind, bus, class and informal ones too. Voided removals do not count."),
    "suspension": _("In-school and out-of-school suspensions of any length. Voided ones do not count."),
    "oss": _("Out-of-school suspensions of any length. Voided ones do not count."),
    "iss": _("In-school suspensions of any length. Voided ones do not count."),
    "expulsion": _("Expulsions with or without educational services. Voided ones do not count."),
    "class_removal": _("Removals from class. Voided ones do not count."),
    "informal_removal": _("Students sent home without a suspension. Voided ones do not count."),
    "bus_suspension": _("Suspensions from the bus. Voided ones do not count."),
    "alternative_setting": _(
        "Transfers to an alternative school for discipline, and interim alternative settings. Voided ones do not count."
    ),
}
WHEN = _(
    "Month, weekday and hour are those of the incident. The hour is that of the clock: 10 AM holds 10:00 to 10:59. An "
    "incident whose time nobody wrote down stands under “time not known”."
)
SCHOOL_DAYS = _(
    "School days come from the school calendar up to the day of the latest change, half days as 0.5. For several "
    "schools they are the average, month by month, of those that teach in it, so a figure per school day is that of "
    "all of them together. Where days of the week are chosen, only these count: Mondays are divided by Mondays."
)
SEVERAL = _(
    "An event for two behaviors counts at each of them, so behaviors add up to more than the total. It is subjective "
    "when at least one behavior named depends on an adult’s judgment, as the code of conduct says."
)
STUDENTS = _(
    "Each student counts once in a row. Grade and groups are the one value that each student has in the year. Students "
    "by number of events are those enrolled in the schools counted at any time in the year."
)
SMALL = _("Few students: fewer than 5 students in a row, or fewer than 10 enrolled. One student makes a pattern there.")
STAFF = _(
    "Referred by: the member of staff whom the file names, else the account that made the referral here. A referral "
    "that names two counts at each. The number follows from what somebody’s work is and where: it does not rate them."
)
NO_CAUSE = _("A pattern shows where to look. It does not show why.")

COLUMNS: dict[str, Promise] = {
    "breakdown": _("What the row tells apart; “total” is the whole selection."),
    "month": _("Month of the incident, 1 to 12."),
    "weekday": _("Day of the week of the incident."),
    "hour": _("Hour of the incident, 0 to 23; UNREPORTED where the time is not known."),
    "location": _("CEDS code of the place; UNREPORTED where none is recorded."),
    "behavior": _("Code of the behavior; UNREPORTED where none is named."),
    "grade": _("Grade of the student."),
    "subjective": _("true: at least one behavior named is subjective; false: only objective ones."),
    "times": _("Number of events of a student in the year: 0, 1, 2-5, 6+."),
    "staff": _("Local id of the member of staff, or “account:” and the e-mail address of who signed in."),
    "label": _("The same in words."),
    "events": _("Events."),
    "students": _("Distinct students in them; by number of events, the students with so many."),
    "enrolled": _("Students enrolled at any time in the year in the schools counted, with the filters of students."),
    "school_days": _("School days, half days as 0.5, averaged over the schools counted."),
    "per_school_day": _("events divided by school_days; empty without school days."),
    "share": _("events divided by the events of the whole selection."),
    "student_rate": _("students divided by enrolled."),
    "small": definitions.COLUMNS["small"],
}
"""The columns of a file of patterns."""

PLACES: dict[str, Promise] = {
    "03011": _("on campus"),
    "03012": _("in administrative offices"),
    "03013": _("in the cafeteria"),
    "03014": _("in classrooms"),
    "03015": _("in hallways or on stairs"),
    "03016": _("in locker rooms or the gym"),
    "03017": _("in restrooms"),
    "03018": _("in the library or media center"),
    "03019": _("in computer labs"),
    "03020": _("in the auditorium"),
    "03021": _("in other inside areas of the campus"),
    "03022": _("on athletic fields or playgrounds"),
    "03023": _("in the stadium"),
    "03024": _("in parking lots"),
    "03025": _("in other outside areas of the campus"),
    "03026": _("off campus"),
    "03027": _("at bus stops"),
    "03028": _("on school buses"),
    "03029": _("on the way to or from school"),
    "03030": _("at another school"),
    "03031": _("at another facility of the district"),
    "03413": _("online"),
    "09997": _("at an unknown place"),
    UNREPORTED: _("at a place not recorded"),
}
"""Where, within a sentence."""

ON_DAYS: dict[str, Promise] = {
    "MON": _("on Mondays"),
    "TUE": _("on Tuesdays"),
    "WED": _("on Wednesdays"),
    "THU": _("on Thursdays"),
    "FRI": _("on Fridays"),
    "SAT": _("on Saturdays"),
    "SUN": _("on Sundays"),
}
IN_MONTHS: dict[str, Promise] = {
    "7": _("in July"),
    "8": _("in August"),
    "9": _("in September"),
    "10": _("in October"),
    "11": _("in November"),
    "12": _("in December"),
    "1": _("in January"),
    "2": _("in February"),
    "3": _("in March"),
    "4": _("in April"),
    "5": _("in May"),
    "6": _("in June"),
}
SHORT_MONTHS: dict[str, Promise] = {
    "7": _("Jul"),
    "8": _("Aug"),
    "9": _("Sep"),
    "10": _("Oct"),
    "11": _("Nov"),
    "12": _("Dec"),
    "1": _("Jan"),
    "2": _("Feb"),
    "3": _("Mar"),
    "4": _("Apr"),
    "5": _("May"),
    "6": _("Jun"),
}
SHORT_DAYS: dict[str, Promise] = {
    "MON": _("Mon"),
    "TUE": _("Tue"),
    "WED": _("Wed"),
    "THU": _("Thu"),
    "FRI": _("Fri"),
    "SAT": _("Sat"),
    "SUN": _("Sun"),
}
TIMES: dict[str, Promise] = {
    "0": _("None"),
    "1": _("One"),
    "2-5": _("2 to 5"),
    "6+": _("6 or more"),
}
"""A student's number of events in the year."""
