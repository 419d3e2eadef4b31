"""Bodies in which the community holds seats: task forces, committees, and who held which seat from when to when."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, Organization, Record, User

from .base import KeptQuerySet, PartQuerySet, holders


class Body(Record):
    """A task force, committee or board with seats and meetings."""

    class Kind(models.TextChoices):
        FACILITIES = "facilities", _("Facilities")
        SEARCH = "search", _("Search for leadership")
        DISCIPLINE = "discipline", _("Discipline")
        ATTENDANCE = "attendance", _("Attendance")
        BUDGET = "budget", _("Budget")
        OTHER = "other", _("Other")

    district_lookup = "district"
    read_permission = Permission.BODY_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="bodies")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bodies",
        help_text=_("The organization that keeps it; none: the district does."),
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("about"), max_length=12, choices=Kind)
    purpose = models.TextField(_("what it is for"), max_length=2000, blank=True)
    begins_on = models.DateField(_("begins on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="body_name_unique_in_district")]

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(PartQuerySet):
    """Seats."""

    def allowed(self, user: User, permission: Permission):
        """Seats of bodies that `user` keeps, and those that belong to one's own organization."""
        rows = super().allowed(user, permission)
        if permission == Permission.BODY_VIEW:
            return rows
        own = holders(user.grants_with(permission))[0]
        return self.filter(Q(pk__in=rows.values("pk")) | Q(organization__in=own))

    def existing_on(self, day: date):
        """Seats that a body had on `day`."""
        return self.filter(begins_on__lte=day).filter(Q(ended_on=None) | Q(ended_on__gte=day))


class Seat(Record):
    """One place in a body. Whether the community holds it is what co-governance is counted by."""

    class Kind(models.TextChoices):
        COMMUNITY = "community", _("Community")
        FAMILY = "family", _("Family")
        STUDENT = "student", _("Student")
        EDUCATOR = "educator", _("Educator")
        DISTRICT = "district", _("District")

    COMMUNITY_KINDS = (Kind.COMMUNITY, Kind.FAMILY, Kind.STUDENT)

    whole = "body"
    read_permission = Permission.BODY_VIEW

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    name = models.CharField(_("name of the seat"), max_length=200)
    kind = models.CharField(_("for whom"), max_length=10, choices=Kind)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        help_text=_("The organization that fills it, if one does."),
    )
    begins_on = models.DateField(_("exists from"))
    ended_on = models.DateField(_("existed until"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["body", "kind", "name"]
        constraints = [models.UniqueConstraint(fields=["body", "name"], name="seat_name_unique_in_body")]

    def __str__(self) -> str:
        return self.name


class SeatTerm(Record):
    """One person's time in a seat. Two terms of a seat never overlap; the days between them it was vacant."""

    whole = "seat"
    read_permission = Permission.BODY_VIEW

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="terms")
    holder = models.CharField(_("who holds it"), max_length=200)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    end_reason = models.CharField(_("reason for the end"), max_length=500, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["begins_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="seat_term_ends_after_it_begins"
            ),
            models.UniqueConstraint(fields=["seat"], condition=Q(ends_on=None), name="seat_term_one_open"),
        ]

    def __str__(self) -> str:
        return self.holder

    def holds_on(self, day: date) -> bool:
        """Say whether the term holds on `day` (both ends included)."""
        return self.begins_on <= day and (self.ends_on is None or day <= self.ends_on)
