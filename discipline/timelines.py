"""Dated steps of referrals and removals, as a record's page shows them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from discipline.models import ReferralStatus, RemovalChange
from district.page_parts import TimelineStep, day_words, moment_words, school_days_words


def referral_steps(referrals: QuerySet) -> list[TimelineStep]:
    """Each state that the referrals passed through, the earliest first. With several students, the name beside it."""
    rows = ReferralStatus.objects.filter(referral__in=referrals.order_by().values("pk"))
    rows = list(rows.select_related("referral__student__person").order_by("at", "pk"))
    several = len({row.referral_id for row in rows}) > 1
    return [
        TimelineStep(
            moment_words(row.at),
            _("Referral: %(status)s") % {"status": row.get_status_display()},
            row.referral.student.person.name if several else "",
        )
        for row in rows
    ]


def removal_steps(removals: QuerySet) -> list[TimelineStep]:
    """The course of each removal: begun, changed, ended, voided."""
    changes: dict[int, list[RemovalChange]] = {}
    for change in RemovalChange.objects.filter(removal__in=removals.order_by().values("pk")).order_by("at", "pk"):
        changes.setdefault(change.removal_id, []).append(change)
    steps = []
    for removal in removals.select_related("school__district", "student__person").order_by("begins_on", "pk"):
        today = removal.school.district.today()
        kind, length = removal.get_kind_display(), school_days_words(removal.days)
        steps.append(TimelineStep(day_words(removal.begins_on), str(kind), length, is_done=removal.begins_on <= today))
        for change in changes.get(removal.pk, []):
            steps.append(TimelineStep(moment_words(change.at), _("Terms changed"), change.reason))
        if removal.voided_at:
            steps.append(TimelineStep(moment_words(removal.voided_at), _("Voided"), removal.void_reason))
        elif removal.ends_on:
            steps.append(
                TimelineStep(day_words(removal.ends_on), _("Last day"), str(kind), is_done=removal.ends_on <= today)
            )
    return steps
