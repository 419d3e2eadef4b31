"""Files that belong to the records of this floor. What is kept here is what is known of a file; the file itself stands
under a random name where no web server reaches it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import Memorandum, Record, User

from .assemblies import Assembly
from .base import Voidable
from .commitments import Commitment
from .meetings import Meeting


class DocumentQuerySet(models.QuerySet):
    """Documents, as open as the record they belong to."""

    def allowed(self, user: User, permission: Permission):
        """Documents of records for which `user` holds `permission`."""
        return self._of(lambda owners: owners.allowed(user, permission))

    def visible_to(self, user: User):
        """Documents of records that `user` may read."""
        return self._of(lambda owners: owners.visible_to(user))

    def standing(self):
        """Documents that have not been voided."""
        return self.filter(voided_at=None)

    def _of(self, chosen: Callable[[Any], Any]):
        """Documents whose owner, of whichever kind, is among those that `chosen` leaves."""
        found = Q(pk__in=[])
        for name in Document.OWNERS:
            owners: Any = Document._meta.get_field(name).related_model
            found |= Q(**{f"{name}__in": chosen(owners._default_manager.all()).order_by().values("pk")})
        return self.filter(found)


class Document(Voidable, Record):
    """One file: of a memorandum, a commitment, a meeting or an assembly."""

    OWNERS = ("memorandum", "commitment", "meeting", "assembly")

    read_permission = Permission.MEMORANDUM_VIEW

    memorandum = models.ForeignKey(Memorandum, models.PROTECT, null=True, blank=True, related_name="documents")
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True, blank=True, related_name="documents")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="documents")
    assembly = models.ForeignKey(Assembly, models.PROTECT, null=True, blank=True, related_name="documents")
    title = models.CharField(_("title"), max_length=200)
    file_name = models.CharField(_("file name"), max_length=150)
    stored_name = models.CharField(max_length=80, unique=True, editable=False)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(memorandum__isnull=False, commitment=None, meeting=None, assembly=None)
                    | Q(memorandum=None, commitment__isnull=False, meeting=None, assembly=None)
                    | Q(memorandum=None, commitment=None, meeting__isnull=False, assembly=None)
                    | Q(memorandum=None, commitment=None, meeting=None, assembly__isnull=False)
                ),
                name="document_belongs_to_one_record",
            )
        ]

    def __str__(self) -> str:
        return self.title
