"""The chips over the figures: each opens a menu of addresses that ask the same question with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.parameters import OTHERS, Question
from dashboards.suspension_rates.findings import comparison_name
from dashboards.suspension_rates.pictures import dimension_label
from district.models import SchoolLevel
from district.page_parts import MenuChoice, year_words

FIRST_GROUPS = "race"
"""What a page tells apart until another breakdown is chosen."""
CROSSES = ("race,sex", "race,idea", "sex,idea", "race,sex,idea", "school,race", "school,idea")
"""Breakdowns by several dimensions that the menu offers; an address may ask for any."""


@dataclass(frozen=True)
class ChipMenu:
    """One chip: its label, what is chosen, and the choices; `is_chosen` when it narrows the figures."""

    label: str
    current: str
    choices: tuple[MenuChoice, ...]
    is_chosen: bool = False


def first_menus(question: Question) -> list[ChipMenu]:
    """The chips that always show: year, measure, groups, comparison, denominator, school and level."""
    menus = [_years(question), _measures(question), _groups(question)]
    if len(question.groups) == 1:
        menus.append(_references(question))
    menus.append(_denominators(question))
    if len(question.schools) > 1:
        menus += [_schools(question), _levels(question)]
    return menus


def filter_menus(question: Question) -> list[ChipMenu]:
    """A chip for every dimension, to count only some groups."""
    return [_filter(question, name) for name in DIMENSIONS]


def _menu(label: str, choices: Iterable[MenuChoice], *, current: str = "", is_chosen: bool = False) -> ChipMenu:
    choices = tuple(choices)
    chosen = [str(choice.label) for choice in choices if choice.is_current]
    return ChipMenu(label, chosen[0] if chosen else current, choices, is_chosen)


def _years(question: Question) -> ChipMenu:
    asked = {place.year for place in question.years}
    choices = [
        MenuChoice(year_words(place.year), question.address(school_year=str(place.year)), asked == {place.year})
        for place in reversed(question.every_year)
        if place.is_enrolled
    ]
    return _menu(_("School year"), choices, current=", ".join(year_words(year) for year in sorted(asked)))


def _measures(question: Question) -> ChipMenu:
    choices = [
        MenuChoice(str(label), question.address(measure=key), key == question.measure.key)
        for key, label in definitions.LABELS.items()
    ]
    return _menu(_("Measure"), choices)


def _groups(question: Question) -> ChipMenu:
    now = ",".join(question.by)
    offered = {name: str(dimension.label) for name, dimension in DIMENSIONS.items()} | {"": _("All students together")}
    if len(question.schools) > 1:
        offered[SCHOOL] = _("Schools")
    for cross in CROSSES:
        if SCHOOL not in cross or len(question.schools) > 1:
            names = [_("School") if name == SCHOOL else str(DIMENSIONS[name].label) for name in cross.split(",")]
            offered[cross] = " × ".join(names)
    # Another group has other values, so the comparison goes back to all others.
    choices = [MenuChoice(label, question.address(by=by, reference=None), by == now) for by, label in offered.items()]
    return _menu(_("Groups"), choices, current=dimension_label(question))


def _references(question: Question) -> ChipMenu:
    (name,) = question.groups
    dimension = DIMENSIONS[name]
    offered = {OTHERS: str(definitions.ALL_OTHERS)}
    offered |= {text: definitions.group_name(name, dimension.parse(text)) for text in dimension.values}
    choices = [
        MenuChoice(label, question.address(reference=None if text == OTHERS else text), text == question.reference)
        for text, label in offered.items()
    ]
    return _menu(_("Compared with"), choices, current=comparison_name(question))


def _denominators(question: Question) -> ChipMenu:
    choices = [
        MenuChoice(str(label), question.address(denominator=key), key == question.denominator)
        for key, label in definitions.DENOMINATOR_LABELS.items()
    ]
    return _menu(_("Out of"), choices)


def _schools(question: Question) -> ChipMenu:
    asked = question.asked.get("school", "")
    inside = {"by": FIRST_GROUPS} if question.by == (SCHOOL,) else {}
    choices = [MenuChoice(_("All schools"), question.address(school=None), not asked)]
    by_name = sorted(question.schools.values(), key=lambda place: place.name)
    choices += [
        MenuChoice(one.name, question.address(school=one.code, level=None, **inside), one.code == asked)
        for one in by_name
    ]
    return _menu(_("School"), choices, current=asked, is_chosen=bool(asked))


def _levels(question: Question) -> ChipMenu:
    asked = question.asked.get("level", "")
    choices = [MenuChoice(_("All levels"), question.address(level=None), not asked)]
    choices += [
        MenuChoice(str(level.label), question.address(level=level.value, school=None), level.value == asked)
        for level in SchoolLevel
    ]
    return _menu(_("Level"), choices, current=asked, is_chosen=bool(asked))


def _filter(question: Question, name: str) -> ChipMenu:
    dimension = DIMENSIONS[name]
    asked = question.asked.get(name, "")
    choices = [MenuChoice(_("All"), question.address(**{name: None}), not asked)]
    labels = {text: definitions.value_label(name, dimension.parse(text)) for text in dimension.values}
    choices += [MenuChoice(label, question.address(**{name: text}), text == asked) for text, label in labels.items()]
    current = ", ".join(labels[text] for text in asked.split(",") if text)
    return _menu(str(dimension.label), choices, current=current, is_chosen=bool(asked))
