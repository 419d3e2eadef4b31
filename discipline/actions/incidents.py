"""What the verbs about incidents share: the incident as stored, its event in the trail, and what it may hold."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.models import Incident, TriedFirst
from district import audit
from district.models import User
from district.steps import StepNotAllowed

LONGEST_DESCRIPTION = 20_000


def number_of(uid: uuid.UUID) -> str:
    """A number that people can read out: 50 random bits in ten letters and digits."""
    text = base64.b32encode(uid.bytes[9:]).decode()[:10]
    return f"R-{text[:5]}-{text[5:]}"


def locked(incident: Incident) -> Incident:
    """Return the incident as stored, locked. Raises StepNotAllowed when it was merged into another."""
    rows: models.QuerySet[Incident] = Incident.objects.select_for_update(of=("self",))
    stored = rows.select_related("school__district", "school_year").get(pk=incident.pk)
    if stored.merged_into_id is not None:
        raise StepNotAllowed(_("This incident was merged into another. Go on there."), ())
    return stored


def codes_of(tried: Collection[str]) -> str:
    """Return what was tried first as it is stored. Raises ValidationError for a code that is none."""
    if unknown := [code for code in tried if code not in TriedFirst.values]:
        raise ValidationError({"tried_first": _("“%(value)s” is not in the list.") % {"value": str(unknown[0])[:50]}})
    return ",".join(code for code in TriedFirst.values if code in tried)


def check_moment(incident: Incident) -> None:
    """Raise ValidationError when the incident has not happened yet."""
    zone = ZoneInfo(incident.school.district.timezone)
    now = timezone.localtime(timezone=zone)
    if incident.occurred_on > now.date():
        raise ValidationError({"occurred_on": _("This day has not come yet.")})
    at = incident.occurred_time
    if at and datetime.combine(incident.occurred_on, at, zone) > now:
        raise ValidationError({"occurred_time": _("This time has not come yet.")})


def check_texts(incident: Incident) -> None:
    """Raise ValidationError when the words are too long, or a column cannot hold its value."""
    if len(incident.description) > LONGEST_DESCRIPTION:
        limit = {"limit": LONGEST_DESCRIPTION}
        raise ValidationError({"description": _("At most %(limit)d characters.") % limit})
    if "\0" in incident.description:
        raise ValidationError({"description": _("The text holds a character that cannot be stored.")})
    # Related records come from the caller's own queries, so that no query is asked for them again.
    incident.clean_fields(
        exclude=["school", "school_year", "logged_by", "described_by", "merged_into", "batch", "occurred_on"]
    )


def record(
    incident: Incident,
    action: audit.Action,
    by: User,
    *,
    student: int | None = None,
    changes: dict[str, list[Any]] | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Record an event about the incident, in the transaction of what it records."""
    audit.record(
        action,
        by=by,
        target=incident,
        district=incident.school.district_id,
        school=incident.school_id,
        student=student,
        changes=changes,
        details=details,
    )
