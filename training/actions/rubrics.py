"""The verb about the rubric of observed circles: what an observer looks at from today on."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district import audit
from district.models import District, User
from training.models import Observation, Rubric

from .base import made, saved

MOST_ITEMS, LONGEST_ITEM = 20, 200


@transaction.atomic
def change_rubric(*, district: District, name: str, items: Sequence[str], by: User | None) -> Rubric:
    """Let a rubric hold from today on and return it; observations keep the one that they were made with.

    The same name and items change nothing. Raises ValidationError without items, for more than 20 or one of more than
    200 characters, and when somebody was observed today with a rubric that began today.
    """
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    chosen = [item.strip() for item in items if item.strip()]
    if not 0 < len(chosen) <= MOST_ITEMS:
        raise ValidationError({"items": _("Name at least one and at most %(count)d items.") % {"count": MOST_ITEMS}})
    if any(len(item) > LONGEST_ITEM for item in chosen):
        raise ValidationError({"items": _("An item has at most %(count)d characters.") % {"count": LONGEST_ITEM}})
    today, name = district.today(), name.strip()
    present = district.rubrics.filter(valid_from__lte=today).last()
    if present is not None and (present.name, present.items) == (name, chosen):
        return present
    row = (
        present if present is not None and present.valid_from == today else Rubric(district=district, valid_from=today)
    )
    if row.pk and Observation.objects.filter(rubric=row).exists():
        raise ValidationError(_("Somebody was observed with this rubric today. Change it tomorrow."))
    before = row.items if row.pk else None
    row.name, row.items = name, chosen
    is_new = row.pk is None
    saved(row)
    audit.record(
        audit.Action.CREATE if is_new else audit.Action.UPDATE,
        by=by,
        target=row,
        district=district,
        changes=made(row, ("name", "valid_from", "items")) if is_new else {"items": [before, row.items]},
    )
    return row
