"""What falls due for a reader, from whichever record: one list for page, desk, calendar file and digest.

Nothing in it comes from a student's record. Days of a breach are left out for those who may know of it only as a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from commitments.models import (
    Commitment,
    Designation,
    DueItem,
    FidelityRound,
    Meeting,
    Miss,
    Resolution,
    Review,
    SeatTerm,
)
from district.access import Permission
from district.duties import Duty
from district.models import Memorandum, User


def duties_of(user: User, *, since: date, until: date) -> list[Duty]:
    """What falls due for `user` from `since` to `until`, both included, the earliest first. Fixed queries."""
    sources = (_due_items, _misses, _meetings, _reviews, _ends, _resolutions, _rounds)
    found = [duty for source in sources for duty in source(user, since, until)]
    return sorted(found, key=lambda duty: (duty.on, str(duty.of), duty.key))


def broken_words(user: User) -> list[Commitment]:
    """Commitments with an open breach of which `user` may know only that there is one."""
    if not user.holds(Permission.COMMITMENT_VIEW):
        return []
    misses = Miss.objects.open().filter(kind=Miss.Kind.BREACH)
    unknown = misses.visible_to(user).exclude(pk__in=Miss.objects.known_to(user).values("pk"))
    return list(Commitment.objects.filter(pk__in=unknown.values("commitment")).order_by("title", "pk"))


def _due_items(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.COMMITMENT_VIEW):
        return
    owed = set(Commitment.objects.allowed(user, Permission.COMMITMENT_REPORT).active().values_list("pk", flat=True))
    rows = DueItem.objects.open().visible_to(user).filter(due_on__range=(since, until)).select_related("commitment")
    for item in rows:
        one = item.commitment
        words = _("Falls due")
        yield Duty(item.due_on, words, one.title, "commitment_detail", one.uid, f"due-{item.uid}", one.pk in owed)


def _misses(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.COMMITMENT_VIEW):
        return
    owed = set(Commitment.objects.allowed(user, Permission.COMMITMENT_REPORT).active().values_list("pk", flat=True))
    words = {
        Miss.Status.MISSED: _("An answer is due"),
        Miss.Status.DISPUTED: _("A remedy plan is due"),
        Miss.Status.PLANNED: _("It is to be put right"),
        Miss.Status.ON_AGENDA: _("The consequence is due"),
    }
    rows = Miss.objects.open().filter(status__in=words, next_due_on__range=(since, until))
    for miss in rows.known_to(user).select_related("commitment"):
        one = miss.commitment
        assert miss.next_due_on  # noqa: S101 - filtered by it
        said = words[Miss.Status(miss.status)]
        yield Duty(miss.next_due_on, said, one.title, "commitment_detail", one.uid, f"miss-{miss.uid}", one.pk in owed)


def _meetings(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.BODY_VIEW):
        return
    planned = Meeting.objects.filter(status=Meeting.Status.PLANNED, on__range=(since, until))
    for meeting in planned.visible_to(user).select_related("body"):
        yield Duty(meeting.on, _("Meets"), meeting.body.name, "meeting_detail", meeting.uid, f"meeting-{meeting.uid}")
    terms = SeatTerm.objects.visible_to(user).filter(ends_on__range=(since, until), seat__ended_on=None)
    for term in terms.select_related("seat__body"):
        assert term.ends_on  # noqa: S101 - filtered by it
        of = f"{term.seat.body.name}: {term.seat.name}"
        key = f"term-{term.uid}"
        yield Duty(term.ends_on, _("A term ends"), of, "body_detail", term.seat.body.uid, key, lapses=True)


def _reviews(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.MEMORANDUM_VIEW):
        return
    planned = Review.objects.standing().filter(held_on=None, planned_on__range=(since, until))
    for review in planned.visible_to(user).select_related("memorandum"):
        one = review.memorandum
        yield Duty(review.planned_on, _("Review"), one.title, "memorandum_detail", one.uid, f"review-{review.uid}")


def _ends(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.MEMORANDUM_VIEW):
        return
    for one in Memorandum.objects.visible_to(user).filter(Q(renewal=None), ends_on__range=(since, until)):
        assert one.ends_on  # noqa: S101 - filtered by it
        yield Duty(one.ends_on, _("Ends"), one.title, "memorandum_detail", one.uid, f"end-{one.uid}", lapses=True)
    rows = Designation.objects.visible_to(user).filter(ended_on=None, expires_on__range=(since, until))
    for row in rows.select_related("memorandum"):
        one = row.memorandum
        words = _("A designation expires")
        key = f"designation-{row.uid}"
        yield Duty(row.expires_on, words, one.title, "memorandum_detail", one.uid, key, lapses=True)


def _resolutions(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.ASSEMBLY_VIEW):
        return
    answers = user.holds(Permission.ASSEMBLY_ANSWER)
    rows = Resolution.objects.standing().filter(answers=None, answer_due_on__range=(since, until))
    for row in rows.visible_to(user):
        words = _("The district’s answer is due")
        key = f"resolution-{row.uid}"
        yield Duty(row.answer_due_on, words, row.title, "resolution_detail", row.uid, key, answers)


def _rounds(user: User, since: date, until: date) -> Iterator[Duty]:
    if not user.holds(Permission.FIDELITY_VIEW):
        return
    rates = user.holds(Permission.FIDELITY_RATE)
    rows = FidelityRound.objects.filter(closed_on=None, closes_on__range=(since, until)).visible_to(user)
    for row in rows.select_related("school"):
        words = _("Rating closes")
        key = f"round-{row.uid}"
        yield Duty(row.closes_on, words, row.school.name, "round_detail", row.uid, key, rates, lapses=True)
