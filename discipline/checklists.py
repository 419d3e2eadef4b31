"""The checklist of the law, the offer, the rules' findings and the appeals of a removal, as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline import removal_states
from discipline.actions import APPEAL_STEPS, allowed_steps
from discipline.letters.words import letter_url
from discipline.models import (
    Appeal,
    DueProcessStep,
    HibCase,
    Incident,
    OfferedTo,
    Removal,
    RestorativeOffer,
    RuleDecision,
)
from discipline.rule_words import event_words
from district.access import Permission
from district.models import User
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words
from district.rules import UNKNOWNS

STATES = DueProcessStep.State


@dataclass(frozen=True)
class Item:
    """One step of a checklist: its state, what to do by when, who did it, the rule it comes from, its trace."""

    status: Status
    text: str
    when: str
    told: str
    citation: str
    unless: str
    trace: tuple[str, ...]
    url: str
    action: str
    letter_url: str = ""


def checklist_of(steps: Iterable[DueProcessStep], user: User, today: date) -> list[Item]:
    """The steps: what is late first, then what is due by day, then what waits for an event, then what is done."""
    may = {school: user.can(Permission.REMOVAL_RECORD, school) for school in {step.school for step in steps}}
    ordered = sorted(steps, key=lambda step: (step.state != STATES.OPEN, step.due_on is None, step.due_on or today))
    return [_item(step, today, may_act=may[step.school]) for step in ordered]


def case_of_incident(incident: Incident, user: User) -> dict[str, Any]:
    """The checklist of the incident's bullying case and what came of it; nothing where there is none."""
    case = HibCase.objects.filter(incident=incident).first()
    if case is None:
        return {}
    steps = list(case.due_steps.select_related("version", "school").prefetch_related("changes"))
    found = str(case.get_finding_display()) if case.finding else _("under investigation")
    ways = []
    if not case.finding and user.can(Permission.REFERRAL_DECIDE, incident.school):
        ways.append((reverse("hib_finding", args=[case.uid]), _("Keep the finding of the bullying case")))
    return {
        "checklist": checklist_of(steps, user, incident.school.district.today()),
        "checklist_title": _("Bullying case (HIB), learned of on %(day)s: %(found)s")
        % {"day": day_words(case.learned_on), "found": found},
        "actions": ways,
    }


def step_status(step: DueProcessStep, today: date) -> Status:
    """Where a step stands, in a word with its shape."""
    if step.state == STATES.DONE:
        is_late = step.due_on is not None and step.done_on is not None and step.done_on > step.due_on
        return Status(_("Done late") if is_late else _("Done"), "late" if is_late else "done")
    if step.state == STATES.NOT_NEEDED:
        return Status(_("Not needed"), "waived")
    if step.due_on is None:
        return Status(_("Waits"), "open")
    if step.due_on < today:
        return Status(_("Overdue"), "late")
    return Status(_("Due today"), "due") if step.due_on == today else Status(_("To do"), "open")


def due_words(step: DueProcessStep) -> str:
    """By when a step is due, or what it waits for."""
    if step.due_on is not None:
        words = _("by %(day)s") % {"day": day_words(step.due_on)}
    else:
        words = _("once %(event)s has its day") % {"event": event_words(step.from_event)}
    if step.planned_on and step.state == STATES.OPEN and step.planned_on != step.due_on:
        words = _("%(due)s, planned for %(day)s") % {"due": words, "day": day_words(step.planned_on)}
    return words


def _item(step: DueProcessStep, today: date, *, may_act: bool) -> Item:
    told = ""
    if step.state == STATES.DONE:
        words = {"day": day_words(step.done_on), "who": step.done_by, "how": step.get_way_display()}
        told = _("%(day)s, %(who)s, %(how)s") % words
        if step.document:
            told = _("%(told)s. Document: %(document)s") % {"told": told, "document": step.document}
    unless = ", ".join(_(UNKNOWNS[fact]) for fact in step.unless_known if fact in UNKNOWNS)
    acts = may_act and bool(allowed_steps(step))
    return Item(
        status=step_status(step, today),
        text=_(step.text),
        when=due_words(step),
        told=told,
        citation=step.version.citation,
        unless=_("Not known: %(facts)s.") % {"facts": unless} if unless else "",
        trace=tuple(_trace(step)),
        url=reverse("due_step", args=[step.uid]) if acts else "",
        action=_("Tick off") if step.state == STATES.OPEN else _("Take back"),
        letter_url=letter_url(step) if acts else "",
    )


def _trace(step: DueProcessStep) -> Iterable[str]:
    """What happened to a step that was moved or taken back."""
    for change in step.changes.all():
        if "due_on" in change.former or change.reason:
            before = change.former.get("due_on")
            was = _("was due %(day)s") % {"day": day_words(date.fromisoformat(before))} if before else ""
            parts = [day_words(timezone.localdate(change.at)), _(change.reason) if change.reason else "", was]
            yield ", ".join(part for part in parts if part)


def offer_facts(removal: Removal) -> list[Fact]:
    """What was offered before the removal; that nobody said, where nobody did."""
    offer = RestorativeOffer.objects.filter(removal=removal).first()
    if offer is None:
        return [Fact(_("Restorative response offered"), _("Not recorded"))]
    people = dict(OfferedTo.choices)
    parts = []
    if offer.was_offered:
        parts.append(", ".join(str(people[code]) for code in offer.offered_to.split(",") if code in people))
        if offer.answered_by:
            parts.append(_("answered by: %(who)s") % {"who": offer.get_answered_by_display()})
    else:
        parts.append(str(offer.get_why_not_display()))
    parts.append(offer.note)
    value = str(offer.get_answer_display())
    if offer.response:
        value = f"{value}: {offer.get_response_display()}"
    return [Fact(_("Restorative response offered"), value, "; ".join(part for part in parts if part))]


def stated_words(decision: RuleDecision) -> list[str]:
    """Each exception or condition that was stated, in the words of the rule, with the reason given for it."""
    rule = decision.version.as_rule()
    known = {one.code: one.text for one in (*rule.exceptions, *rule.preconditions)}
    return [f"{_(known.get(code, code))} {rationale}" for code, rationale in decision.stated.items()]


def decisions_section(removal: Removal) -> Section | None:
    """What each rule came to, with version, exception, rationale and person; None where none said anything."""
    decisions = RuleDecision.objects.filter(removal=removal).select_related("version__rule", "by")
    rows = [
        [
            Cell(row.version.title, reverse("rule_detail", args=[row.version.uid]), note=row.version.citation),
            Cell(row.get_outcome_display(), note=_("version %(number)d") % {"number": row.version.number}),
            Cell("; ".join(stated_words(row) + ([row.reason] if row.reason else []))),
            Cell(str(row.by or ""), note=day_words(row.decided_on)),
        ]
        for row in decisions
    ]
    if not rows:
        return None
    headings = (Heading(_("Rule")), Heading(_("Came to")), Heading(_("What was typed")), Heading(_("By")))
    return Section(_("What the rules said"), headings, rows)


def appeals_section(removal: Removal, user: User) -> Section:
    """The appeals with their outcome; each leads to its next step for those who may take it."""
    may_act = user.can(Permission.REMOVAL_RECORD, removal.school) and removal.voided_at is None
    appeals = list(removal.appeals.prefetch_related("statuses"))
    rows = [
        [
            Cell(
                appeal.get_to_display(),
                reverse("appeal_step", args=[appeal.uid]) if may_act and APPEAL_STEPS[appeal.state] else "",
                note=appeal.filed_by,
            ),
            Cell(day_words(appeal.filed_on)),
            Cell(day_words(appeal.hearing_on)),
            Cell(status=appeal_status(appeal), note=_outcome(appeal)),
        ]
        for appeal in appeals
    ]
    headings = (Heading(_("Appeal to")), Heading(_("Filed on")), Heading(_("Hearing")), Heading(_("How it stands")))
    return Section(_("Appeals"), headings, rows, _("No appeal is on record."))


def appeal_status(appeal: Appeal) -> Status:
    """The state of an appeal with its shape."""
    tones = {"filed": "due", "scheduled": "underway", "decided": "done", "withdrawn": "waived"}
    return Status(appeal.get_state_display(), tones[appeal.state])


def state_words(removal: Removal, state: str) -> str:
    """What must be said about a removal that is put off or overturned; empty when it stands."""
    if state == removal_states.STAYED:
        return _("It is put off while an appeal is pending.")
    if state == removal_states.OVERTURNED:
        return _("It was overturned. School days that were lost before stay on record.")
    return ""


def _outcome(appeal: Appeal) -> str:
    notes = [status.note for status in appeal.statuses.all() if status.note]
    outcome = [str(appeal.get_outcome_display()), day_words(appeal.decided_on)] if appeal.outcome else []
    return ". ".join([*outcome, *notes[-1:]])
