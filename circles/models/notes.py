"""Notes of a case team: sealed, in no list, file, search or endpoint; purged some time after the case closed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.models import Record, User

from .circles import Circle


class CaseNoteQuerySet(models.QuerySet):
    """Notes."""

    def visible_to(self, user: User):
        """Notes of the cases of whose team `user` is now."""
        return self.filter(circle__in=Circle.objects.all().team_of(user).order_by().values("pk"))

    def kept(self):
        """Notes that have not been purged."""
        return self.filter(purged_at=None)


class CaseNote(Record):
    """One note. `sealed` is unreadable without the keys outside the database, and empty once it was purged."""

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="notes")
    sealed = models.TextField(editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("written"))
    purged_at = models.DateTimeField(_("purged"), null=True, blank=True)

    objects = CaseNoteQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["circle", "purged_at"], name="case_note_of_circle")]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.at:%Y-%m-%d}"
