"""In words: what a figure counts, out of whom, compared with whom, and from which records."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.dimensions import DIMENSIONS, Value
from district.models import Race

INTERVAL = "Katz log, 95 %"

LABELS: dict[str, Promise] = {
    "oss": _("Out-of-school suspension"),
    "iss": _("In-school suspension"),
    "suspension": _("Suspension, in or out of school"),
    "oss_multiple": _("More than one out-of-school suspension"),
    "expulsion": _("Expulsion"),
    "referral": _("Office referral"),
    "law_enforcement": _("Referral to law enforcement"),
    "arrest": _("School-related arrest"),
    "any_removal": _("Any removal"),
}
"""The measures, in the order in which pages offer them."""

HAPPENED: dict[str, Promise] = {
    "oss": _("were suspended out of school at least once"),
    "iss": _("were suspended in school at least once"),
    "suspension": _("were suspended in or out of school at least once"),
    "oss_multiple": _("were suspended out of school more than once"),
    "expulsion": _("were expelled"),
    "referral": _("were referred to the office at least once"),
    "law_enforcement": _("were referred to law enforcement"),
    "arrest": _("were arrested"),
    "any_removal": _("were removed from class or school at least once"),
}
"""What happened to the students counted, to end a sentence that begins with a share of students."""

AFFECTED: dict[str, Promise] = {
    "oss": _("Suspended at least once"),
    "iss": _("Suspended in school at least once"),
    "suspension": _("Suspended at least once"),
    "oss_multiple": _("Suspended more than once"),
    "expulsion": _("Expelled"),
    "referral": _("Referred at least once"),
    "law_enforcement": _("Referred to law enforcement"),
    "arrest": _("Arrested"),
    "any_removal": _("Removed at least once"),
}
"""Heading of the column and the picture that count the students."""

NOT_INCLUDED: dict[str, Promise] = {
    "oss": _("Bus suspensions, removals from class and informal removals; voided records."),
    "iss": _("Bus suspensions, removals from class and informal removals; voided records."),
    "suspension": _("Bus suspensions, removals from class and informal removals; voided records."),
    "oss_multiple": _("Students with one out-of-school suspension; voided records."),
    "expulsion": _("Transfers to an alternative school; voided records."),
    "referral": _("Drafts and voided referrals."),
    "law_enforcement": _("Students harmed and witnesses; voided records."),
    "arrest": _("Reports and referrals to law enforcement without an arrest; voided records."),
    "any_removal": _("Informal removals that a family alleges and nobody has confirmed; voided records."),
}

NUMERATORS: dict[str, Promise] = {
    "oss": _("Students with at least one out-of-school suspension of any length."),
    "iss": _("Students with at least one in-school suspension of any length."),
    "suspension": _("Students with at least one suspension, in or out of school, of any length."),
    "oss_multiple": _(
        "Students with two or more out-of-school suspensions; events and days are all their out-of-school suspensions."
    ),
    "expulsion": _("Students with at least one expulsion, with or without educational services."),
    "referral": _("Students with at least one office referral: one per incident and student, drafts excluded."),
    "law_enforcement": _("Students reported, referred or arrested at least once: one event per incident and student."),
    "arrest": _("Students arrested at least once: one event per incident and student."),
    "any_removal": _("Students with at least one removal of any kind, bus, class and informal removals included."),
}
COUNTING = _(
    "Each student counts once. An event counts once however many behaviors name it and belongs to the school of the "
    "incident. Voided records count nowhere."
)
VALUES = _(
    "Each student has one value per year: race and sex as last imported, grade and programs as of the last day of "
    "enrollment, or of the count day where the denominator is the count day; by school, those at that school."
)
RATIO = _(
    "The ratio divides a group’s rate by that of its comparison: unless another is chosen, all other students of the "
    "same pool. Its 95% interval is the Katz log interval, that of a rate the Wilson interval. An interval shows how "
    "far chance alone could have moved the figure."
)
SOURCE = _(
    "Roster and discipline records of the district. Groups, risk and risk ratio as in 34 CFR 300.647; rates use all "
    "students, not only students with disabilities."
)
DENOMINATORS: dict[str, Promise] = {
    "cumulative": _("Students enrolled at any time in the year."),
    "snapshot": _("Students enrolled on the count day (October 1 or the nearest school day, unless set otherwise)."),
}
DENOMINATOR_LABELS: dict[str, Promise] = {
    "cumulative": _("Enrolled at any time"),
    "snapshot": _("Enrolled on the count day"),
}
ALL_OTHERS = _("all other students")
FEW_ENROLLED, FEW_AFFECTED = 10, 5
"""Students enrolled, or affected, below whom one student moves a figure much."""
SMALL = _("Marked small: fewer than 10 students enrolled or fewer than 5 affected. One student can move such a rate.")

COLUMNS: dict[str, Promise] = {
    "school_year": _("The year in which the school year ends."),
    "school": _("School code."),
    "enrolled": _("Students in the denominator."),
    "affected": _("Distinct students with at least one event; two for repeated suspensions."),
    "events": _("Events."),
    "days": _("School days; empty for measures without days and when a length is unknown."),
    "rate": _("affected divided by enrolled."),
    "risk_ratio": _("Rate divided by the rate of the comparison; empty when that is 0 or nobody."),
    "risk_ratio_low": _("Lower 95 % bound of the ratio (Katz log interval)."),
    "risk_ratio_high": _("Upper 95 % bound of the ratio."),
    "rate_difference": _("Rate minus the rate of the comparison."),
    "status": _("actual, or not_reported where the school did not report the measure."),
    "small": _("true when fewer than 10 are enrolled or fewer than 5 affected."),
}
"""The columns of a file of figures."""

FLAG_GROUPS: dict[str, tuple[Promise, Promise, Promise]] = {
    "idea": (
        _("students with disabilities (IDEA)"),
        _("students without disabilities (IDEA)"),
        _("students whose disability status is not reported"),
    ),
    "section504": (
        _("students with a Section 504 plan"),
        _("students without a Section 504 plan"),
        _("students whose Section 504 status is not reported"),
    ),
    "el": (
        _("English learners"),
        _("students who are not English learners"),
        _("students whose English learner status is not reported"),
    ),
    "economically_disadvantaged": (
        _("economically disadvantaged students"),
        _("students who are not economically disadvantaged"),
        _("students whose economic status is not reported"),
    ),
    "homeless": (
        _("students without stable housing"),
        _("students with stable housing"),
        _("students whose housing is not reported"),
    ),
    "foster": (
        _("students in foster care"),
        _("students not in foster care"),
        _("students whose foster care is not reported"),
    ),
}
"""Names of those with a flag, without it, and of whom it is not known, as they stand within a sentence."""

CODE_GROUPS: dict[tuple[str, str], Promise] = {
    ("race", "HI"): _("Hispanic students"),
    ("race", "AM"): _("American Indian students"),
    ("race", "AS"): _("Asian students"),
    ("race", "HP"): _("Pacific Islander students"),
    ("race", "BL"): _("Black students"),
    ("race", "WH"): _("White students"),
    ("race", "TR"): _("students of two or more races"),
    ("race", "UNREPORTED"): _("students whose race is not reported"),
    ("sex", "M"): _("male students"),
    ("sex", "F"): _("female students"),
    ("sex", "X"): _("students of another gender"),
    ("sex", "UNREPORTED"): _("students whose sex is not reported"),
    ("grade", "UNREPORTED"): _("students whose grade is not reported"),
}
SHORT_LABELS: dict[tuple[str, str], Promise] = {
    ("race", "HI"): _("Hispanic"),
    ("race", "AM"): _("American Indian"),
    ("race", "HP"): _("Pacific Islander"),
    ("race", "BL"): _("Black"),
}
FLAG_LABELS: dict[str, tuple[Promise, Promise]] = {
    "idea": (_("Disability (IDEA)"), _("No disability")),
    "section504": (_("Section 504 plan"), _("No Section 504 plan")),
    "el": (_("English learner"), _("Not an English learner")),
    "economically_disadvantaged": (_("Disadvantaged"), _("Not disadvantaged")),
    "homeless": (_("Without stable housing"), _("Stable housing")),
    "foster": (_("In foster care"), _("Not in foster care")),
}


def group_name(name: str, value: Value) -> str:
    """Return the words for the students with `value` in the dimension `name`, as they stand within a sentence."""
    dimension = DIMENSIONS[name]
    if dimension.choices is None:
        with_flag, without, unknown = FLAG_GROUPS[name]
        return str(unknown if not isinstance(value, bool) else with_flag if value else without)
    words = CODE_GROUPS.get((name, str(value)))
    return str(words) if words else gettext("students in %(grade)s") % {"grade": dimension.choices(str(value)).label}


def value_label(name: str, value: Value) -> str:
    """Return a short label of a value, for a table or an axis."""
    dimension = DIMENSIONS[name]
    if dimension.choices is None:
        return str(FLAG_LABELS[name][0 if value else 1] if isinstance(value, bool) else Race.UNREPORTED.label)
    return str(SHORT_LABELS.get((name, str(value))) or dimension.choices(str(value)).label)
