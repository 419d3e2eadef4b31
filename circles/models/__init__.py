"""The records of restorative circles."""

from .circles import Circle, CircleKeeper, CircleStatus, Screening
from .class_circles import ClassCircle
from .participants import CircleConsent, CircleParticipant
from .practices import PracticeRule, terms_by_practice, terms_of, with_names, without_names

__all__ = [
    "Circle",
    "CircleConsent",
    "CircleKeeper",
    "CircleParticipant",
    "CircleStatus",
    "ClassCircle",
    "PracticeRule",
    "Screening",
    "terms_by_practice",
    "terms_of",
    "with_names",
    "without_names",
]
