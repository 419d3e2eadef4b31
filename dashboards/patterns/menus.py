"""The chips over the patterns: what is counted, what narrows it, and what has been chosen so far."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards import definitions as shared
from dashboards.dimensions import DIMENSIONS
from dashboards.menus import ChipMenu, level_menu, menu, school_menu, value_menu, year_menu
from dashboards.patterns import definitions
from dashboards.patterns.facets import FACETS, STAFF
from dashboards.patterns.question import PatternQuestion
from district.page_parts import MenuChoice, Words


@dataclass(frozen=True)
class Chosen:
    """One thing that narrows the figures: its label, the values chosen, and the address without it."""

    label: Words
    value: str
    url: str


def first_menus(question: PatternQuestion) -> list[ChipMenu]:
    """The chips that always show: year, measure, school and level."""
    choices = [
        MenuChoice(str(label), question.address(measure=key), key == question.measure.key)
        for key, label in definitions.LABELS.items()
    ]
    menus = [year_menu(question), menu(_("Counted"), choices)]
    if len(question.schools) > 1:
        menus += [school_menu(question), level_menu(question)]
    return menus


def facet_menus(question: PatternQuestion) -> list[ChipMenu]:
    """A chip for what happened, where, when, and, for those who may see it, by whom it was referred."""
    return [
        value_menu(question, name, facet.label, question.labels_of(name))
        for name, facet in FACETS.items()
        if name != STAFF or question.with_staff
    ]


def chosen(question: PatternQuestion) -> list[Chosen]:
    """Everything that narrows the figures, each with the address without it."""
    found = []
    for name, values in question.facets.items():
        words = ", ".join(str(question.labels_of(name)[value]) for value in values)
        found.append(Chosen(FACETS[name].label, words, question.address(**{name: None})))
    for name in question.filters:
        groups = [DIMENSIONS[name].parse(text) for text in question.asked[name].split(",")]
        words = ", ".join(shared.value_label(name, group) for group in groups)
        found.append(Chosen(DIMENSIONS[name].label, words, question.address(**{name: None})))
    return found


def cleared(question: PatternQuestion) -> str:
    """The address with the same year, measure, school and level, and nothing else."""
    return question.address(**dict.fromkeys([*question.facets, *question.filters]))
