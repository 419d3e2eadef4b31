"""What a referral tells whom: the notes of its states, and where it stands in the words of its reporter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.gathering import notes_for
from discipline.models import Referral, ReferralStatus
from district.models import User
from district.page_parts import TimelineStep, moment_words


@dataclass(frozen=True)
class Told:
    """One state as one reader sees it: `who` and `note` as far as they may know them; is it a question, an answer?"""

    row: ReferralStatus
    who: str
    note: str
    is_question: bool
    is_answer: bool

    @property
    def when(self) -> str:
        """Since when it is in this state."""
        return moment_words(self.row.at)


def told_states(referral: Referral, reader: User, *, names_reporter: bool) -> list[Told]:
    """Every state of the referral, the earliest first; who wrote it only with `names_reporter`. Two queries."""
    rows = ReferralStatus.objects.filter(referral=referral).order_by("at", "pk")
    readable = set(notes_for(reader, rows).order_by().values_list("pk", flat=True))
    told, before = [], ""
    for row in rows.select_related("by"):
        is_answer = before == Referral.Status.RETURNED and row.status == Referral.Status.UNDER_REVIEW
        note = row.note if row.pk in readable else ""
        is_named = row.by is not None and (names_reporter or row.by_id != referral.reporter_id)
        is_question = row.status == Referral.Status.RETURNED
        told.append(Told(row, str(row.by) if is_named else "", note, is_question, is_answer))
        before = row.status
    return told


def exchange(states: Iterable[Told]) -> list[Told]:
    """The questions and answers among the states."""
    return [state for state in states if state.note and (state.is_question or state.is_answer)]


def timeline(states: Iterable[Told]) -> list[TimelineStep]:
    """The states as steps, with who brought it there; questions and answers have a place of their own."""
    steps = []
    for state in states:
        row, note = state.row, "" if state.is_question or state.is_answer else state.note
        words = " · ".join(text for text in (state.who, note) if text)
        steps.append(TimelineStep(timezone.localdate(row.at), moment_words(row.at), row.get_status_display(), words))
    return steps


def steps_ahead(referral: Referral) -> list[TimelineStep]:
    """What usually follows, for somebody who waits: without a day, because nobody has promised one."""
    review = (_("Review"), _("A restorative response is looked at first."))
    decision = (_("Decision"), _("You see here and on your desk how it ended."))
    ahead = {
        Referral.Status.SUBMITTED: (review, decision),
        Referral.Status.UNDER_REVIEW: (decision,),
        Referral.Status.RETURNED: (review, decision),
    }
    today = timezone.localdate()
    return [
        TimelineStep(today, _("next"), title, note, is_done=False)
        for title, note in ahead.get(Referral.Status(referral.status), ())
    ]


def review_words(referral: Referral) -> str:
    """Who has the referral now, for a line of its own."""
    if referral.status == Referral.Status.RETURNED:
        return _("It waits for an answer of its reporter.")
    if referral.status == Referral.Status.UNDER_REVIEW and referral.assigned_to:
        return _("%(name)s is reviewing it.") % {"name": referral.assigned_to}
    return _("Nobody has taken it yet.") if referral.status == Referral.Status.SUBMITTED else ""


def own_title(referral: Referral) -> str:
    """Where a referral stands, as its reporter is told."""
    words = {"student": referral.student.person.name, "reviewer": referral.assigned_to or _("The office")}
    titles = {
        Referral.Status.SUBMITTED: _("Your referral for %(student)s waits for review"),
        Referral.Status.UNDER_REVIEW: _("%(reviewer)s has your referral for %(student)s"),
        Referral.Status.RETURNED: _("%(reviewer)s has a question about %(student)s"),
        Referral.Status.DECIDED: _("Your referral for %(student)s is decided"),
        Referral.Status.VOIDED: _("Your referral for %(student)s was voided"),
    }
    return titles[Referral.Status(referral.status)] % words


def own_lead(referral: Referral) -> str:
    """One sentence more for the reporter: how it ended, or what happens next."""
    if referral.status == Referral.Status.DECIDED:
        outcome = referral.get_outcome_display() or _("not recorded")
        return _("How it ended: %(outcome)s.") % {"outcome": str(outcome).lower()}
    leads = {
        Referral.Status.SUBMITTED: _("You can mend what you wrote until the review begins."),
        Referral.Status.RETURNED: _("Your answer brings it back to the review."),
        Referral.Status.VOIDED: _("It counts nowhere. The office can tell you why."),
    }
    return leads.get(Referral.Status(referral.status), "")
