"""What falls due for a person over all floors: for the page, the calendar file and the weekly digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import circles.duties
import commitments.concerns.duties
import commitments.duties
import discipline.duties
from district.access import Permission
from district.duties import Duty
from district.models import User

SOURCES: tuple[Callable[..., list[Duty]], ...] = (
    discipline.duties.duties_of,
    circles.duties.duties_of,
    commitments.duties.duties_of,
    commitments.concerns.duties.duties_of,
)
"""Who falls due, the earliest first, from `since` to `until`; a floor that is built later adds itself here."""

READERS = (
    Permission.REMOVAL_RECORD,
    Permission.CIRCLE_WORK,
    Permission.MEMORANDUM_VIEW,
    Permission.COMMITMENT_VIEW,
    Permission.BODY_VIEW,
    Permission.ASSEMBLY_VIEW,
    Permission.FIDELITY_VIEW,
    Permission.CONCERN_WORK,
)
"""Permissions of which any one lets something fall due."""


def duties_of(user: User, *, since: date, until: date) -> list[Duty]:
    """What falls due for `user` from `since` to `until`, both included, the earliest first. Fixed queries."""
    found = [duty for source in SOURCES for duty in source(user, since=since, until=until)]
    return sorted(found, key=lambda duty: (duty.on, str(duty.of), duty.key))
