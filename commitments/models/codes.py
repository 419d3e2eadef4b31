"""Code sets of co-governance."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Party(models.TextChoices):
    """Who owes a commitment."""

    DISTRICT = "district", _("The district")
    SCHOOL = "school", _("A school")
    ORGANIZATION = "organization", _("The partner organization")


class Source(models.TextChoices):
    """Where a commitment was adopted."""

    MEMORANDUM = "memorandum", _("Clause of a memorandum")
    BOARD_RESOLUTION = "board_resolution", _("Board resolution")
    ASSEMBLY_RESOLUTION = "assembly_resolution", _("Resolution of an assembly")
    BODY_DECISION = "body_decision", _("Decision of a task force or other body")
    CORRECTIVE_PLAN = "corrective_plan", _("Corrective plan")


class Cadence(models.TextChoices):
    """How often something falls due."""

    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every three months")
    TWICE_A_YEAR = "twice_a_year", _("Twice a year")
    YEARLY = "yearly", _("Every year")


class Period(models.TextChoices):
    """The time over which a live measure counts."""

    SCHOOL_YEAR = "school_year", _("Each school year")
    SINCE_ADOPTION = "since_adoption", _("Since it was adopted")


class RateOf(models.TextChoices):
    """The measure of the dashboards that a rate or ratio is of."""

    OSS = "oss", _("Out-of-school suspension")
    ISS = "iss", _("In-school suspension")
    SUSPENSION = "suspension", _("Suspension, in or out of school")


class Tier(models.TextChoices):
    """The tier of a practice that a live measure counts."""

    ONE = "1", _("Tier 1: for everybody")
    TWO = "2", _("Tier 2: repairing harm")
    THREE = "3", _("Tier 3: formal and re-entry")


class Completion(models.TextChoices):
    """How far a commitment is carried out: the five steps of the Open Government Partnership's reviews."""

    NO_EVIDENCE = "no_evidence", _("No evidence")
    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited")
    SUBSTANTIAL = "substantial", _("Substantial")
    COMPLETE = "complete", pgettext_lazy("how far", "Complete")


class Side(models.TextChoices):
    """The two sides of a commitment: who owes it, and who watches over it."""

    IMPLEMENTER = "implementer", _("Report of the side that owes it")
    ASSESSOR = "assessor", _("Assessment of the other side")


class Signer(models.TextChoices):
    """The side of a memorandum that a person stands for."""

    DISTRICT = "district", _("District")
    ORGANIZATION = "organization", _("Organization")
