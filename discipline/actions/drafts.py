"""Drafts of referrals: kept for their writer, removed when sent, thrown away or forgotten. They are no record."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from discipline.models import ReferralDraft
from district import audit
from district.models import District, School, User

LARGEST_DRAFT = 40_000
"""Characters of all fields together: more than any form that could be sent."""


@transaction.atomic
def save_draft(
    *, author: User, school: School, content: dict[str, Any], draft: ReferralDraft | None = None
) -> ReferralDraft:
    """Keep what a form held, faults and all, and return the draft. Raises ValidationError when it is too large.

    The audit trail says that a draft was kept and when, never about whom.
    """
    if sum(len(str(value)) for value in content.values()) > LARGEST_DRAFT or "\0" in str(list(content.values())):
        raise ValidationError(_("This is too much to keep as a draft."))
    is_new = draft is None
    draft = draft or ReferralDraft(author=author)
    draft.school, draft.content = school, content
    draft.save()
    _record(audit.Action.CREATE if is_new else audit.Action.UPDATE, draft, by=author)
    return draft


@transaction.atomic
def discard_draft(*, draft: ReferralDraft, by: User) -> None:
    """Throw a draft away for good."""
    _record(audit.Action.VOID, draft, by=by)
    ReferralDraft.objects.filter(pk=draft.pk).delete()


@transaction.atomic
def purge_drafts(*, moment: datetime, district: District | None = None) -> int:
    """Remove the drafts that have expired at `moment`, in one district or all, each with an event; return how many."""
    rows = ReferralDraft.objects.expired_at(moment).select_related("school")
    expired = list(rows.filter(school__district=district) if district else rows)
    for draft in expired:
        _record(audit.Action.VOID, draft, by=None)
    ReferralDraft.objects.filter(pk__in=[draft.pk for draft in expired]).delete()
    return len(expired)


def forget_drafts(district: District, *, today: date) -> int:
    """Remove the drafts of `district` that had expired when `today` began there; return how many."""
    midnight = datetime.combine(today, time.min, tzinfo=ZoneInfo(district.timezone))
    return purge_drafts(moment=midnight, district=district)


def _record(action: audit.Action, draft: ReferralDraft, *, by: User | None) -> None:
    audit.record(action, by=by, target=draft, district=draft.school.district_id, school=draft.school_id)
