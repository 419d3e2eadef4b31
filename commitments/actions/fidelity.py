"""Indicators, rounds of rating, and the ratings themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.indicators import DEFAULT_NAME, INDICATORS
from commitments.models import FidelityRound, Rating, Rubric, RubricItem
from district import audit
from district.models import District, School, User
from district.steps import StepNotAllowed

from .recording import add, change, locked, refuse_before

MOST_ITEMS = 200


@transaction.atomic
def give_default_rubric(district: District, *, by: User | None) -> Rubric:
    """Give a district the neutral indicators that Reweave ships, unless it has them. Returns them."""
    rubric = Rubric.objects.filter(district=district, name=DEFAULT_NAME).first()
    if rubric:
        return rubric
    lines = [f"{dimension}: {text}" for dimension, texts in INDICATORS for text in texts]
    return create_rubric(district=district, name=DEFAULT_NAME, source="Reweave", indicators="\n".join(lines), by=by)


@transaction.atomic
def create_rubric(*, district: District, name: str, indicators: str, source: str = "", by: User | None) -> Rubric:
    """Add a rubric. `indicators` holds one a line, each as “dimension: indicator”. Raises ValidationError."""
    pairs = parsed(indicators)
    rubric = add(
        Rubric(district=district, name=name.strip(), source=source), by=by, district=district, items=len(pairs)
    )
    for position, (dimension, text) in enumerate(pairs, start=1):
        item = RubricItem(rubric=rubric, position=position, dimension=dimension, text=text)
        item.full_clean(exclude=["rubric"])
        item.save()
    return rubric


def parsed(indicators: str) -> list[tuple[str, str]]:
    """Read “dimension: indicator” lines. Raises ValidationError that names the line which is not one."""
    pairs = []
    for number, line in enumerate(indicators.splitlines(), start=1):
        if not line.strip():
            continue
        dimension, colon, text = (part.strip() for part in line.partition(":"))
        if not (dimension and colon and text):
            raise ValidationError(
                {"indicators": _("Line %(number)d is not “dimension: indicator”.") % {"number": number}}
            )
        if len(dimension) > 100 or len(text) > 500:
            raise ValidationError({"indicators": _("Line %(number)d is too long.") % {"number": number}})
        pairs.append((dimension, text))
    if not 0 < len(pairs) <= MOST_ITEMS:
        raise ValidationError({"indicators": _("A rubric has one to %(limit)d indicators.") % {"limit": MOST_ITEMS}})
    return pairs


@transaction.atomic
def retire_rubric(*, rubric: Rubric, retired_on: date, by: User | None) -> Rubric:
    """Take a rubric out of use; its rounds stay. Raises StepNotAllowed when it is out of use already."""
    rubric = locked(rubric)
    if rubric.retired_on is not None:
        raise StepNotAllowed(_("This rubric is out of use already."), [])
    change(rubric, {"retired_on": retired_on}, by=by, district=rubric.district_id)
    return rubric


@transaction.atomic
def open_round(*, school: School, rubric: Rubric, opened_on: date, closes_on: date, by: User | None) -> FidelityRound:
    """Open a round in which a school is rated. Raises ValidationError for a rubric that is not in use."""
    rubric = locked(rubric)
    if rubric.district_id != school.district_id or rubric.retired_on is not None:
        raise ValidationError({"rubric": _("Choose a rubric that the district uses.")})
    refuse_before(closes_on, opened_on, "closes_on", _("It closes before it opens."))
    row = FidelityRound(school=school, rubric=rubric, opened_on=opened_on, closes_on=closes_on)
    return add(row, by=by, district=school.district_id, school=school)


@transaction.atomic
def rate(*, round: FidelityRound, values: Mapping[int, int], by: User, on: date | None = None) -> list[Rating]:
    """Save what `by` gives the indicators (key of the item → 0, 1 or 2); what they gave before is replaced.

    Raises ValidationError for an indicator of another rubric or another value, StepNotAllowed once it is closed.
    """
    round = locked(round)
    today = on or round.school.district.today()
    if not is_open(round, today):
        raise StepNotAllowed(_("This round is closed."), [])
    items = {item.pk: item for item in round.rubric.items.all()}
    given = {rating.item_id: rating for rating in round.ratings.filter(rater=by)}
    for key, value in values.items():
        if key not in items or value not in (0, 1, 2):
            raise ValidationError({"ratings": _("Each indicator of the rubric is rated 0, 1 or 2.")})
        rating = given.get(key) or Rating(round=round, item=items[key], rater=by)
        rating.value, rating.rated_on = value, today
        rating.save()
        given[key] = rating
    audit.record(
        audit.Action.UPDATE,
        by=by,
        target=round,
        district=round.school.district_id,
        school=round.school_id,
        details={"rated": len(values)},
    )
    return list(given.values())


@transaction.atomic
def rate_by_position(*, round: FidelityRound, ratings: str, by: User, on: date | None = None) -> list[Rating]:
    """Save ratings written as “position=value”, separated by commas: 1=2, 2=0. Raises ValidationError."""
    keys = dict(round.rubric.items.values_list("position", "pk"))
    values: dict[int, int] = {}
    for pair in filter(None, (part.strip() for part in ratings.split(","))):
        position, _equals, value = pair.partition("=")
        if not (position.strip().isdecimal() and value.strip() in ("0", "1", "2") and int(position) in keys):
            raise ValidationError({"ratings": _("“%(pair)s” is not a position and a rating.") % {"pair": pair[:40]}})
        values[keys[int(position)]] = int(value)
    if not values:
        raise ValidationError({"ratings": _("Rate at least one indicator.")})
    return rate(round=round, values=values, by=by, on=on)


@transaction.atomic
def close_round(*, round: FidelityRound, by: User | None, on: date | None = None) -> FidelityRound:
    """Close a round before or on its day. Raises StepNotAllowed when it is closed already."""
    round = locked(round)
    today = on or round.school.district.today()
    if not is_open(round, today):
        raise StepNotAllowed(_("This round is closed already."), [])
    change(round, {"closed_on": today}, by=by, district=round.school.district_id)
    return round


def is_open(round: FidelityRound, today: date) -> bool:
    """Say whether a round takes ratings on a day (its last day included)."""
    return round.closed_on is None and round.opened_on <= today <= round.closes_on


def grouped_items(rubric: Rubric) -> Sequence[tuple[str, list[RubricItem]]]:
    """The indicators of a rubric by dimension, in their order. One query."""
    found: dict[str, list[RubricItem]] = {}
    for item in rubric.items.all():
        found.setdefault(item.dimension, []).append(item)
    return list(found.items())
