"""What is sent to people: one row for each mail, claimed before it is sent; and the secret links of calendars."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .accounts import User
from .base import Record


class Notice(Record):
    """One mail to one person about one thing: its row is unique, so that nothing is sent twice.

    `claimed_at` is set before the mail goes out, `sent_at` after it: a row that is claimed and not sent is one of which
    nobody knows whether it arrived. It is listed, and not sent again.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("A date falls due soon")
        ANSWER_OWED = "answer_owed", _("An answer is owed")
        DUE_BY_LAW = "due_by_law", _("Due by law")
        CIRCLE = "circle", _("A circle waits")
        CONCERN = "concern", _("Something waits")
        DIGEST = "digest", _("Weekly digest")

    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    about = models.CharField(max_length=80, help_text=_("Public id of the record, or the week."))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.about}"


class MailChoice(Record):
    """Which mail a person wants about duties; without a row: all of it."""

    class Which(models.TextChoices):
        ALL = "all", _("Each reminder, and a digest every week")
        DIGEST = "digest", _("Only a digest every week")
        NONE = "none", _("No mail")

    user = models.OneToOneField(User, models.PROTECT, related_name="mail_choice")
    which = models.CharField(_("mail"), max_length=6, choices=Which, default=Which.ALL)

    def __str__(self) -> str:
        return f"{self.user_id} {self.which}"


class CalendarLink(Record):
    """The secret address of a person's calendar of duties. Only a hash is kept; it can be revoked at any time."""

    user = models.ForeignKey(User, models.PROTECT, related_name="calendar_links")
    key_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(revoked_at=None), name="calendar_link_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
