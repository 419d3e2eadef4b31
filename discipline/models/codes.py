"""Code sets of discipline, with their twins in CEDS and the CRDC."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RemovalKind(models.TextChoices):
    """What took the student out of class (CRDC definitions 2015-16; 34 CFR 300.530(g), 300.532(b) for the IAES)."""

    ISS = "ISS", _("In-school suspension")
    OSS = "OSS", _("Out-of-school suspension")
    EXPULSION_WITH_SERVICES = "EXPULSION_WITH_SERVICES", _("Expulsion with educational services")
    EXPULSION_WITHOUT_SERVICES = "EXPULSION_WITHOUT_SERVICES", _("Expulsion without educational services")
    ALTERNATIVE_PLACEMENT = "ALTERNATIVE_PLACEMENT", _("Transfer to an alternative school for discipline")
    IAES_PERSONNEL = "IAES_PERSONNEL", _("Interim alternative setting, by school personnel")
    IAES_HEARING_OFFICER = "IAES_HEARING_OFFICER", _("Interim alternative setting, by a hearing officer")
    BUS = "BUS", _("Bus suspension")
    CLASS = "CLASS", _("Removal from class")
    INFORMAL = "INFORMAL", _("Informal removal (sent home)")


SUSPENSIONS = (RemovalKind.ISS, RemovalKind.OSS)
EXPULSIONS = (RemovalKind.EXPULSION_WITH_SERVICES, RemovalKind.EXPULSION_WITHOUT_SERVICES)

CEDS_REMOVALS: dict[str, str] = {
    "ISS": "03100",
    "OSS": "03101",
    "EXPULSION_WITH_SERVICES": "03086",
    "EXPULSION_WITHOUT_SERVICES": "03087",
    "ALTERNATIVE_PLACEMENT": "03072",
    "IAES_PERSONNEL": "03156",
    "IAES_HEARING_OFFICER": "03158",
    "BUS": "03071",
    "CLASS": "09999",
    "INFORMAL": "09999",
}
"""CEDS disciplinary action taken, for exports."""


class Response(models.TextChoices):
    """What was done instead of, or beside, a removal."""

    RESTORATIVE_CIRCLE = "RESTORATIVE_CIRCLE", _("Restorative circle")
    RESTORATIVE_CONFERENCE = "RESTORATIVE_CONFERENCE", _("Restorative conference")
    MEDIATION = "MEDIATION", _("Mediation")
    CONFERENCE_FAMILY = "CONFERENCE_FAMILY", _("Conference with the family")
    DETENTION = "DETENTION", _("Detention")
    COUNSELING = "COUNSELING", _("Counseling")
    WARNING = "WARNING", _("Warning")
    OTHER = "OTHER", _("Other")


RESTORATIVE_RESPONSES = (Response.RESTORATIVE_CIRCLE, Response.RESTORATIVE_CONFERENCE, Response.MEDIATION)
SUPPORT_RESPONSES = (Response.CONFERENCE_FAMILY, Response.COUNSELING)
OTHER_RESPONSES = (Response.DETENTION, Response.WARNING, Response.OTHER)


class LawEnforcement(models.TextChoices):
    """Contact with law enforcement over an incident; each step includes the one before (CRDC)."""

    NOTIFIED = "notified", _("Notified")
    REFERRED = "referred", _("Referred")
    ARRESTED = "arrested", _("Arrested")


INCIDENT_LOCATIONS = {
    "03011": _("On campus"),
    "03012": _("Administrative offices"),
    "03013": _("Cafeteria"),
    "03014": _("Classroom"),
    "03015": _("Hallway or stairs"),
    "03016": _("Locker room or gym"),
    "03017": _("Restroom"),
    "03018": _("Library or media center"),
    "03019": _("Computer lab"),
    "03020": _("Auditorium"),
    "03021": _("On campus, other inside area"),
    "03022": _("Athletic field or playground"),
    "03023": _("Stadium"),
    "03024": _("Parking lot"),
    "03025": _("On campus, other outside area"),
    "03026": _("Off campus"),
    "03027": _("Bus stop"),
    "03028": _("School bus"),
    "03029": _("Walking to or from school"),
    "03030": _("Off campus, at another school"),
    "03031": _("Off campus, at another district facility"),
    "03413": _("Online"),
    "09997": _("Unknown"),
}
"""CEDS incident location code → name."""


class TriedFirst(models.TextChoices):
    """What an adult did about a behaviour before referring the student."""

    QUIET_WORD = "quiet_word", _("Quiet word")
    NEW_SEAT = "new_seat", _("New seat")
    SHORT_BREAK = "short_break", _("Short break")
    RETEACHING = "reteaching", _("Taught it again")
    CONVERSATION = "conversation", _("A calm talk")
    ASKED_FOR_HELP = "asked_for_help", _("Asked for help")
    NO_TIME = "no_time", _("No time, safety first")


class ContactWay(models.TextChoices):
    """How the family heard from the school."""

    PHONE = "phone", _("Phone")
    MESSAGE = "message", _("Message")
    IN_PERSON = "in_person", _("In person")


class LengthDifference(models.TextChoices):
    """Why a removal lasts longer or shorter than it was ordered (CEDS discipline action length difference reason)."""

    CONTINUED = "01", _("Term continued from the year before")
    YEAR_ENDED = "03", _("The school year ended")
    COMPLETED_SOONER = "04", _("The student met the terms sooner")
    INCARCERATED = "05", _("The student was incarcerated")
    WITHDREW = "06", _("The student left the school")
    HEALTH = "07", _("Health")
    COURT = "08", _("A court decided")
    DISTRICT = "09", _("The district decided")
    AGREED = "10", _("Agreed with the family")
    PLACEMENT = "11", _("A placement began")
    CALENDAR = "12", _("The school calendar changed")
    OTHER = "99", _("Other")
