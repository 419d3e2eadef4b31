"""The collections of restorative circles. Every step of a record is an action with the fields of its page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from api.base import Collection
from api.steps import SteppedCollection, body_of, with_steps
from circles import filters, tables
from circles.actions.class_circles import log_class_circle
from circles.forms.class_circles import ClassCircleForm
from circles.steps.class_circles import CLASS_CIRCLE_STEPS, PRACTICE_STEPS
from district.access import Permission
from training.filters import PracticeFilterSet


@with_steps(PRACTICE_STEPS)
class PracticeCollection(SteppedCollection):
    """Practices, and what each asks for: names, a certified keeper, a guardian's permission, consent."""

    table = tables.PRACTICES
    filterset_class = PracticeFilterSet
    permissions = {"GET": Permission.DISTRICT_VIEW}


@with_steps(CLASS_CIRCLE_STEPS)
class ClassCircleCollection(SteppedCollection):
    """Circles with a class or group (tier 1): how long and with how many. Nobody who sat in one is named."""

    table = tables.CLASS_CIRCLES
    filterset_class = filters.ClassCircleFilterSet
    permissions = {
        "GET": (Permission.CLASS_CIRCLE_VIEW, Permission.CLASS_CIRCLE_VIEW_OWN),
        "POST": Permission.CLASS_CIRCLE_LOG,
    }

    @extend_schema(request=body_of(ClassCircleForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Log a circle. Sent again with the same `submission_key`, it is the one already on record."""
        return self.make(log_class_circle, ClassCircleForm)


COLLECTIONS: dict[str, type[Collection]] = {
    "practices": PracticeCollection,
    "class-circles": ClassCircleCollection,
}
"""Name in the address → its view."""
