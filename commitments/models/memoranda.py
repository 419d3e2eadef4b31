"""What belongs to a memorandum beside its title, schools and dates: terms, people, its end, its renewal, reviews."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Memorandum, Record, User

from .base import PartQuerySet, Voidable
from .codes import Signer


class MemorandumTerms(Record):
    """What a memorandum says: what it is about, what may be done with data, how it can be ended."""

    whole = "memorandum"
    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.OneToOneField(Memorandum, models.PROTECT, related_name="terms")
    scope = models.TextField(_("what it is about"), max_length=2000, blank=True)
    data_sharing = models.TextField(_("data-sharing terms"), max_length=4000, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("notice in days"), null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "memorandum terms"

    def __str__(self) -> str:
        return f"{self.memorandum_id}"


class DesignationQuerySet(PartQuerySet):
    """Designations of school officials."""

    def holding_on(self, day: date):
        """Designations that hold on `day` (the last day included), of memoranda that do."""
        in_force = Q(memorandum__ends_on=None) | Q(memorandum__ends_on__gte=day)
        return self.filter(in_force, Q(ended_on=None) | Q(ended_on__gte=day), begins_on__lte=day, expires_on__gte=day)


class Designation(Record):
    """The function for which the organization's people count as school officials (34 CFR 99.31(a)(1)(i)(B)).

    It expires on its own, never lasts longer than the memorandum does, and gives no sign-in.
    """

    whole = "memorandum"
    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="designations")
    function = models.CharField(_("function"), max_length=500)
    begins_on = models.DateField(_("begins on"))
    expires_on = models.DateField(_("expires on"))
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    end_reason = models.CharField(_("reason for the end"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DesignationQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_on__gte=F("begins_on")), name="designation_expires_after_begin")
        ]

    def __str__(self) -> str:
        return self.function

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on `day` (the last day included)."""
        ends = (self.expires_on, self.ended_on, self.memorandum.ends_on)
        return self.begins_on <= day <= min(end for end in ends if end)


class MemorandumPerson(Record):
    """Somebody who signed a memorandum or is to be asked about it, on one of its sides."""

    class Part(models.TextChoices):
        SIGNATORY = "signatory", _("Signed it")
        CONTACT = "contact", _("Contact")

    whole = "memorandum"
    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="people")
    part = models.CharField(_("part"), max_length=10, choices=Part)
    side = models.CharField(_("stands for"), max_length=12, choices=Signer)
    name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("title or office"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["part", "side", "name"]
        verbose_name_plural = "memorandum people"

    def __str__(self) -> str:
        return self.name


class EndChangeQuerySet(PartQuerySet):
    """Extensions and early ends."""

    def proposed(self):
        """Those that wait for the district."""
        return self.filter(status=EndChange.Status.PROPOSED)


class EndChange(Record):
    """An extension or an early end. The end of a memorandum is never edited: each change is a row that keeps the former
    end, and the memorandum takes the new one when the district has agreed."""

    class Kind(models.TextChoices):
        EXTENDED = "extended", _("Extended")
        ENDED_EARLY = "ended_early", _("Ended early")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")

    whole = "memorandum"
    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="end_changes")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    ended_on = models.DateField(_("end before"), null=True, blank=True)
    ends_on = models.DateField(_("new end"))
    reason = models.CharField(_("reason"), max_length=500)
    proposed_on = models.DateField(_("proposed on"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision_note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EndChangeQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["memorandum"], condition=Q(status="proposed"), name="end_change_one_proposed_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.memorandum_id} {self.ends_on}"


class Renewal(Record):
    """The link from a memorandum to the one that renews it; each is renewed, and renews, at most once."""

    whole = "earlier"
    read_permission = Permission.MEMORANDUM_VIEW

    earlier = models.OneToOneField(Memorandum, models.PROTECT, related_name="renewal")
    later = models.OneToOneField(Memorandum, models.PROTECT, related_name="renewal_of")

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(earlier=F("later")), name="renewal_is_another_memorandum")]

    def __str__(self) -> str:
        return f"{self.earlier_id} {self.later_id}"


class Review(Voidable, Record):
    """A meeting at which both sides look at how a memorandum goes: planned for a day, later held or not."""

    whole = "memorandum"
    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, related_name="reviews")
    planned_on = models.DateField(_("planned for"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    present = models.CharField(_("who was there"), max_length=500, blank=True)
    summary = models.TextField(_("what was said"), max_length=4000, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.memorandum_id} {self.planned_on}"
