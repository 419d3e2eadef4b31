"""The chips over figures: each opens a menu of addresses that ask the same question with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dashboards import definitions
from dashboards.dimensions import DIMENSIONS
from dashboards.parameters import Asked, AskedOfSchools
from district.models import SchoolLevel
from district.page_parts import MenuChoice, Words, year_words


@dataclass(frozen=True)
class ChipMenu:
    """One chip: its label, what is chosen, and the choices; `is_chosen` when it narrows the figures."""

    label: Words
    current: str
    choices: tuple[MenuChoice, ...]
    is_chosen: bool = False


def menu(label: Words, choices: Iterable[MenuChoice], *, current: str = "", is_chosen: bool = False) -> ChipMenu:
    """A chip that shows the current one of its choices, else `current`."""
    choices = tuple(choices)
    chosen = [str(choice.label) for choice in choices if choice.is_current]
    return ChipMenu(label, chosen[0] if chosen else current, choices, is_chosen)


def year_menu(question: Asked) -> ChipMenu:
    """The school years in which anybody is enrolled, the latest first."""
    asked = {place.year for place in question.years}
    choices = [
        MenuChoice(year_words(place.year), question.address(school_year=str(place.year)), asked == {place.year})
        for place in reversed(question.every_year)
        if place.is_enrolled
    ]
    return menu(_("School year"), choices, current=", ".join(year_words(year) for year in sorted(asked)))


def school_menu(question: AskedOfSchools, **inside: str) -> ChipMenu:
    """All schools of the scope, or one; `inside` is what else changes when one is chosen."""
    asked = question.asked.get("school", "")
    choices = [MenuChoice(_("All schools"), question.address(school=None), not asked)]
    by_name = sorted(question.schools.values(), key=lambda place: place.name)
    choices += [
        MenuChoice(one.name, question.address(school=one.code, level=None, **inside), one.code == asked)
        for one in by_name
    ]
    return menu(_("School"), choices, current=asked, is_chosen=bool(asked))


def level_menu(question: AskedOfSchools) -> ChipMenu:
    """Schools of one level."""
    asked = question.asked.get("level", "")
    choices = [MenuChoice(_("All levels"), question.address(level=None), not asked)]
    choices += [
        MenuChoice(str(level.label), question.address(level=level.value, school=None), level.value == asked)
        for level in SchoolLevel
    ]
    return menu(_("Level"), choices, current=asked, is_chosen=bool(asked))


def filter_menus(question: Asked) -> list[ChipMenu]:
    """A chip for every dimension, to count only some groups."""
    return [
        value_menu(
            question,
            name,
            dimension.label,
            {text: definitions.value_label(name, dimension.parse(text)) for text in dimension.values},
        )
        for name, dimension in DIMENSIONS.items()
    ]


def value_menu(question: AskedOfSchools, name: str, label: Words, labels: Mapping[str, Any]) -> ChipMenu:
    """A chip that narrows the figures to one of the values `labels` (value in the address → its words)."""
    asked = question.asked.get(name, "")
    choices = [MenuChoice(_("All"), question.address(**{name: None}), not asked)]
    choices += [
        MenuChoice(str(words), question.address(**{name: text}), text == asked) for text, words in labels.items()
    ]
    current = ", ".join(str(labels[text]) for text in asked.split(",") if text)
    return menu(label, choices, current=current, is_chosen=bool(asked))
