"""The chips over the suspension rates."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.dimensions import DIMENSIONS, SCHOOL
from dashboards.menus import ChipMenu, level_menu, menu, school_menu, year_menu
from dashboards.suspension_rates.findings import comparison_name
from dashboards.suspension_rates.pictures import dimension_label
from dashboards.suspension_rates.question import OTHERS, Question
from district.page_parts import MenuChoice

FIRST_GROUPS = "race"
"""What a page tells apart until another breakdown is chosen."""
CROSSES = ("race,sex", "race,idea", "sex,idea", "race,sex,idea", "school,race", "school,idea")
"""Breakdowns by several dimensions that the menu offers; an address may ask for any."""


def first_menus(question: Question) -> list[ChipMenu]:
    """The chips that always show: year, measure, groups, comparison, denominator, school and level."""
    menus = [year_menu(question), _measures(question), _groups(question)]
    if len(question.groups) == 1:
        menus.append(_references(question))
    menus.append(_denominators(question))
    if len(question.schools) > 1:
        inside = {"by": FIRST_GROUPS} if question.by == (SCHOOL,) else {}
        menus += [school_menu(question, **inside), level_menu(question)]
    return menus


def _measures(question: Question) -> ChipMenu:
    choices = [
        MenuChoice(str(label), question.address(measure=key), key == question.measure.key)
        for key, label in definitions.LABELS.items()
    ]
    return menu(_("Measure"), choices)


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
    return menu(_("Groups"), choices, current=dimension_label(question))


def _references(question: Question) -> ChipMenu:
    (name,) = question.groups
    dimension = DIMENSIONS[name]
    offered = {OTHERS: str(definitions.ALL_OTHERS)}
    offered |= {text: definitions.group_name(name, dimension.parse(text)) for text in dimension.values}
    choices = [
        MenuChoice(label, question.address(reference=None if text == OTHERS else text), text == question.reference)
        for text, label in offered.items()
    ]
    return menu(_("Compared with"), choices, current=comparison_name(question))


def _denominators(question: Question) -> ChipMenu:
    choices = [
        MenuChoice(str(label), question.address(denominator=key), key == question.denominator)
        for key, label in definitions.DENOMINATOR_LABELS.items()
    ]
    return menu(_("Out of"), choices)
