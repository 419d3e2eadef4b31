"""Federal code sets. A stored value is the CRDC or CEDS code; `CODE_SYSTEMS` names its twins elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Race(models.TextChoices):
    """Seven federal categories (34 CFR 300.647(b)(2), CRDC) and the student whose file gives none."""

    HI = "HI", _("Hispanic or Latino")
    AM = "AM", _("American Indian or Alaska Native")
    AS = "AS", _("Asian")
    HP = "HP", _("Native Hawaiian or Pacific Islander")
    BL = "BL", _("Black or African American")
    WH = "WH", _("White")
    TR = "TR", _("Two or more races")
    UNREPORTED = "UNREPORTED", _("Not reported")


class Sex(models.TextChoices):
    """Sex as the district records it; X is collected by the CRDC from 2021-22."""

    M = "M", _("Male")
    F = "F", _("Female")
    X = "X", _("Another gender")
    UNREPORTED = "UNREPORTED", _("Not reported")


class Grade(models.TextChoices):
    """CEDS entry grade levels."""

    IT = "IT", _("Infant or toddler")
    PR = "PR", _("Preschool")
    PK = "PK", _("Prekindergarten")
    TK = "TK", _("Transitional kindergarten")
    KG = "KG", _("Kindergarten")
    G01 = "01", _("Grade 1")
    G02 = "02", _("Grade 2")
    G03 = "03", _("Grade 3")
    G04 = "04", _("Grade 4")
    G05 = "05", _("Grade 5")
    G06 = "06", _("Grade 6")
    G07 = "07", _("Grade 7")
    G08 = "08", _("Grade 8")
    G09 = "09", _("Grade 9")
    G10 = "10", _("Grade 10")
    G11 = "11", _("Grade 11")
    G12 = "12", _("Grade 12")
    G13 = "13", _("Grade 13")
    PS = "PS", _("Postsecondary")
    UG = "UG", _("Ungraded")
    OTHER = "Other", _("Other")
    UNREPORTED = "UNREPORTED", _("Not reported")


class SchoolLevel(models.TextChoices):
    """A school's level by the highest grade it teaches: up to 05, 06-08, 09 and above."""

    ELEMENTARY = "elementary", _("Elementary school")
    MIDDLE = "middle", _("Middle school")
    HIGH = "high", _("High school")
    OTHER = "other", _("Other")


LEVEL_ORDER = [value for value in Grade.values if value not in {"UG", "Other", "UNREPORTED"}]


def level_of(highest_grade: str) -> str:
    """Return the `SchoolLevel` of a school whose highest grade is `highest_grade` ("" when it has none)."""
    if highest_grade not in LEVEL_ORDER:
        return SchoolLevel.OTHER
    position = LEVEL_ORDER.index(highest_grade)
    if position <= LEVEL_ORDER.index("05"):
        return SchoolLevel.ELEMENTARY
    return SchoolLevel.MIDDLE if position <= LEVEL_ORDER.index("08") else SchoolLevel.HIGH


CODE_SYSTEMS: dict[str, dict[str, dict[str, str]]] = {
    "race": {
        "HI": {"crdc": "HI", "ceds": "HispanicOrLatinoEthnicity", "edfi": "Hispanic or Latino"},
        "AM": {"crdc": "AM", "ceds": "AmericanIndianOrAlaskaNative", "edfi": "American Indian - Alaska Native"},
        "AS": {"crdc": "AS", "ceds": "Asian", "edfi": "Asian"},
        "HP": {
            "crdc": "HP",
            "ceds": "NativeHawaiianOrOtherPacificIslander",
            "edfi": "Native Hawaiian - Pacific Islander",
        },
        "BL": {"crdc": "BL", "ceds": "BlackOrAfricanAmerican", "edfi": "Black - African American"},
        "WH": {"crdc": "WH", "ceds": "White", "edfi": "White"},
        "TR": {"crdc": "TR", "ceds": "DemographicRaceTwoOrMoreRaces", "edfi": ""},
    },
    "sex": {
        "M": {"crdc": "M", "ceds": "Male", "edfi": "Male"},
        "F": {"crdc": "F", "ceds": "Female", "edfi": "Female"},
        "X": {"crdc": "X", "ceds": "NotSelected", "edfi": "Non-binary"},
    },
}
