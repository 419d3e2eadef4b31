"""Dated steps of referrals and removals, as a record's page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.models import ChangeKind, ReferralStatus, RemovalChange
from district.models import User
from district.page_parts import TimelineStep, day_words, moment_words, school_days_words


def referral_steps(referrals: QuerySet, words: Mapping[int, str] | None = None) -> list[TimelineStep]:
    """Each state that the referrals passed through, the earliest first.

    `words` stand beside it, by the key of the referral; without them, and with several students, their names do.
    """
    states = ReferralStatus.objects.filter(referral__in=referrals.order_by().values("pk"))
    rows = list(states.select_related("referral__student__person").order_by("at", "pk"))
    several = words is None and len({row.referral.student_id for row in rows}) > 1
    return [
        TimelineStep(
            timezone.localdate(row.at),
            moment_words(row.at),
            _("Referral: %(status)s") % {"status": row.get_status_display()},
            row.referral.student.person.name if several else (words or {}).get(row.referral_id, ""),
        )
        for row in rows
    ]


def removal_steps(removals: QuerySet) -> list[TimelineStep]:
    """The course of each removal: ordered, begun, changed, ended, voided; with who did what."""
    changes: dict[int, list[RemovalChange]] = {}
    rows = RemovalChange.objects.filter(removal__in=removals.order_by().values("pk")).select_related("by")
    for change in rows.order_by("at", "pk"):
        changes.setdefault(change.removal_id, []).append(change)
    steps = []
    people = ("student__person", "ordered_by", "voided_by")
    for removal in removals.select_related("school__district", *people).order_by("begins_on", "pk"):
        today = removal.school.district.today()
        kind, length = removal.get_kind_display(), school_days_words(removal.days)
        begun = removal.begins_on
        if removal.ordered_by:
            ordered = timezone.localdate(removal.created_at)
            steps.append(TimelineStep(ordered, moment_words(removal.created_at), _("Ordered"), str(removal.ordered_by)))
        steps.append(TimelineStep(begun, day_words(begun), str(kind), length, is_done=begun <= today))
        for change in changes.get(removal.pk, []):
            changed = timezone.localdate(change.at)
            steps.append(
                TimelineStep(changed, moment_words(change.at), _changed(change), _by(change.by, change.reason))
            )
        if removal.voided_at:
            voided = timezone.localdate(removal.voided_at)
            note = _by(removal.voided_by, removal.void_reason)
            steps.append(TimelineStep(voided, moment_words(removal.voided_at), _("Voided"), note))
        elif removal.ends_on and removal.ends_on != removal.begins_on:
            ended = removal.ends_on
            steps.append(TimelineStep(ended, day_words(ended), _("Last day"), str(kind), is_done=ended <= today))
    return in_order(steps)


def _changed(change: RemovalChange) -> str:
    """What kind of change it was; one that an import or a correction made is just a change."""
    is_plain = change.kind in ("", ChangeKind.CORRECTED)
    return _("Terms changed") if is_plain else str(change.get_kind_display())


def _by(user: User | None, reason: str) -> str:
    """Who did it, where that is known, and why."""
    return f"{user} · {reason}" if user else reason


def in_order(steps: Iterable[TimelineStep]) -> list[TimelineStep]:
    """Return the steps by day; those of one day stay as they were given."""
    return sorted(steps, key=lambda step: step.on)
