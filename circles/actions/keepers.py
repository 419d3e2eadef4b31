"""Verbs about who keeps a circle: choose somebody, or let them go; a rule is overridden only with a reason."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import Circle, CircleKeeper, terms_of
from district import audit
from district.models import User
from district.steps import StepNotAllowed, checked_note
from training.models import Practitioner

from .readiness import certificates_on, uncertified_words
from .trail import keep, locked_case, record, refuse_held


@transaction.atomic
def assign_keeper(
    *,
    circle: Circle,
    practitioner: Practitioner,
    part: str,
    conflict: str = "",
    override_reason: str = "",
    by: User | None,
) -> CircleKeeper:
    """Choose somebody to keep a circle.

    Where the day is known, whoever leads must be certified for the practice on it; before, on today. A missing
    certificate or a conflict of interest is overridden by a reason, which stays on record and is counted. Raises
    ValidationError, StepNotAllowed once it was held.
    """
    circle = locked_case(circle)
    refuse_held(circle)
    reason = checked_note(override_reason, field="override_reason")
    if practitioner.district_id != circle.school.district_id:
        raise ValidationError({"practitioner": _("Choose somebody of the same district.")})
    if circle.keepers.current().filter(practitioner=practitioner).exists():
        raise ValidationError({"practitioner": _("They keep this circle already.")})
    day = circle.scheduled_on or circle.school.district.today()
    held = certificates_on([practitioner], circle.practice, day)
    is_short = part == CircleKeeper.Part.LED and terms_of(circle.practice).needs_credential and not held
    is_barred = bool(conflict) and part != CircleKeeper.Part.OBSERVED
    if is_short and not reason:
        raise ValidationError({"practitioner": uncertified_words(practitioner, circle.practice, day)})
    if is_barred and not reason:
        raise ValidationError(
            {"override_reason": _("They have a stake in this case. Choose somebody else, or say why not.")}
        )
    row = CircleKeeper(
        circle=circle,
        practitioner=practitioner,
        part=part,
        conflict=conflict,
        certificate=held.get(practitioner.pk, ""),
        override_reason=reason if is_short or is_barred else "",
        override_by=by if is_short or is_barred else None,
    )
    return keep(row, circle, by=by, person=str(practitioner.uid))


@transaction.atomic
def end_keeper(*, keeper: CircleKeeper, by: User | None) -> CircleKeeper:
    """Let somebody no longer keep a circle: from now on they do not see the case. Raises StepNotAllowed."""
    circle = locked_case(keeper.circle)
    if circle.status == states.CLOSED:
        raise StepNotAllowed(_("The case is closed."), [])
    row = CircleKeeper.objects.select_for_update(of=("self",)).get(pk=keeper.pk)
    if row.ended_at is not None:
        raise StepNotAllowed(_("They do not keep it any more."), [])
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at", "updated_at"])
    changes = {"ended_at": [None, row.ended_at.isoformat()]}
    record(circle, audit.Action.UPDATE, by=by, target=row, changes=changes)
    return row


def loads(people: Collection[int]) -> dict[int, int]:
    """Return person → how many open cases they keep now; one query."""
    rows = CircleKeeper.objects.current().filter(practitioner__in=people, circle__in=Circle.objects.open().values("pk"))
    rows = rows.exclude(part=CircleKeeper.Part.OBSERVED).order_by()
    return dict(rows.values_list("practitioner").annotate(Count("pk")))
