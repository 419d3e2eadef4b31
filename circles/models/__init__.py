"""The records of restorative circles."""

from .class_circles import ClassCircle
from .practices import PracticeRule, terms_by_practice, terms_of, without_names

__all__ = ["ClassCircle", "PracticeRule", "terms_by_practice", "terms_of", "without_names"]
