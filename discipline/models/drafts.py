"""Drafts of referrals: private to the person who writes them, and no record yet."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Record, School, ScopedQuerySet, User

DRAFT_LIFE = timedelta(days=30)
"""After so many days without a change a draft is removed for good."""


class ReferralDraftQuerySet(ScopedQuerySet):
    """Drafts."""

    def visible_to(self, user: User):
        """One's own drafts at schools where one may still refer; nobody else's, whatever one's role."""
        return self.allowed(user, Permission.REFERRAL_LOG).filter(author=user)

    def expired_at(self, moment):
        """Drafts that nobody has changed for `DRAFT_LIFE`."""
        return self.filter(updated_at__lt=moment - DRAFT_LIFE)


class ReferralDraft(Record):
    """What a form held when its writer was called away; `content` is the form as it was sent, faults and all."""

    school_lookup = "school"
    read_permission = Permission.REFERRAL_LOG

    author = models.ForeignKey(User, models.PROTECT, related_name="referral_drafts")
    school = models.ForeignKey(School, models.PROTECT, related_name="referral_drafts")
    content = models.JSONField(_("content"), default=dict)

    objects = ReferralDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uid)
