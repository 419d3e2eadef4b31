"""Rules in plain words: what they are about, what they ask, when their steps are due, what they came to.

The texts of packs are translated when they are shown, as far as a catalog has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from discipline.models import LOCAL, RemovalKind, RuleVersion
from discipline.packs import shipped_packs
from district.models import Grade
from district.page_parts import Status, plain_days, school_days_words
from district.rules import GRADES, UNKNOWNS, Behaviors, Deadline, Finding, Match, Reason, Rule, Unit

SIGN_OFF_TONES = {
    RuleVersion.SignOff.UNSIGNED: "due",
    RuleVersion.SignOff.SIGNED: "done",
    RuleVersion.SignOff.DECLINED: "waived",
}


def sign_off_status(version: RuleVersion) -> Status:
    """The sign-off of a version with its shape."""
    return Status(version.get_sign_off_display(), SIGN_OFF_TONES[RuleVersion.SignOff(version.sign_off)])


def jurisdiction_words(code: str) -> str:
    """Whose rule it is."""
    if code == LOCAL:
        return _("The district's own")
    pack = shipped_packs().get(code)
    return _(pack.title) if pack else code


def about_words(rule: Rule) -> list[tuple[str, str]]:
    """Whom and what a rule is about: (label, words), only what it names."""
    found = [(_("Kinds of removal"), kinds_words(rule.actions))]
    if rule.grades:
        found.append((_("Grades"), grades_words(*rule.grades)))
    if rule.ages:
        found.append((_("Ages"), _("%(first)d to %(last)d years") % {"first": rule.ages[0], "last": rule.ages[1]}))
    if rule.flags:
        found.append((_("Students"), ", ".join(flag_words(flag) for flag in sorted(rule.flags))))
    if rule.include:
        found.append((_("Behaviors"), behaviors_words(rule.include)))
    if rule.exclude:
        found.append((_("Not for"), behaviors_words(rule.exclude)))
    if rule.include and rule.match is Match.ANY:
        found.append((_("With several behaviors"), _("one of them is enough")))
    return found + _size_words(rule)


def effect_words(rule: Rule) -> str:
    """What a rule does."""
    if rule.prohibits:
        return _("It is not allowed.")
    if rule.max_days is not None:
        return _("At most %(days)s in a row.") % {"days": school_days_words(rule.max_days)}
    if rule.max_year_days is not None:
        return _("At most %(days)s in a school year.") % {"days": school_days_words(rule.max_year_days)}
    if rule.preconditions:
        return _("These must be stated, each with the reason.")
    return _("It says what is due.") if rule.deadlines else _("It is said.")


def due_words(deadline: Deadline) -> str:
    """When a step is due, counted from its event."""
    event = event_words(deadline.from_event)
    if deadline.unit is Unit.SAME_DAY:
        return _("on the day of %(event)s") % {"event": event}
    number = {
        Unit.SCHOOL_DAY: ngettext("%(count)d school day", "%(count)d school days", deadline.offset),
        Unit.BUSINESS_DAY: ngettext("%(count)d business day", "%(count)d business days", deadline.offset),
        Unit.CALENDAR_DAY: ngettext("%(count)d calendar day", "%(count)d calendar days", deadline.offset),
    }[deadline.unit] % {"count": deadline.offset}
    words = _("%(days)s before %(event)s") if deadline.before else _("within %(days)s of %(event)s")
    return words % {"days": number, "event": event}


def event_words(event: str) -> str:
    """The event that a deadline counts from; one that is not ours as its word."""
    known = {
        "decision": _("the decision"),
        "removal_begins": _("the first day of the removal"),
        "removal_ends": _("the last day of the removal"),
        "day_11": _("the first day beyond 10"),
        "formal_hearing": _("the formal hearing"),
        "hearing_closed": _("the close of the hearing"),
        "hearing_decision": _("the board's decision"),
        "next_board_meeting": _("the board's next meeting"),
        "second_board_meeting": _("the board's second meeting"),
        "complaint_filed": _("the filing of the complaint"),
        "complaint_received": _("the receipt of the complaint"),
        "expedited_hearing_held": _("the expedited hearing"),
        "referral": _("the referral"),
        "learned": _("the first knowledge of it"),
        "verbal_report": _("the report to the principal"),
        "written_report": _("the written report"),
        "investigation_ends": _("the end of the investigation"),
        "board_told": _("the report to the board"),
        "families_informed": _("the written results to the parents"),
        "hearing_request": _("the parents' request for a hearing"),
        "board_decision": _("the board's decision"),
    }
    return known.get(event, event.replace("_", " "))


def finding_words(finding: Finding) -> list[str]:
    """What a rule came to: its text, why it is breached, what nobody knows."""
    words = [_(finding.rule.text), *(reason_words(reason) for reason in finding.reasons)]
    if finding.unknown:
        words.append(_("Not known: %(facts)s.") % {"facts": ", ".join(_(UNKNOWNS[one]) for one in finding.unknown)})
    return [text for text in words if text]


def reason_words(reason: Reason) -> str:
    """Why a rule is breached, in the reader's language."""
    sentence = reason.template
    values = {name: _(value) if name == "words" else value for name, value in reason.values.items()}
    return _(sentence) % values if sentence else ""


def kinds_words(actions: Iterable[str]) -> str:
    """Kinds of removal in words, in the order of the record; none: all."""
    chosen = set(actions)
    return ", ".join(str(kind.label) for kind in RemovalKind if kind.value in chosen) or _("all")


def grades_words(first: str, last: str) -> str:
    """A span of grades."""
    if first == last:
        return str(Grade(first).label)
    if last in GRADES[GRADES.index(Grade.G12.value) :]:
        return _("%(first)s and up") % {"first": Grade(first).label}
    if first in GRADES[: GRADES.index(Grade.PK.value)]:
        return _("Up to %(last)s") % {"last": Grade(last).label}
    return _("%(first)s to %(last)s") % {"first": Grade(first).label, "last": Grade(last).label}


def prior_words(first: int, last: int | None) -> str:
    """How many earlier incidents of the level in the school year."""
    if last is None:
        return _("%(count)d or more before") % {"count": first}
    if first == last:
        if not first:
            return _("None before")
        return ngettext("%(count)d before", "%(count)d before", first) % {"count": first}
    return _("%(first)d to %(last)d before") % {"first": first, "last": last}


def flag_words(flag: str) -> str:
    """A fact about a student that a rule asks for."""
    known = {
        "idea": _("with an IEP (IDEA)"),
        "section504": _("with a Section 504 plan"),
        "disability": _("with an IEP or a Section 504 plan"),
        "english_learner": _("English learners"),
        "economically_disadvantaged": _("economically disadvantaged"),
        "homeless": _("homeless"),
        "foster_care": _("in foster care"),
    }
    return known[flag]


def behaviors_words(named: Behaviors) -> str:
    """The behaviors that a rule names."""
    parts = [
        (_("level %(names)s"), named.levels),
        (_("category %(names)s"), named.categories),
        (_("code %(names)s"), named.codes),
        (_("CEDS code %(names)s"), named.ceds),
    ]
    words = [text % {"names": ", ".join(sorted(names))} for text, names in parts if names]
    if named.subjective:
        words.append(_("all that depend on an adult's judgment"))
    return _("; or ").join(words)


def _size_words(rule: Rule) -> list[tuple[str, str]]:
    found = []
    if rule.days_over is not None:
        found.append((_("Length"), _more_than(rule.days_over)))
    if rule.days_up_to is not None:
        found.append((_("Length"), _("up to %(days)s") % {"days": school_days_words(rule.days_up_to)}))
    if rule.removals_before:
        before = ngettext(
            "after %(count)d earlier one in the school year",
            "after %(count)d earlier ones in the school year",
            rule.removals_before,
        )
        found.append((_("Earlier removals"), before % {"count": rule.removals_before}))
    if rule.clock_over is not None:
        words = _("with it more than %(days)s school days count in the school year")
        found.append((_("IDEA clock"), words % {"days": plain_days(rule.clock_over)}))
    if rule.run_over is not None:
        words = _("more than %(days)s school days in a row that count")
        found.append((_("IDEA clock"), words % {"days": plain_days(rule.run_over)}))
    return found


def _more_than(days: Decimal) -> str:
    return pgettext("length of a removal", "more than %(days)s") % {"days": school_days_words(days)}
