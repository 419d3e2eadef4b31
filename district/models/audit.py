"""The audit trail: who did and saw what, append-only on either database."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.access import Permission

OF_A_CIRCLE = ("circle", "circleparticipant", "circleconsent", "circleagreement", "agreementterm", "assent", "followup")
"""Kinds of record of a restorative case: an event about one that names a student tells who sits in the circle."""


class AuditEventQuerySet(models.QuerySet):
    """Audit events."""

    def bulk_create(self, objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, **options):
        """Append events. Raises ValueError for both ways that would lose one or write over one."""
        if ignore_conflicts or update_conflicts:
            raise ValueError("An audit event is neither dropped nor written over.")
        return super().bulk_create(objs, batch_size=batch_size, **options)

    def visible_to(self, user):
        """Events of the districts where `user` audits, and of the schools for which `user` answers.

        Whoever answers for a school decides about discipline there: who sits in a circle is not theirs to know.
        """
        grants = user.grants_with(Permission.AUDIT_VIEW)
        schools = {grant.school_id for grant in grants if grant.school_id}
        districts = {grant.district_id for grant in grants if not grant.school_id}
        of_circles = models.Q(object_type__in=OF_A_CIRCLE, student_id__isnull=False)
        return self.filter((models.Q(school_id__in=schools) & ~of_circles) | models.Q(district_id__in=districts))


class AuditEvent(models.Model):
    """One thing done or seen. Plain ids, no foreign keys: an event outlives what it names and is never rewritten."""

    read_permission = Permission.AUDIT_VIEW

    class Action(models.TextChoices):
        CREATE = "create", _("Created")
        UPDATE = "update", _("Changed")
        VOID = "void", _("Voided")
        VIEW = "view", _("Viewed")
        SEARCH = "search", _("Searched")
        EXPORT = "export", _("Exported")
        LIMIT = "limit", _("Reached a limit")
        IMPORT = "import", _("Imported")
        GRANT = "grant", _("Granted access")
        TOKEN = "token", _("Made a token")
        SIGN_IN = "sign_in", _("Signed in")
        SIGN_OUT = "sign_out", _("Signed out")
        ACCOUNT = "account", _("Changed an account")

    uid = models.UUIDField(unique=True, editable=False)
    at = models.DateTimeField(_("when"), db_index=True)
    action = models.CharField(_("action"), max_length=12, choices=Action)
    actor_id = models.BigIntegerField(null=True, help_text=_("Empty: the command line or nobody signed in."))
    actor = models.CharField(_("who"), max_length=254, blank=True)
    district_id = models.BigIntegerField(null=True, db_index=True)
    school_id = models.BigIntegerField(null=True)
    student_id = models.BigIntegerField(null=True, db_index=True)
    batch_id = models.BigIntegerField(null=True)
    object_type = models.CharField(_("kind of record"), max_length=60, blank=True)
    object_uid = models.UUIDField(null=True)
    changes = models.JSONField(default=dict, help_text=_("Field → [before, after]."))
    details = models.JSONField(default=dict, help_text=_("Counts, filters, reasons; never names of students."))
    request_id = models.CharField(max_length=36, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    sequence = models.BigIntegerField(null=True)
    previous_hash = models.CharField(max_length=64, null=True)
    hash = models.CharField(max_length=64, null=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            # What a person did lately, for the read budget; imports from the command line have no actor.
            models.Index(fields=["actor_id", "at"], condition=models.Q(actor_id__isnull=False), name="audit_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
