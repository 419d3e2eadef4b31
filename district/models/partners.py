"""Organisations of the community, and the memoranda that a district signs with them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission

from .base import Record
from .places import District, School


class OrganizationQuerySet(models.QuerySet):
    """Organisations: an organization's own people see theirs, district roles see all of the district."""

    def allowed(self, user, permission: Permission):
        """Organisations in the scope of a grant of `user` that holds `permission`."""
        grants = user.grants_with(permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        districts = {g.district_id for g in grants if not g.organization_id and not g.school_id}
        return self.filter(Q(pk__in=own) | Q(district__in=districts))

    def visible_to(self, user):
        """Organisations that `user` may read: a grant at one school also reads those of its district."""
        grants = user.grants_with(self.model.read_permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        districts = {grant.district_id for grant in grants if not grant.organization_id}
        return self.filter(Q(pk__in=own) | Q(district__in=districts))


class Organization(Record):
    """A community organization that works with the district."""

    read_permission = Permission.ORGANIZATION_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="organizations")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="organization_name_unique_in_district"),
        ]

    def __str__(self) -> str:
        return self.name


class MemorandumQuerySet(models.QuerySet):
    """Memoranda of understanding."""

    def allowed(self, user, permission: Permission):
        """Memoranda of the district, of one's organization, or that name one's school, by the kind of grant."""
        grants = user.grants_with(permission)
        own = {grant.organization_id for grant in grants if grant.organization_id}
        # A grant of an organization is of that organization, also where it names a school.
        schools = {grant.school_id for grant in grants if grant.school_id and not grant.organization_id}
        districts = {g.district_id for g in grants if not g.organization_id and not g.school_id}
        named = Memorandum.schools.through.objects.filter(school__in=schools).values("memorandum")
        return self.filter(Q(organization__in=own) | Q(district__in=districts) | Q(pk__in=named))

    def visible_to(self, user):
        """Memoranda that `user` may read."""
        return self.allowed(user, Permission.MEMORANDUM_VIEW)


class Memorandum(Record):
    """A memorandum of understanding (MOU) between a district and an organization, for all or some of its schools."""

    read_permission = Permission.MEMORANDUM_VIEW

    district = models.ForeignKey(District, models.PROTECT, related_name="memoranda")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memoranda")
    schools = models.ManyToManyField(
        School, blank=True, related_name="memoranda", help_text=_("None: the memorandum covers the whole district.")
    )
    title = models.CharField(_("title"), max_length=200)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    begins_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    objects = MemorandumQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_on", "title"]
        verbose_name_plural = "memoranda"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("begins_on")),
                name="memorandum_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title
