"""The agreement on the page of a case: what was agreed, what came of it, who said yes, when somebody asks again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from circles import agreement_rules as rules
from circles.agreement_rules import TermFacts, days_overdue
from circles.case_states import CLOSED
from circles.models import AgreementTerm, CircleAgreement, FollowUp
from circles.steps.agreements import TERM_STEPS
from district.page_parts import Cell, Heading, Section, Status, day_words

TERM_TONES = {
    rules.OPEN: "open",
    rules.MET: "done",
    rules.PARTLY: "underway",
    rules.NOT_MET: "late",
    rules.WAIVED: "waived",
    rules.RENEGOTIATED: "waived",
}


def overdue_words(days: int) -> str:
    """How many days something is overdue."""
    return ngettext("%(count)d day overdue", "%(count)d days overdue", days) % {"count": days}


def term_status(term: AgreementTerm, today: date, *, is_closed: bool = False) -> Status:
    """The state of a term as a word with its shape; an open one whose day is over says so."""
    late = 0 if is_closed else days_overdue(term.facts, today)
    return Status(overdue_words(late), "late") if late else Status(term.get_status_display(), TERM_TONES[term.status])


def follow_up_status(row: FollowUp, today: date, *, is_closed: bool = False) -> Status:
    """Whether somebody has asked, and what they found."""
    if row.done_on:
        return Status(row.get_outcome_display(), "late" if row.outcome == FollowUp.Outcome.BADLY else "done")
    late = 0 if is_closed else days_overdue(TermFacts(rules.OPEN, row.due_on), today)
    return Status(overdue_words(late), "late") if late else Status(_("Waits for its day"), "open")


def sections_of(agreement: CircleAgreement, *, is_team: bool, today: date) -> list[Section]:
    """The terms, for the team with the next step of each; for the team who said yes; the follow-ups."""
    found = [_terms(agreement, is_team=is_team, today=today)]
    if is_team:
        found.append(_assents(agreement))
    return [*found, _follow_ups(agreement, is_team=is_team, today=today)]


def _terms(agreement: CircleAgreement, *, is_team: bool, today: date) -> Section:
    is_closed = agreement.circle.status == CLOSED
    people = ("owed_by__student__person", "owed_to__student__person")
    rows = []
    for term in agreement.terms.select_related(*people).prefetch_related("updates"):
        term.agreement = agreement
        latest = list(term.updates.all())[-1:]
        said = latest[0].note if latest else ""
        # Outside the team a part in the case stands for a name.
        who = str(term.owed_by) if is_team else term.owed_by.get_role_display()
        whom = (str(term.owed_to) if is_team else term.owed_to.get_role_display()) if term.owed_to else ""
        cells = [
            Cell(term.text, note=term.evidence),
            Cell(who, note=_("For: %(name)s") % {"name": whom} if whom else ""),
            Cell(day_words(term.due_on)),
            Cell(status=term_status(term, today, is_closed=is_closed), note=said if is_team else ""),
        ]
        if is_team:
            cells.append(next_with(term))
        rows.append(cells)
    headings = [Heading(_("What")), Heading(_("Who")), Heading(_("By when"), is_day=True), Heading(_("State"))]
    if is_team:
        headings.append(Heading(_("Next")))
    return Section(
        _("What was agreed"), tuple(headings), rows, _("No term is written down yet."), note=_kept(agreement)
    )


def next_with(term: Any) -> Cell:
    """The next thing to do with a term, and the others."""
    steps = [step for step in TERM_STEPS.values() if step.is_open(term)]
    return Cell(steps[0].words, reverse("term_step", args=[term.uid, steps[0].name])) if steps else Cell()


def _kept(agreement: CircleAgreement) -> str:
    found = rules.kept(term.facts for term in agreement.terms.all())
    if not found.counted or found.open:
        return ""
    words = _("%(met)d of %(counted)d met, %(on_time)d of them on time.")
    return words % {"met": found.met, "counted": found.counted, "on_time": found.on_time}


def _assents(agreement: CircleAgreement) -> Section:
    people = agreement.circle.participants.standing().filter(attended=True).select_related("student__person", "assent")
    rows = []
    for one in people.order_by("pk"):
        given = getattr(one, "assent", None)
        how = Cell(given.get_way_display(), note=given.witness) if given else Cell(_("Not asked yet"))
        copy = Cell(_("Print their copy"), reverse("agreement_copy", args=[one.uid]))
        rows.append([Cell(str(one)), how, Cell(day_words(given.on) if given else ""), copy])
    headings = (Heading(_("Who")), Heading(_("How")), Heading(_("Day"), is_day=True), Heading(_("On paper")))
    return Section(_("Who said yes to it"), headings, rows, _("Nobody came, so nobody is asked."))


def _follow_ups(agreement: CircleAgreement, *, is_team: bool, today: date) -> Section:
    is_closed = agreement.circle.status == CLOSED
    rows = []
    next_one = agreement.follow_ups.filter(done_on=None).first()
    for one in agreement.follow_ups.all():
        cells = [Cell(day_words(one.due_on)), Cell(status=follow_up_status(one, today, is_closed=is_closed))]
        if is_team:
            address = reverse("follow_up_step", args=[one.uid, "record"])
            cells.append(Cell(_("Say how it goes"), address) if one == next_one and not is_closed else Cell())
        rows.append(cells)
    headings = [Heading(_("Asked on"), is_day=True), Heading(_("How it goes"))]
    if is_team:
        headings.append(Heading(_("Next")))
    note = _("%(name)s answers for it.") % {"name": agreement.owner}
    return Section(_("Follow-up"), tuple(headings), rows, note=note)
