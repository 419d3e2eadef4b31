"""The page that logs a circle: what one did last stands in it already, and last week's are one tap away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from circles.forms.class_circles import LOG
from circles.models import ClassCircle
from district.models import School, User
from district.page_parts import day_words

LOOKED_BACK = timedelta(days=14)
OFFERED = 6
"""Circles that one may repeat with one tap."""
USUAL_MINUTES = (10, 15, 20, 30, 45)
KEPT = ("group", "minutes", "headcount", "keeper")
"""What stands in the form from the last time."""


@dataclass(frozen=True)
class Repeatable:
    """A circle that may be held again today."""

    uid: str
    group: str
    about: str
    is_done: bool
    """It is logged for today already."""


def recent_of(user: User) -> list[ClassCircle]:
    """The circles that `user` logged lately, the latest first, at schools where they may log one."""
    schools = School.objects.where_allowed(user, LOG)
    rows = ClassCircle.objects.standing().filter(logged_by=user, school__in=schools.values("pk"))
    since = timezone.localdate() - LOOKED_BACK
    return list(
        rows.filter(held_on__gte=since).select_related("school__district", "practice").order_by("-held_on", "-pk")
    )


def repeatables(circles: Sequence[ClassCircle]) -> list[Repeatable]:
    """Each group and kind of circle once, as the latest says."""
    found: dict[tuple[int, int, str], Repeatable] = {}
    for one in circles:
        key = (one.school_id, one.practice_id, one.group.casefold())
        if key not in found and len(found) < OFFERED:
            about = f"{one.practice.name}, {day_words(one.held_on)}"
            found[key] = Repeatable(str(one.uid), one.group, about, one.held_on == one.school.district.today())
    return list(found.values())


def start_of(user: User, latest: ClassCircle | None) -> dict[str, Any]:
    """What the form holds at first: as the last time, or what is usual."""
    if latest is None:
        return {"minutes": USUAL_MINUTES[1]}
    values = {name: getattr(latest, name) for name in KEPT}
    if latest.keeper == str(user):
        values["keeper"] = ""
    return values | {"school": latest.school.uid, "practice": latest.practice.uid}
